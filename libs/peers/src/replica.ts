import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { Pool } from 'undici';
import type { AskAnswer } from './ask.ts';
import { NotSent, sendAsk, type Patience } from './send-ask.ts';

export interface ReplicaLimits {
  /** More asks at once than this are not sent to one replica: a replica that hangs must not hold everybody. */
  readonly atOnce: number;
  /** So many failures in a row, and the replica is left out. */
  readonly openAfter: number;
  /** How long it is left out before it is asked how it is, and how long that may take. */
  readonly probeEveryMs: number;
}

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Shorter than any server of ours keeps an idle connection: the side that sends is the side that ends it. */
const IDLE_MS = 2_000;
/** A connection is renewed now and then, so that replicas behind one address that came later get their share. */
const CONNECTION_LIFE_MS = 30_000;
/** Longer than a drain lasts. It is only a preference for others. */
const LEAVING_MS = 10_000;

/** One address of a room: its connections, and whether it is worth asking. */
export class Replica {
  private readonly breaker;
  private pool: Pool;
  private atOnce = 0;
  private leavingUntil = 0;
  private probe: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    readonly address: URL,
    private readonly limits: ReplicaLimits,
    onCircuit: () => void,
  ) {
    this.pool = this.connect();
    this.breaker = circuitBreaker(
      handleWhen((error) => !isTooLarge(error)),
      { halfOpenAfter: 0, breaker: new ConsecutiveBreaker(limits.openAfter) },
    );
    this.breaker.onBreak(() => {
      onCircuit();
      this.probeLater();
    });
    this.breaker.onReset(onCircuit);
  }

  /** Left out: nobody's ask is spent on finding out whether it is back. */
  get open(): boolean {
    return this.breaker.state !== CircuitState.Closed;
  }

  get full(): boolean {
    return this.atOnce >= this.limits.atOnce;
  }

  /** 0, or how lately it said that it is about to end: the older, the likelier it is back. */
  leaving(now: number): number {
    return now < this.leavingUntil ? this.leavingUntil : 0;
  }

  async ask(path: string, headers: Record<string, string>, body: string, patience: Patience): Promise<AskAnswer> {
    this.atOnce += 1;
    try {
      const { pool } = this;
      return await this.breaker.execute(() => sendAsk(pool, path, headers, body, patience, () => this.onLeaving(pool)));
    } finally {
      this.atOnce -= 1;
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.probe);
    void this.pool.destroy();
  }

  /** Its other connections may be ended at any moment, so none of them is used again. */
  private onLeaving(pool: Pool): void {
    this.leavingUntil = performance.now() + LEAVING_MS;
    if (this.pool !== pool) return;
    this.pool = this.connect();
    void pool.close();
  }

  private probeLater(): void {
    if (this.closed) return;
    clearTimeout(this.probe);
    this.probe = setTimeout(() => void this.probeNow(), this.limits.probeEveryMs).unref();
  }

  /** Ready rather than live: one that hangs because its database hangs would be taken back only to hang the next callers. */
  private async probeNow(): Promise<void> {
    await this.breaker
      .execute(async () => {
        const { statusCode, body } = await this.pool.request({ path: '/health/ready', method: 'GET', signal: AbortSignal.timeout(this.limits.probeEveryMs) });
        await body.dump();
        if (statusCode !== 200) throw new Error(`status ${statusCode}`);
      })
      .catch(() => undefined);
  }

  private connect(): Pool {
    return new Pool(this.address.origin, {
      connections: this.limits.atOnce,
      clientTtl: CONNECTION_LIFE_MS,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      keepAliveTimeoutThreshold: 2_000,
      connectTimeout: 2_000,
      // The deadline of each ask is its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }
}

/** Sure that nobody heard it? */
export function isUnheard(error: unknown): boolean {
  return error instanceof NotSent || error instanceof BrokenCircuitError;
}

function isTooLarge(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE';
}
