import type { Statement } from '@latchkey/store';
import { withFact } from './facts.ts';
import { tellFrom } from './outbox.ts';
import { COPY_COLUMNS, LIVING, iso } from './rows.ts';

/**
 * Each change is one conditional statement on the row: `ended_at IS NULL` is checked again after waiting for its lock, so a
 * change that comes after an end changes nothing. Each change also writes into copy_drop what copy it made stale.
 */

export const FIND: Statement = {
  name: 'session_find',
  text: `SELECT ${COPY_COLUMNS} FROM session WHERE tenant = $1 AND sid = $2 AND ${LIVING}`,
};

/** At most once in 5 minutes, however many ask: the rest change nothing and leave the copy alone. */
export const TOUCH: Statement = {
  name: 'session_touch',
  text: `
  WITH touched AS (
    UPDATE session SET seen_at = now(), idle_until = now() + make_interval(secs => coalesce(long_term_seconds, $3::integer)), revision = revision + 1
    WHERE tenant = $1 AND sid = $2 AND ${LIVING} AND seen_at <= now() - interval '5 minutes'
    RETURNING tenant, sid
  ), owed AS (
    INSERT INTO copy_drop (tenant, sid) SELECT tenant, sid FROM touched RETURNING id
  )
  SELECT EXISTS (SELECT FROM session WHERE tenant = $1 AND sid = $2 AND ${LIVING}) AS alive, (SELECT id::text FROM owed) AS owed`,
};

export const ANSWERED: Statement = {
  name: 'session_answered',
  text: `
  WITH changed AS (
    UPDATE session SET answered = ${withFact('answered', '$3', '$4')}, revision = revision + 1
    WHERE tenant = $1 AND sid = $2 AND ${LIVING}
    RETURNING tenant, sid
  ), owed AS (
    INSERT INTO copy_drop (tenant, sid) SELECT tenant, sid FROM changed RETURNING id
  )
  SELECT EXISTS (SELECT FROM changed) AS alive, (SELECT id::text FROM owed) AS owed`,
};

/** A session past its limits that nobody has swept yet ends with the reason that is true. */
export const END: Statement = {
  name: 'session_end',
  text: `
  WITH ended AS (
    UPDATE session SET ended_at = now(), revision = revision + 1, end_reason = CASE
        WHEN absolute_until <= now() THEN 'absolute-limit' WHEN idle_until <= now() THEN 'idle' ELSE $3 END
    WHERE tenant = $1 AND sid = $2 AND ended_at IS NULL
    RETURNING *
  ), told AS (
    ${tellFrom('ended', '$4', 'ended_at', ", 'reason', r.end_reason")}
  ), owed AS (
    INSERT INTO copy_drop (tenant, sid) SELECT tenant, sid FROM ended RETURNING id
  )
  SELECT EXISTS (SELECT FROM ended) AS ended, (SELECT id::text FROM owed) AS owed`,
};

/** First statement of endAll: from its lock on, no start that authenticated before this instant goes through. */
export const RAISE_NOT_BEFORE: Statement = {
  name: 'session_raise_not_before',
  text: `INSERT INTO subject AS s (tenant, subject, not_before) VALUES ($1, $2, clock_timestamp())
    ON CONFLICT (tenant, subject) DO UPDATE SET not_before = greatest(s.not_before, clock_timestamp())
    RETURNING ${iso('not_before')} AS not_before`,
};

/** Second statement of endAll, with a snapshot of its own: it sees every session whose start the first one waited for. */
export const END_ALL: Statement = {
  name: 'session_end_all',
  text: `UPDATE session SET ended_at = now(), revision = revision + 1, end_reason = CASE
      WHEN absolute_until <= now() THEN 'absolute-limit' WHEN idle_until <= now() THEN 'idle' ELSE $3 END
    WHERE tenant = $1 AND subject = $2 AND ended_at IS NULL AND sid IS DISTINCT FROM $4
    RETURNING tenant, sid, subject, revision, end_reason, ${iso('ended_at')} AS at`,
};

export const OWE_MANY: Statement = {
  name: 'session_owe_many',
  text: 'INSERT INTO copy_drop (tenant, sid) SELECT $1, unnest($2::text[])',
};

/** Also what an earlier attempt left: a repeated endAll finds nothing alive, and still may only answer when these are gone. */
export const OWED_OF_SUBJECT: Statement = {
  name: 'session_owed_of_subject',
  text: `SELECT d.id::text AS owed, d.tenant, d.sid FROM copy_drop d JOIN session s USING (tenant, sid)
    WHERE s.tenant = $1 AND s.subject = $2 AND s.ended_at IS NOT NULL`,
};

export interface EndedRow {
  readonly tenant: string;
  readonly sid: string;
  readonly subject: string;
  readonly revision: number;
  readonly end_reason: string;
  readonly at: string;
}
