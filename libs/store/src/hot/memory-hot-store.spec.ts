import { describe, expect, it } from '@jest/globals';
import { hotStoreConformance } from './hot-store.conformance.ts';
import { memoryHotStore } from './memory-hot-store.ts';

const fakeClock = () => {
  let now = 1_000_000;
  return { now: () => now, advance: (ms: number) => void (now += ms) };
};

hotStoreConformance('memory', async () => {
  const clock = fakeClock();
  const hot = memoryHotStore(clock);
  return { hot, expire: async (_key, ttlMs) => clock.advance(ttlMs), close: () => hot.close() };
});

describe('memory as a hot store', () => {
  it('throws the expired out as it goes, so that what nobody reads again does not pile up', async () => {
    const clock = fakeClock();
    const hot = memoryHotStore(clock);
    for (let n = 0; n < 10_000; n += 1) {
      await hot.put(`k${n}`, 'x', { ttlMs: 1_000 });
      clock.advance(10);
    }
    expect(hot.size).toBeLessThan(300);
  });

  it('throws when it is full of living entries, as a Redis with noeviction does', async () => {
    const clock = fakeClock();
    const hot = memoryHotStore(clock, { maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) await hot.put(key, 'x', { ttlMs: 1_000 });
    await expect(hot.put('d', 'x', { ttlMs: 1_000 })).rejects.toThrow('full');
    await hot.put('a', 'y', { ttlMs: 1_000 });
    clock.advance(1_000);
    expect(await hot.put('d', 'x', { ttlMs: 1_000 })).toBe(true);
  });
});
