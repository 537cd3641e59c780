import type { HotStore } from '@latchkey/store';

/** What a request cost others. */
export class Counts {
  readonly asks: string[] = [];
  readonly trips: string[] = [];
  readonly statements: string[] = [];

  reset(): void {
    this.asks.length = 0;
    this.trips.length = 0;
    this.statements.length = 0;
  }
}

/** The relay polls its outbox and jobs look for work by the clock: no request pays for those. */
const BY_THE_CLOCK = /\b(outbox|inbox|parked|delivery|registry|registry_copy|signing_key|copy_drop)\b/;

export function countingHotStore(inner: HotStore): {
  hot: HotStore;
  counts: Counts;
  observe: { ask(path: string): void; sql(room: string, text: string): void };
} {
  const counts = new Counts();
  const hot = new Proxy(inner, {
    get(target, property, receiver) {
      const value = Reflect.get(target, property, receiver) as unknown;
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...values: unknown[]) => unknown;
      if (['check', 'close'].includes(String(property))) return call;
      return (...values: unknown[]) => {
        counts.trips.push(`${String(property)} ${String(values[0])}`);
        return call(...values);
      };
    },
  });
  return {
    hot,
    counts,
    observe: {
      ask: (path) => void counts.asks.push(path),
      sql: (room, text) => {
        if (!BY_THE_CLOCK.test(text) || /^\s*WITH/i.test(text)) counts.statements.push(`${room}: ${text}`);
      },
    },
  };
}
