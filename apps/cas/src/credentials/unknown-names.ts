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
    const kept = JSON.parse((await hot.get(key)) ?? '{"failures":0,"nextTryAt":0}') as Kept;
    const wait = kept.nextTryAt - clock.now();
    if (wait > 0) return wait;
    const failures = kept.failures + 1;
    await hot.put(key, JSON.stringify({ failures, nextTryAt: this.nextTryAt(failures) }), { ttlMs: KEEP_MS });
    return 0;
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
