import type { Statement } from '@latchkey/store';
import { withFact } from './facts.ts';
import { tellFrom } from './outbox.ts';
import { COPY_COLUMNS, LIVING, type CopyRow } from './rows.ts';

/** The row that START locks must stand before its snapshot is taken, hence a statement of its own. */
export const KNOW_SUBJECT: Statement = {
  name: 'session_know_subject',
  text: 'INSERT INTO subject (tenant, subject) VALUES ($1, $2) ON CONFLICT DO NOTHING',
};

const IDLE = 'now() + make_interval(secs => coalesce($17::integer, $11::integer))';
const ABSOLUTE = 'now() + make_interval(secs => coalesce($17::integer, $12::integer))';

/**
 * One statement decides: refuse, renew or start.
 * - `allowed` locks the person FOR SHARE until the commit. `endAll` writes that row first and looks for sessions after: either it
 *   waits for us and then sees what we started, or we wait for it and then find its `not_before`.
 * - A renewal keeps the sid, so that applications already entered stay in the session, and makes a new secret (ASVS 7.2.4):
 *   the old one is dead with this commit. Both limits begin anew, since the person authenticated anew.
 * - Another person's session under `replaces` ends here: a browser holds one session.
 */
export const START: Statement = {
  name: 'session_start',
  text: `
  WITH allowed AS (
    SELECT tenant FROM subject WHERE tenant = $1 AND subject = $2 AND not_before < $3::timestamptz FOR SHARE
  ), renewed AS (
    UPDATE session s SET secret_hash = $7, username = $4, auth_time = $3::timestamptz, amr = $8, acr = $9, device = $10::jsonb,
      seen_at = now(), idle_until = ${IDLE}, absolute_until = ${ABSOLUTE}, long_term_seconds = $17::integer, revision = s.revision + 1,
      answered = ${withFact('s.answered', '$13', '$14')}
    FROM allowed
    WHERE s.tenant = $1 AND s.sid = $5 AND s.subject = $2 AND ${LIVING}
    RETURNING s.*
  ), replaced AS (
    UPDATE session s SET ended_at = now(), end_reason = 'replaced', revision = s.revision + 1
    FROM allowed
    WHERE s.tenant = $1 AND s.sid = $5 AND s.subject <> $2 AND s.ended_at IS NULL
    RETURNING s.*
  ), started AS (
    INSERT INTO session (tenant, sid, secret_hash, subject, username, auth_time, amr, acr, device, idle_until, absolute_until, answered, long_term_seconds)
    SELECT $1, $6, $7, $2, $4, $3::timestamptz, $8, $9, $10::jsonb, ${IDLE}, ${ABSOLUTE}, ${withFact("'[]'::jsonb", '$13', '$14')}, $17::integer
    FROM allowed WHERE NOT EXISTS (SELECT FROM renewed)
    RETURNING *
  ), told_started AS (
    ${tellFrom('started', '$15', 'started_at')}
  ), told_replaced AS (
    ${tellFrom('replaced', '$16', 'ended_at')}
  ), owed AS (
    INSERT INTO copy_drop (tenant, sid) SELECT tenant, sid FROM renewed UNION ALL SELECT tenant, sid FROM replaced
    RETURNING id
  )
  SELECT ${COPY_COLUMNS}, (SELECT id::text FROM owed) AS owed, EXISTS (SELECT FROM replaced) AS replaced_other
  FROM (SELECT * FROM renewed UNION ALL SELECT * FROM started) session`,
};

export interface StartedRow extends CopyRow {
  /** Id of the copy_drop row when a copy of the session under `replaces` became stale. */
  readonly owed: string | null;
  readonly replaced_other: boolean;
}
