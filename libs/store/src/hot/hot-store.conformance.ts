import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HotStore } from '../hot-store.ts';

export interface HotStoreUnderTest {
  readonly hot: HotStore;
  /** Lets `ttlMs` go by for this key: the fake clock moves, or the real store is asked until the key is gone. */
  expire(key: string, ttlMs: number): Promise<void>;
  close(): Promise<void>;
}

const MINUTE = 60_000;
/** Longer than two trips on a busy machine. */
const SHORT = 400;

export function hotStoreConformance(name: string, open: () => Promise<HotStoreUnderTest>): void {
  describe(`${name} as a hot store`, () => {
    let under: HotStoreUnderTest;
    let hot: HotStore;
    beforeEach(async () => {
      under = await open();
      hot = under.hot;
    });
    afterEach(() => under.close());

    it('gives back what was put, and nothing for what was not', async () => {
      await hot.put('a', 'one\nline', { ttlMs: MINUTE });
      expect(await hot.get('a')).toBe('one\nline');
      expect(await hot.get('b')).toBeNull();
    });

    it('forgets at the end of the time to live', async () => {
      await hot.put('a', 'x', { ttlMs: SHORT });
      await under.expire('a', SHORT);
      expect(await hot.get('a')).toBeNull();
      expect(await hot.take('a')).toBeNull();
      expect(await hot.put('a', 'y', { ttlMs: MINUTE, onlyIfAbsent: true })).toBe(true);
    });

    it('writes only if absent for exactly one of 50 writers', async () => {
      const wrote = await Promise.all(Array.from({ length: 50 }, (_, n) => hot.put('lease', `l${n}`, { ttlMs: MINUTE, onlyIfAbsent: true })));
      expect(wrote.filter(Boolean)).toHaveLength(1);
      expect(await hot.get('lease')).toBe(`l${wrote.indexOf(true)}`);
    });

    it('gives a taken value to exactly one of 50 takers', async () => {
      await hot.put('ticket', 'value', { ttlMs: MINUTE });
      const taken = await Promise.all(Array.from({ length: 50 }, () => hot.take('ticket')));
      expect(taken.filter((value) => value === 'value')).toHaveLength(1);
      expect(taken.filter((value) => value === null)).toHaveLength(49);
    });

    it('swaps while the value is the expected one', async () => {
      await hot.put('copy', 'lease:1', { ttlMs: MINUTE });
      expect(await hot.swap('copy', 'lease:1', 'full', MINUTE)).toBe(true);
      expect(await hot.get('copy')).toBe('full');
      expect(await hot.swap('copy', 'lease:1', 'late', MINUTE)).toBe(false);
      expect(await hot.get('copy')).toBe('full');
    });

    it('loses a lease that was dropped in between: a filler never brings back what a change removed', async () => {
      await hot.put('copy', 'lease:1', { ttlMs: MINUTE, onlyIfAbsent: true });
      await hot.drop('copy');
      expect(await hot.swap('copy', 'lease:1', 'stale', MINUTE)).toBe(false);
      expect(await hot.get('copy')).toBeNull();
    });

    it('loses a lease that another filler took after a drop', async () => {
      await hot.put('copy', 'lease:1', { ttlMs: MINUTE, onlyIfAbsent: true });
      await hot.drop('copy');
      await hot.put('copy', 'lease:2', { ttlMs: MINUTE, onlyIfAbsent: true });
      expect(await hot.swap('copy', 'lease:1', 'stale', MINUTE)).toBe(false);
      expect(await hot.swap('copy', 'lease:2', 'fresh', MINUTE)).toBe(true);
    });

    it('swaps for exactly one of 50 and gives the new value its own time', async () => {
      await hot.put('copy', 'lease', { ttlMs: MINUTE });
      const won = await Promise.all(Array.from({ length: 50 }, (_, n) => hot.swap('copy', 'lease', `v${n}`, SHORT)));
      expect(won.filter(Boolean)).toHaveLength(1);
      await under.expire('copy', SHORT);
      expect(await hot.get('copy')).toBeNull();
    });

    it('does not burn a bound value at a wrong binding (OAuth: a code is taken by its client, redirect_uri and challenge)', async () => {
      await hot.put('code', 'client|uri\n{"a":\n1}', { ttlMs: MINUTE });
      expect(await hot.takeBound('code', 'client|other')).toBeNull();
      expect(await hot.takeBound('code', 'client')).toBeNull();
      expect(await hot.takeBound('code', '')).toBeNull();
      expect(await hot.takeBound('code', 'client|uri')).toBe('{"a":\n1}');
      expect(await hot.takeBound('code', 'client|uri')).toBeNull();
    });

    it('refuses a binding with a line break, which would move the border to the rest', async () => {
      await hot.put('code', 'a\nb\nrest', { ttlMs: MINUTE });
      await expect(hot.takeBound('code', 'a\nb')).rejects.toThrow('line break');
    });

    it('gives a bound value to exactly one of 50 takers with the right binding', async () => {
      await hot.put('code', 'me\nrest', { ttlMs: MINUTE });
      const taken = await Promise.all(Array.from({ length: 50 }, (_, n) => hot.takeBound('code', n % 2 === 0 ? 'me' : 'you')));
      expect(taken.filter((rest) => rest !== null)).toEqual(['rest']);
    });

    it('counts each of 50 hits once, in one window set by the first', async () => {
      const counts = await Promise.all(Array.from({ length: 50 }, () => hot.count('hits', MINUTE)));
      expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
      for (const { resetMs } of counts) {
        expect(resetMs).toBeGreaterThan(0);
        expect(resetMs).toBeLessThanOrEqual(MINUTE);
      }
    });

    it('begins a new window when the old one is over, and later hits do not stretch a window', async () => {
      expect((await hot.count('hits', SHORT)).count).toBe(1);
      expect((await hot.count('hits', MINUTE)).resetMs).toBeLessThanOrEqual(SHORT);
      await under.expire('hits', SHORT);
      expect((await hot.count('hits', MINUTE)).count).toBe(1);
    });

    it('drops what is there and does not mind what is not', async () => {
      await hot.put('a', 'x', { ttlMs: MINUTE });
      await hot.drop('a');
      await hot.drop('a');
      expect(await hot.get('a')).toBeNull();
    });
  });
}
