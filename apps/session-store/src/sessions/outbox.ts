import type { Bus } from '@latchkey/bus';
import type { EventEnvelope } from '@latchkey/contracts';
import type { Sql, Statement } from '@latchkey/store';
import { iso } from './rows.ts';

/**
 * A hot statement writes its event itself, so that a change and its event are one statement. The envelope is made (and its
 * schema checked) before; what only the row knows is put in here.
 */
export function tellFrom(rows: string, envelope: string, at: string, more = ''): string {
  return `INSERT INTO outbox (id, name, version, key, time, traceparent, data)
    SELECT e.id, e.name, e.version, e.key, e.time, e.traceparent, e.data || jsonb_build_object(
      'subject', r.subject, 'revision', r.revision, 'at', ${iso(`r.${at}`)}${more})
    FROM ${rows} r, jsonb_populate_record(NULL::outbox, ${envelope}::jsonb) e`;
}

/** Stands in an envelope for what the statement fills in. */
export const FILLED_BY_STATEMENT = { subject: '', revision: 0, at: '' } as const;

const TELL_MANY: Statement = {
  name: 'session_tell_many',
  text: `INSERT INTO outbox (id, name, version, key, time, traceparent, data)
    SELECT id, name, version, key, time, traceparent, data FROM jsonb_populate_recordset(NULL::outbox, $1::jsonb)`,
};

export async function tellMany(sql: Sql, envelopes: readonly EventEnvelope[]): Promise<void> {
  if (envelopes.length > 0) await sql.query(TELL_MANY, [JSON.stringify(envelopes)]);
}

export type Tells = Pick<Bus, 'envelope' | 'poke'>;
