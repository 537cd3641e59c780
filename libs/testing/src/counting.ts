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

/** Work by the clock and work that follows an event, by the names of its statements. No request waits for it. */
const BEHIND_BY_NAME =
  /^(bus-(?!outbox-insert$)|store-(check|reachable)$|delivery_|registry_copy_|signing_key_|secret_key_all$|revoked_token_sweep$|person_(owed|paid)_ending|session_(sweep|prune)$|audit_|consent_revoking$)/;
/** The same where a statement has no name. */
const BEHIND_BY_TEXT =
  /\b(inbox|parked|delivery|registry_copy|signing_key|secret_key|copy_drop|pg_partition_tree|pg_inherits|revoking)\b|\bpg_advisory_|^\s*(CREATE|DROP|ALTER) TABLE/i;
const RELAY = /^\s*(WITH|SELECT|DELETE|UPDATE)\b(?!.*\bsession\b).*\boutbox\b/is;
/** Polls and hints between rooms. */
const BEHIND_ASKS = /^\/internal\/(?:management\/registry|[a-z-]+\/events)$|^\/internal\/session-store\/touch$/;

function ofARequest(room: string, text: string, name: string | undefined): boolean {
  if (room === 'management') return false;
  return name === undefined ? !BEHIND_BY_TEXT.test(text) && !RELAY.test(text) : !BEHIND_BY_NAME.test(name);
}

export function countingHotStore(inner: HotStore): {
  hot: HotStore;
  counts: Counts;
  observe: { ask(path: string): void; sql(room: string, text: string, name: string | undefined): void };
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
      ask: (path) => {
        if (!BEHIND_ASKS.test(path)) counts.asks.push(path);
      },
      sql: (room, text, name) => {
        if (ofARequest(room, text, name)) counts.statements.push(`${room}: ${text}`);
      },
    },
  };
}
