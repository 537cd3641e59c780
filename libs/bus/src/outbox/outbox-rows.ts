import { EVENTS, type EventEnvelope, type Room } from '@latchkey/contracts';
import type { Sql, Statement } from '@latchkey/store';

/** A row of the outbox, locked by the transaction that claimed it. */
export interface Claimed {
  readonly seq: string;
  readonly envelope: EventEnvelope;
  /** Consumers that already have it by the way round. */
  readonly reached: readonly Room[];
}

interface Row {
  seq: string;
  id: string;
  name: string;
  version: number;
  key: string;
  time: Date;
  traceparent: string | null;
  data: unknown;
  reached: Room[];
}

const ANY: Statement = { name: 'bus-outbox-any', text: 'SELECT 1 FROM outbox LIMIT 1' };

/**
 * A row that could not be brought to everybody rests for a moment, so that those behind it get their turn. `$2` is null, or says
 * by `name/version` which consumers can be told now: a row that only others lack is left alone.
 */
const CLAIM: Statement = {
  name: 'bus-outbox-claim',
  text: `SELECT seq, id, name, version, key, time, traceparent, data, reached FROM outbox
WHERE tried_at IS NULL OR (tried_at < clock_timestamp() - interval '2 seconds'
  AND ($2::jsonb IS NULL OR NOT reached @> ARRAY(SELECT jsonb_array_elements_text($2::jsonb -> (name || '/' || version)))))
ORDER BY seq LIMIT $1 FOR UPDATE SKIP LOCKED`,
};
const SETTLE: Statement = { name: 'bus-outbox-settle', text: 'DELETE FROM outbox WHERE seq = ANY($1::bigint[])' };
const REACHED: Statement = {
  name: 'bus-outbox-reached',
  text: 'UPDATE outbox SET reached = $2::text[], tried_at = CASE WHEN $3::boolean THEN clock_timestamp() END WHERE seq = ANY($1::bigint[])',
};

export async function anyWaiting(sql: Sql): Promise<boolean> {
  return (await sql.query(ANY)).count > 0;
}

export async function claim(sql: Sql, source: Room, limit: number, open?: (room: Room) => boolean): Promise<Claimed[]> {
  const { rows } = await sql.query<Row>(CLAIM, [limit, open === undefined ? null : JSON.stringify(openConsumers(open))]);
  return rows.map(({ seq, reached, time, ...rest }) => ({ seq, reached, envelope: { ...rest, source, time: time.toISOString() } }));
}

export async function settle(sql: Sql, rows: readonly Claimed[]): Promise<void> {
  if (rows.length > 0) await sql.query(SETTLE, [rows.map(({ seq }) => seq)]);
}

export interface Reached {
  readonly row: Claimed;
  readonly reached: readonly Room[];
  /** Whether it waits a moment before its next turn. */
  readonly rests: boolean;
}

/** One statement for all rows that have reached the same rooms. */
export async function rememberReached(sql: Sql, those: readonly Reached[]): Promise<void> {
  const groups = new Map<string, { reached: readonly Room[]; rests: boolean; seqs: string[] }>();
  for (const { row, reached, rests } of those) {
    const sorted = [...reached].sort();
    const key = [rests, ...sorted].join();
    const group = groups.get(key) ?? { reached: sorted, rests, seqs: [] };
    group.seqs.push(row.seq);
    groups.set(key, group);
  }
  for (const { reached, rests, seqs } of groups.values()) await sql.query(REACHED, [seqs, reached, rests]);
}

function openConsumers(open: (room: Room) => boolean): Record<string, Room[]> {
  return Object.fromEntries(EVENTS.map(({ name, version, consumers }) => [`${name}/${version}`, consumers.filter(open)]));
}
