import type { EventEnvelope } from '@latchkey/contracts';
import type { Database, Statement } from '@latchkey/store';

/** An event that its handler refused N times. It stays until it is handled: visible, and tried again. */
export interface ParkedEvent extends EventEnvelope {
  readonly error: string;
  readonly tries: number;
  readonly parkedAt: string;
  /** When it is tried again without anybody asking; null: only by hand. */
  readonly nextAt: string | null;
}

interface Row extends Omit<ParkedEvent, 'parkedAt' | 'nextAt'> {
  parked_at: Date;
  next_at: Date | null;
}

/** Half a minute, then twice as long each time, up to an hour; after 60 more tries (about two days) only by hand. */
const NEXT = `CASE WHEN parked.tries < 60 THEN clock_timestamp() + least(interval '1 hour', interval '30 seconds' * power(2, least(parked.tries, 11) - 4)) END`;

/** What was handled or discarded meanwhile is not parked. */
const PARK: Statement = {
  name: 'bus-park',
  text: `INSERT INTO parked (id, name, version, source, key, time, traceparent, data, error, tries, next_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp() + interval '30 seconds' WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE id = $1)
ON CONFLICT (id) DO UPDATE SET error = excluded.error, tries = parked.tries + 1, tried_at = clock_timestamp(), next_at = ${NEXT}`,
};
const COLUMNS = 'id, name, version, source, key, time, traceparent, data, error, tries, parked_at, next_at';
const LIST: Statement = { name: 'bus-parked-list', text: `SELECT ${COLUMNS} FROM parked ORDER BY parked_at DESC, id DESC LIMIT $1` };
const FIND: Statement = { name: 'bus-parked-find', text: `SELECT ${COLUMNS} FROM parked WHERE id = $1` };
/** Puts the next turn off before it is taken, so that two replicas do not take the same. */
const DUE: Statement = {
  name: 'bus-parked-due',
  text: `UPDATE parked SET next_at = clock_timestamp() + interval '1 minute'
WHERE id IN (SELECT id FROM parked WHERE next_at < clock_timestamp() ORDER BY next_at LIMIT 20 FOR UPDATE SKIP LOCKED)
RETURNING ${COLUMNS}`,
};

/** Its id is entered as if it had been handled, so that it does not come back. */
const DISCARD: Statement = {
  name: 'bus-parked-discard',
  text: `WITH gone AS (DELETE FROM parked WHERE id = $1 RETURNING id),
entered AS (INSERT INTO inbox (id) SELECT id FROM gone ON CONFLICT DO NOTHING)
SELECT id FROM gone`,
};

export class Parked {
  constructor(private readonly database: Database) {}

  async park(envelope: EventEnvelope, error: unknown, tries: number): Promise<void> {
    const { id, name, version, source, key, time, traceparent, data } = envelope;
    const why = (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
    const texts = [source, key, time, traceparent].map((text) => text?.replaceAll('\0', '') ?? null);
    await this.database.query(PARK, [id, name, version, ...texts, storable(data), why.replaceAll('\0', ''), tries]);
  }

  async list(limit = 100): Promise<ParkedEvent[]> {
    return (await this.database.query<Row>(LIST, [limit])).rows.map(read);
  }

  async find(id: string): Promise<ParkedEvent | null> {
    const row = (await this.database.query<Row>(FIND, [id])).rows[0];
    return row === undefined ? null : read(row);
  }

  async takeDue(): Promise<ParkedEvent[]> {
    return (await this.database.query<Row>(DUE)).rows.map(read);
  }

  async discard(id: string): Promise<boolean> {
    return (await this.database.query(DISCARD, [id])).count > 0;
  }

  async remove(id: string): Promise<void> {
    await this.database.query('DELETE FROM parked WHERE id = $1', [id]);
  }
}

/** Postgres holds no NUL in text or jsonb; what cannot be parked would stop its partition for ever. */
function storable(data: unknown): string {
  return JSON.stringify(data ?? null).replaceAll('\\u0000', '\\ufffd');
}

function read({ parked_at, next_at, ...row }: Row): ParkedEvent {
  return { ...row, parkedAt: parked_at.toISOString(), nextAt: next_at?.toISOString() ?? null };
}

export function envelopeOf({ id, name, version, source, time, key, traceparent, data }: ParkedEvent): EventEnvelope {
  return { id, name, version, source, time, key, traceparent, data };
}
