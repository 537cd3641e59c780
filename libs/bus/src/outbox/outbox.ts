import type { EventEnvelope, EventType, Payload, Room } from '@latchkey/contracts';
import type { Sql, Statement, Transaction } from '@latchkey/store';
import { eventId } from '../event-id.ts';
import type { ObserveEvent } from '../stats.ts';

const INSERT: Statement = {
  name: 'bus-outbox-insert',
  text: `INSERT INTO outbox (id, name, version, key, time, traceparent, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** Writes what this room tells, in the transaction of what happened. */
export class Outbox {
  constructor(
    private readonly parts: {
      readonly room: Room;
      readonly clock: { now(): number };
      readonly traceparent: () => string | null;
      readonly poke: () => void;
      readonly observe: ObserveEvent;
    },
  ) {}

  envelope<E extends EventType>(event: E, payload: Payload<E>): EventEnvelope {
    const { room, clock } = this.parts;
    const producers: readonly Room[] = typeof event.producer === 'string' ? [event.producer] : event.producer;
    if (!producers.includes(room)) throw new Error(`${room} may not tell ${event.name}: that is for ${producers.join(', ')}`);
    const data = event.schema.parse(payload) as Record<string, unknown>;
    const now = clock.now();
    return {
      id: eventId(now),
      name: event.name,
      version: event.version,
      source: room,
      time: new Date(now).toISOString(),
      key: String(data[event.key]),
      traceparent: this.parts.traceparent(),
      data,
    };
  }

  async tell<E extends EventType>(sql: Sql, event: E, payload: Payload<E>): Promise<void> {
    const { id, name, version, key, time, traceparent, data } = this.envelope(event, payload);
    await sql.query(INSERT, [id, name, version, key, time, traceparent, data]);
    const left = (): void => {
      this.parts.observe(name, 'told');
      this.parts.poke();
    };
    if (isTransaction(sql)) sql.afterCommit(left);
    else left();
  }
}

function isTransaction(sql: Sql): sql is Transaction {
  return 'afterCommit' in sql;
}
