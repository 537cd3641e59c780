import type { EventEnvelope, EventType, Payload } from '@latchkey/contracts';
import type { Sql, Transaction } from '@latchkey/store';

/** What a room holds to tell others what happened. */
export interface Bus {
  /**
   * Validates, then writes an outbox row through `sql`. Inside a transaction the event leaves after the commit;
   * the caller needs no further step.
   */
  tell<E extends EventType>(sql: Sql, event: E, payload: Payload<E>): Promise<void>;
  /**
   * The envelope of an event for a hot statement that writes its own outbox row in a CTE:
   * `INSERT INTO outbox (id, name, version, key, time, traceparent, data)` with these values. Call `poke` after it.
   */
  envelope<E extends EventType>(event: E, payload: Payload<E>): EventEnvelope;
  /** Wakes the relay of this process. */
  poke(): void;
}

export interface OnceHandler {
  readonly mode: 'once';
  readonly event: EventType;
  readonly handle: (payload: never, tx: Transaction) => Promise<void>;
}
export interface EverywhereHandler {
  readonly mode: 'everywhere';
  readonly event: EventType;
  readonly handle: (payload: never) => Promise<void> | void;
}
export type Listener = OnceHandler | EverywhereHandler;

export const on = {
  /** Changes state: one replica of the room handles it, in the transaction of its inbox row. */
  once<E extends EventType>(event: E, handle: (payload: Payload<E>, tx: Transaction) => Promise<void>): OnceHandler {
    return { mode: 'once', event, handle: handle as OnceHandler['handle'] };
  },
  /** A hint that makes a poll sooner: each replica gets it, from now on, possibly never. */
  everywhere<E extends EventType>(event: E, handle: (payload: Payload<E>) => Promise<void> | void): EverywhereHandler {
    return { mode: 'everywhere', event, handle: handle as EverywhereHandler['handle'] };
  },
};
