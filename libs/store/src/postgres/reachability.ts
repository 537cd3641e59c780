import { DatabaseUnavailable } from './errors.ts';

/** Something of every room asks Postgres more often than this, so that a check almost never costs a statement. */
const RECENT_MS = 1_000;
const PATIENCE_MS = 1_000;

/** Was Postgres heard lately? Asks it where it was not, and callers that come together ask once. */
export class Reachability {
  private heardAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly where: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  heard(): void {
    this.heardAt = this.now();
  }

  lost(): void {
    this.heardAt = Number.NEGATIVE_INFINITY;
  }

  /** @throws DatabaseUnavailable */
  async assert(ask: () => Promise<unknown>): Promise<void> {
    if (this.now() - this.heardAt <= RECENT_MS) return;
    this.asking ??= this.inTime(ask).finally(() => (this.asking = undefined));
    await this.asking;
  }

  private async inTime(ask: () => Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const fault = new DatabaseUnavailable('unreachable', this.where, `PostgreSQL at ${this.where} did not answer within ${PATIENCE_MS} ms.`);
      timer = setTimeout(() => reject(fault), PATIENCE_MS);
    });
    try {
      await Promise.race([ask(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
