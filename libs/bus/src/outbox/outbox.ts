import type { EventEnvelope, EventType, Payload, Room } from '@latchkey/contracts';
import type { Sql, Statement, Transaction } from '@latchkey/store';
import { eventId } from '../event-id.ts';

const INSERT: Statement = {
  name: 'bus-outbox-insert',
  text: `INSERT INTO outbox (id, name, version, key, time, traceparent, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** Writes what this room tells, in the transaction of what happened. */
export class Outbox {
  constructor(
    private readonly room: Room,
    private readonly clock: { now(): number },
    private readonly traceparent: () => string | null,
    private readonly poke: () => void,
  ) {}

  envelope<E extends EventType>(event: E, payload: Payload<E>): EventEnvelope {
    const producers: readonly Room[] = typeof event.producer === 'string' ? [event.producer] : event.producer;
    if (!producers.includes(this.room)) throw new Error(`${this.room} may not tell ${event.name}: that is for ${producers.join(', ')}`);
    const data = event.schema.parse(payload) as Record<string, unknown>;
    const now = this.clock.now();
    return {
      id: eventId(now),
      name: event.name,
      version: event.version,
      source: this.room,
      time: new Date(now).toISOString(),
      key: String(data[event.key]),
      traceparent: this.traceparent(),
      data,
    };
  }

  async tell<E extends EventType>(sql: Sql, event: E, payload: Payload<E>): Promise<void> {
    const { id, name, version, key, time, traceparent, data } = this.envelope(event, payload);
    await sql.query(INSERT, [id, name, version, key, time, traceparent, data]);
    if (isTransaction(sql)) sql.afterCommit(this.poke);
    else this.poke();
  }
}

function isTransaction(sql: Sql): sql is Transaction {
  return 'afterCommit' in sql;
}
