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

/** Work by the clock and work that follows an event: relays, inboxes, deliveries, registry polls. No request waits for it. */
const BEHIND = /\b(inbox|parked|delivery|registry_copy|signing_key|copy_drop)\b/;
const RELAY = /^\s*(WITH|SELECT|DELETE|UPDATE)\b(?!.*\bsession\b).*\boutbox\b/is;

function ofARequest(room: string, text: string): boolean {
  return room !== 'management' && !BEHIND.test(text) && !RELAY.test(text);
}

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
        if (ofARequest(room, text)) counts.statements.push(`${room}: ${text}`);
      },
    },
  };
}
