import type { HotStore } from '../hot-store.ts';
import { bindingPrefix } from './binding.ts';

interface Entry {
  value: string;
  expiresAt: number;
}

export interface MemoryHotStoreOptions {
  /** How many entries each write looks at to throw out the expired: what bounds the memory, without a timer. */
  readonly sweep?: number;
  /** Beyond this many living entries a write throws, as a full Redis with `noeviction` does. */
  readonly maxEntries?: number;
}

/** The hot store of a single process. Every method is one step of the event loop, so each is atomic. */
export function memoryHotStore(clock: { now(): number }, options: MemoryHotStoreOptions = {}): HotStore & { readonly size: number } {
  const { sweep = 4, maxEntries = 1_000_000 } = options;
  const entries = new Map<string, Entry>();
  let cursor = entries.entries();

  const living = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAt > clock.now()) return entry;
    entries.delete(key);
    return undefined;
  };
  const throwOut = (limit: number): void => {
    for (let looked = 0; looked < limit; looked += 1) {
      const next = cursor.next();
      if (next.done === true) {
        cursor = entries.entries();
        return;
      }
      if (next.value[1].expiresAt <= clock.now()) entries.delete(next.value[0]);
    }
  };
  const write = (key: string, value: string, ttlMs: number): void => {
    assertTtl(ttlMs);
    throwOut(sweep);
    if (entries.size >= maxEntries && !entries.has(key)) {
      throwOut(entries.size);
      if (entries.size >= maxEntries) throw new Error(`The hot store of this process is full (${maxEntries} entries)`);
    }
    entries.set(key, { value, expiresAt: clock.now() + ttlMs });
  };

  return {
    get size() {
      return entries.size;
    },
    get: async (key) => living(key)?.value ?? null,
    put: async (key, value, { ttlMs, onlyIfAbsent = false }) => {
      if (onlyIfAbsent && living(key) !== undefined) return false;
      write(key, value, ttlMs);
      return true;
    },
    swap: async (key, expected, value, ttlMs) => {
      if (living(key)?.value !== expected) return false;
      write(key, value, ttlMs);
      return true;
    },
    drop: async (key) => void entries.delete(key),
    take: async (key) => {
      const entry = living(key);
      entries.delete(key);
      return entry?.value ?? null;
    },
    takeBound: async (key, binding) => {
      const prefix = bindingPrefix(binding);
      const entry = living(key);
      if (entry === undefined || !entry.value.startsWith(prefix)) return null;
      entries.delete(key);
      return entry.value.slice(prefix.length);
    },
    count: async (key, windowMs) => {
      const entry = living(key);
      if (entry === undefined) {
        write(key, '1', windowMs);
        return { count: 1, resetMs: windowMs };
      }
      const count = Number(entry.value) + 1;
      if (!Number.isSafeInteger(count)) throw new Error(`"${key}" does not hold a counter`);
      entry.value = String(count);
      return { count, resetMs: entry.expiresAt - clock.now() };
    },
    check: async () => undefined,
    close: async () => entries.clear(),
  };
}

function assertTtl(ttlMs: number): void {
  if (!Number.isSafeInteger(ttlMs) || ttlMs <= 0) throw new Error(`A time to live must be a whole number of milliseconds above 0, not ${ttlMs}`);
}
