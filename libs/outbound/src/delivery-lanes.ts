/** What may be claimed next: only these applications, or all but these. */
export interface Share {
  readonly applications: readonly string[];
  readonly only: boolean;
  readonly limit: number;
}

/** So many attempts to one application at a time; a claim may go over it by one claim. */
const PER_APPLICATION = 8;
/** Applications that did not answer the last time, or took long, have these attempts among themselves. */
const SLOW_LANES = 4;
const SLOW_MS = 1_000;

/**
 * Shares the attempts that run at once among applications, so that one that hangs, with however much queued for it, delays
 * no other: nobody gets all of the quick lanes, and whoever was slow goes to a few lanes apart until it is quick again.
 */
export class DeliveryLanes {
  private readonly running = new Map<string, number>();
  private readonly slow = new Set<string>();

  constructor(private readonly quickLanes: number) {}

  /** In the order in which to claim; a share with nothing to give is left out. */
  shares(): Share[] {
    const slowRunning = this.count((application) => this.slow.has(application));
    const quickRunning = this.count((application) => !this.slow.has(application));
    const busy = [...this.running].filter(([, count]) => count >= PER_APPLICATION).map(([application]) => application);
    const idle = [...this.slow].filter((application) => !this.running.has(application));
    return [
      { applications: [...new Set([...this.slow, ...busy])], only: false, limit: Math.min(PER_APPLICATION, this.quickLanes - quickRunning) },
      { applications: idle, only: true, limit: idle.length === 0 || slowRunning >= SLOW_LANES ? 0 : 1 },
    ].filter(({ limit }) => limit > 0);
  }

  began(application: string): void {
    this.running.set(application, (this.running.get(application) ?? 0) + 1);
  }

  ended(application: string, tookMs: number): void {
    const left = (this.running.get(application) ?? 1) - 1;
    if (left === 0) this.running.delete(application);
    else this.running.set(application, left);
    if (tookMs >= SLOW_MS) this.slow.add(application);
    else this.slow.delete(application);
  }

  private count(counts: (application: string) => boolean): number {
    return [...this.running].reduce((sum, [application, count]) => sum + (counts(application) ? count : 0), 0);
  }
}
