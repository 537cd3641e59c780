import type { Logger } from './logger.ts';

const FRESH_MS = 1_000;
const PATIENCE_MS = 2_500;

/**
 * Should this process get traffic? Live means only that it runs. Redis and Kafka are no part of it: without them the product
 * does less and says so, and replicas that all leave at once would turn that into nothing.
 */
export class Readiness {
  private draining = false;
  private known: { at: number; ready: Promise<boolean> } | undefined;
  private was = true;

  constructor(
    private readonly checks: readonly (() => Promise<void>)[],
    private readonly logger: Logger,
  ) {}

  /** From now on never ready again. */
  drain(): void {
    this.draining = true;
  }

  /** Probes that come close together share one look. */
  async isReady(): Promise<boolean> {
    if (this.draining) return false;
    if (this.known === undefined || performance.now() - this.known.at > FRESH_MS) this.known = { at: performance.now(), ready: this.look() };
    return (await this.known.ready) && !this.draining;
  }

  private async look(): Promise<boolean> {
    let ready = true;
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
      });
      await Promise.race([Promise.all(this.checks.map((check) => check())), late]);
    } catch (error) {
      ready = false;
      if (this.was) this.logger.warn({ err: error }, 'Not ready');
    } finally {
      clearTimeout(timer);
    }
    if (ready && !this.was) this.logger.info({}, 'Ready again');
    this.was = ready;
    return ready;
  }
}
