import { createHash } from 'node:crypto';
import type { HotStore } from '@latchkey/store';
import type { Clock } from '@latchkey/runtime';

interface Kept {
  readonly failures: number;
  readonly nextTryAt: number;
}

const KEEP_MS = 2 * 3_600_000;

/**
 * The throttle of names that nobody has, so that a wait does not tell who exists. Rows are only for accounts that exist;
 * this is a mirror of their rule in the hot store, which may forget.
 */
export class UnknownNames {
  constructor(private readonly options: { hot: HotStore; clock: Clock; tenant: string; freeTries: number }) {}

  /** Counts an attempt. @returns how long this name has to wait, 0 if it may try. */
  async attempt(canonical: string): Promise<number> {
    const { hot, clock } = this.options;
    const key = this.key(canonical);
    for (;;) {
      const before = await hot.get(key);
      const { failures, nextTryAt } = before === null ? { failures: 0, nextTryAt: 0 } : (JSON.parse(before) as Kept);
      const wait = nextTryAt - clock.now();
      if (wait > 0) return wait;
      const after = JSON.stringify({ failures: failures + 1, nextTryAt: this.nextTryAt(failures + 1) });
      // Attempts that come together are counted one by one, as the row lock of an account does: else it tells who exists.
      const counted = before === null ? await hot.put(key, after, { ttlMs: KEEP_MS, onlyIfAbsent: true }) : await hot.swap(key, before, after, KEEP_MS);
      if (counted) return 0;
    }
  }

  private nextTryAt(failures: number): number {
    const over = failures - this.options.freeTries;
    return over < 0 ? 0 : this.options.clock.now() + Math.min(2 ** over * 5_000, 3_600_000);
  }

  private key(canonical: string): string {
    const digest = createHash('sha256').update(canonical).digest('base64url');
    return `unknown-name:v1:${this.options.tenant}:{${digest}}`;
  }
}
