import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Bus } from '@latchkey/bus';
import { deliverySettled, type DeliveryRow } from '@latchkey/contracts';
import type { Database, Sql, Transaction } from '@latchkey/store';
import { CLAIM, QUEUE, RECORD, RETRY, SETTLE, WAITING, listStatement, type StoredDelivery } from './delivery-statements.ts';
import { DeliveryLanes } from './delivery-lanes.ts';
import { OutboundFailed, OutboundRefused, type Outbound, type OutboundAnswer, type OutboundRequest } from './outbound.ts';

/** One application to tell about the end of one session. `payload` is what the room needs to build the request. */
export interface NewDelivery {
  readonly sid: string;
  readonly subject: string;
  readonly application: string;
  readonly applicationName: string;
  readonly address: string;
  readonly reason: string;
  readonly payload: object;
  /** `front`: the browser is given `delayMs` to tell it; then we do. */
  readonly channel?: 'front' | 'back';
  readonly delayMs?: number;
}

export interface ClaimedDelivery extends NewDelivery {
  readonly id: string;
  readonly tries: number;
}

export interface DeliveriesOptions {
  readonly database: Database;
  readonly outbound: Outbound;
  readonly bus: Bus;
  readonly room: 'cas' | 'token-issuer';
  readonly tenant: string;
  readonly logger: { warn(fields: object, message: string): void };
  /** Builds the request afresh at each attempt, so that a signed token in it is never stale. */
  readonly requestFor: (delivery: ClaimedDelivery) => Promise<OutboundRequest>;
  readonly accepts: (answer: OutboundAnswer) => boolean;
  readonly settings?: Partial<DeliverySettings>;
  /** Called once for each attempt. */
  readonly observe?: (outcome: 'delivered' | 'failed' | 'given-up') => void;
  /** Makes each attempt part of the trace in which the session ended. */
  readonly tracing?: DeliveryTracing;
}

export interface DeliveryTracing {
  traceparent(): string | null;
  continued<T>(traceparent: string | null, span: { name: string; kind: 'client'; attributes: Record<string, string> }, work: () => Promise<T>): Promise<T>;
}

export interface DeliverySettings {
  /** Wait after the first, second, … failed attempt; the last one repeats. Milliseconds. */
  readonly backoffMs: readonly number[];
  /** A delivery older than this is parked at its next failure. Milliseconds. */
  readonly giveUpAfterMs: number;
  /** Attempts at once, to all applications that answer quickly. */
  readonly parallel: number;
}

const DEFAULTS: DeliverySettings = {
  backoffMs: [1_000, 3_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000],
  giveUpAfterMs: 24 * 3_600_000,
  parallel: 32,
};
const LOOK_AGAIN_MS = 1_000;

/**
 * Tells applications, and keeps the ledger of it. A row is queued in the transaction that learned of the end, and leaves
 * `trying` only when the application accepted it or we gave up; a process that dies in mid-attempt leaves a claim that
 * runs out, so an application may hear twice and never not at all.
 */
export class Deliveries {
  private readonly settings: DeliverySettings;
  private running: Promise<void> | null = null;
  private again = false;
  /** Whoever pokes is in the trace of one session's end; a turn works for all. */
  private readonly onItsOwn = AsyncLocalStorage.snapshot();
  private wake: () => void = () => {};
  private readonly lanes: DeliveryLanes;
  private stopped = false;

  constructor(private readonly options: DeliveriesOptions) {
    this.settings = { ...DEFAULTS, ...options.settings };
    this.lanes = new DeliveryLanes(this.settings.parallel);
  }

  async queue(tx: Transaction, deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    const rows = deliveries.map((delivery) => ({
      id: randomBytes(16).toString('base64url'),
      sid: delivery.sid,
      subject: delivery.subject,
      application: delivery.application,
      application_name: delivery.applicationName,
      address: delivery.address,
      reason: delivery.reason,
      payload: { ...delivery.payload, ...(delivery.channel === 'front' && { channel: 'front' }) },
      delay_ms: delivery.delayMs ?? 0,
    }));
    await tx.query(QUEUE, [this.options.tenant, JSON.stringify(rows), this.options.tracing?.traceparent() ?? null]);
    tx.afterCommit(() => this.poke());
  }

  async list(request: {
    subject: string | null;
    sid: string | null;
    state: DeliveryRow['state'] | null;
    limit: number;
  }): Promise<DeliveryRow[]> {
    const { text, values } = listStatement(this.options.tenant, request);
    const { rows } = await this.options.database.query<StoredDelivery>(text, values);
    return rows.map((row) => this.shown(row));
  }

  /**
   * Told by the browser: `answer` says how. null: that session has no such delivery that a browser is still to bring.
   */
  async settleByBrowser(request: { id: string; sid: string; answer: string }): Promise<ClaimedDelivery | null> {
    const { id, sid, answer } = request;
    return this.options.database.transaction(async (tx) => {
      const { rows } = await tx.query<StoredDelivery>(SETTLE, [this.options.tenant, id, sid, answer]);
      const row = rows[0];
      if (row === undefined) return null;
      await this.tellSettled(tx, { ...row, tries: row.tries - 1 }, 'delivered', answer, row.settled_at!);
      return claimed(row);
    });
  }

  /** For a scrape. */
  async waiting(): Promise<{ waiting: number; oldestSeconds: number }> {
    const { rows } = await this.options.database.query<{ waiting: number; oldest: number }>(WAITING);
    return { waiting: rows[0]?.waiting ?? 0, oldestSeconds: rows[0]?.oldest ?? 0 };
  }

  /** Puts a parked delivery back to work, with its age beginning anew. */
  async retry(id: string): Promise<boolean> {
    const { count } = await this.options.database.query(RETRY, [this.options.tenant, id]);
    if (count > 0) this.poke();
    return count > 0;
  }

  poke(): void {
    void this.run().catch((error: unknown) => this.options.logger.warn({ err: error }, 'deliveries stand still'));
  }

  /** Works until nothing is due. Calls that overlap join the turn that is under way, which then looks once more. */
  run(): Promise<void> {
    if (this.running !== null) {
      this.again = true;
      this.wake();
      return this.running;
    }
    this.running = this.onItsOwn(() => this.work()).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running?.catch(() => {});
  }

  private async work(): Promise<void> {
    const under = new Set<Promise<void>>();
    let failure: { readonly cause: unknown } | null = null;
    const begin = (row: StoredDelivery): void => {
      const began = performance.now();
      this.lanes.began(row.application);
      const attempt: Promise<void> = this.traced(row)
        .catch((cause: unknown) => void (failure ??= { cause }))
        .finally(() => {
          this.lanes.ended(row.application, performance.now() - began);
          under.delete(attempt);
          this.again = true;
        });
      under.add(attempt);
    };
    for (;;) {
      this.again = false;
      const claimed = this.stopped || failure !== null ? [] : await this.claimAll();
      claimed.forEach(begin);
      if (claimed.length > 0) continue;
      if (under.size > 0) await this.oneOf(under);
      else if (!this.again || this.stopped || failure !== null) break;
    }
    if (failure !== null) throw (failure as { cause: unknown }).cause;
  }

  /** The next attempt to end, something new to do, or a while: what comes due meanwhile does not wait for what hangs. */
  private async oneOf(under: ReadonlySet<Promise<void>>): Promise<void> {
    if (this.again) return;
    let timer: NodeJS.Timeout | undefined;
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, LOOK_AGAIN_MS);
    });
    await Promise.race([...under, woken]);
    clearTimeout(timer);
  }

  private async claimAll(): Promise<StoredDelivery[]> {
    for (const { applications, only, limit } of this.lanes.shares()) {
      const { rows } = await this.options.database.query<StoredDelivery>(CLAIM, [this.options.tenant, limit, applications, only]);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  private traced(row: StoredDelivery): Promise<void> {
    const { tracing } = this.options;
    const span = { name: 'deliver logout', kind: 'client', attributes: { 'latchkey.application': row.application } } as const;
    return tracing === undefined ? this.attempt(row) : tracing.continued(row.traceparent, span, () => this.attempt(row));
  }

  private async attempt(row: StoredDelivery): Promise<void> {
    const began = performance.now();
    const { accepted, answer } = await this.send(row);
    const tookMs = Math.round(performance.now() - began);
    const state = accepted ? 'delivered' : Number(row.age_ms) >= this.settings.giveUpAfterMs ? 'parked' : 'trying';
    const waitMs = this.settings.backoffMs[Math.min(row.tries, this.settings.backoffMs.length - 1)] ?? 60_000;
    await this.options.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ settled_at: Date | null }>(RECORD, [row.id, row.tries, answer, tookMs, state, waitMs]);
      const settledAt = rows[0]?.settled_at;
      tx.afterCommit(() => this.options.observe?.(({ delivered: 'delivered', trying: 'failed', parked: 'given-up' } as const)[state]));
      if (settledAt) await this.tellSettled(tx, row, state as 'delivered' | 'parked', answer, settledAt);
    });
  }

  private async send(row: StoredDelivery): Promise<{ accepted: boolean; answer: string }> {
    try {
      const answer = await this.options.outbound.send(await this.options.requestFor(claimed(row)));
      return { accepted: this.options.accepts(answer), answer: `${answer.status}` };
    } catch (error) {
      if (error instanceof OutboundFailed || error instanceof OutboundRefused) return { accepted: false, answer: error.reason };
      this.options.logger.warn({ err: error, delivery: row.id }, 'a delivery could not be built');
      return { accepted: false, answer: 'the request could not be built' };
    }
  }

  private async tellSettled(sql: Sql, row: StoredDelivery, state: 'delivered' | 'parked', answer: string, at: Date): Promise<void> {
    await this.options.bus.tell(sql, deliverySettled, {
      tenant: this.options.tenant,
      at: at.toISOString(),
      deliveryId: row.id,
      sessionId: row.sid,
      application: row.application,
      room: this.options.room,
      state,
      attempts: row.tries + 1,
      answer,
    });
  }

  private shown(row: StoredDelivery): DeliveryRow {
    return {
      id: row.id,
      sid: row.sid,
      subject: row.subject,
      room: this.options.room,
      application: row.application,
      applicationName: row.application_name,
      address: row.address,
      reason: row.reason,
      channel: channelOf(row),
      state: row.state,
      attempts: row.attempts,
      queuedAt: row.queued_at.toISOString(),
      settledAt: row.settled_at?.toISOString() ?? null,
      nextAt: row.state === 'trying' ? row.next_at.toISOString() : null,
    };
  }
}

function channelOf({ payload }: StoredDelivery): 'front' | 'back' {
  return (payload as { channel?: string }).channel === 'front' ? 'front' : 'back';
}

function claimed(row: StoredDelivery): ClaimedDelivery {
  return {
    id: row.id,
    sid: row.sid,
    subject: row.subject,
    application: row.application,
    applicationName: row.application_name,
    address: row.address,
    reason: row.reason,
    payload: row.payload,
    tries: row.tries,
  };
}
