import type { Statement } from '@latchkey/store';

/**
 * The unique key on (tenant, period, code_hash) decides: no row back means that this code gave a grant before, or that after the
 * code was agreed to the person withdrew from the client or was ended. The row of `withdrawal` is written, not read: a write waits
 * for a withdrawal that is under way and returns what it committed, which this statement's snapshot would not show. An end of the
 * person that this misses has ended the session before, and whoever inserts looks at the session next.
 */
export const INSERT: Statement = {
  name: 'grant_insert',
  text: `WITH since AS (
      INSERT INTO withdrawal AS w (tenant, subject, client) VALUES ($1, $7, $6)
      ON CONFLICT (tenant, subject, client) DO UPDATE SET not_before = w.not_before
      RETURNING not_before),
    ended AS (SELECT not_before FROM subject WHERE tenant = $1 AND subject = $7 FOR SHARE)
    INSERT INTO "grant" (tenant, period, id, code_hash, code_binding, client, subject, sid, offline, scopes, resources,
      auth_time, acr, amr, mac_key, expires_at)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, clock_timestamp() + $16 * interval '1 millisecond'
      FROM since WHERE not_before < $17::timestamptz AND NOT EXISTS (SELECT 1 FROM ended WHERE not_before >= $17::timestamptz)
    ON CONFLICT (tenant, period, code_hash) DO NOTHING
    RETURNING *`,
};

const LIVING = `revoked_at IS NULL AND expires_at > clock_timestamp()`;

/**
 * An offline grant dies with its person's not_before, read under FOR SHARE so that an end of the person and a refresh have an
 * order. The making of the row decides, not the sign-in: the session in which somebody changed their password lives on.
 */
const ENDED = `ended AS (
    SELECT not_before FROM subject
     WHERE tenant = $1 AND subject = (SELECT subject FROM "grant" WHERE tenant = $1 AND period = $2 AND id = $3)
       FOR SHARE)`;
const NOT_ENDED = `NOT (offline AND EXISTS (
    SELECT 1 FROM ended WHERE "grant".created_at <= not_before))`;

/** What is asked lies within what was granted; several resources need one named. */
const WITHIN = `$5::text[] <@ scopes AND $6::text[] <@ resources AND (cardinality($6::text[]) = 1 OR cardinality(resources) < 2)`;

/**
 * Decides rotate, retry or kill in one statement (design, section 6), and writes the event of a kill with it. Presented: generation $7.
 * No row: dead, or asked beyond the grant. revoked_at set: reuse, already committed. Else: the token for $7 + 1.
 * @see RFC 9700 §4.14.2
 */
export const ROTATE: Statement = {
  name: 'grant_rotate',
  text: `WITH ${ENDED},
  turned AS (
    UPDATE "grant" SET
      revoked_at   = CASE WHEN generation = $7 AND NOT (retried AND retry_streak >= 4) THEN NULL
                          WHEN generation = $7 + 1 AND clock_timestamp() - rotated_at < $8 * interval '1 millisecond' THEN NULL
                          ELSE clock_timestamp() END,
      reason       = CASE WHEN generation = $7 AND NOT (retried AND retry_streak >= 4) THEN NULL
                          WHEN generation = $7 + 1 AND clock_timestamp() - rotated_at < $8 * interval '1 millisecond' THEN NULL
                          ELSE 'refresh-reused' END,
      retry_streak = CASE WHEN generation = $7 THEN CASE WHEN retried THEN retry_streak + 1 ELSE 0 END ELSE retry_streak END,
      retried      = generation <> $7,
      rotated_at   = CASE WHEN generation = $7 THEN clock_timestamp() ELSE rotated_at END,
      generation   = CASE WHEN generation = $7 THEN generation + 1 ELSE generation END
    WHERE tenant = $1 AND period = $2 AND id = $3 AND client = $4 AND ${LIVING}
      AND rotated_at > clock_timestamp() - $9 * interval '1 millisecond' AND ${WITHIN} AND ${NOT_ENDED}
    RETURNING *),
  told AS (
    INSERT INTO outbox (id, name, version, key, time, traceparent, data)
    SELECT $10, $11, $12, id, $13, $14, $15::jsonb || jsonb_build_object('subject', subject)
      FROM turned WHERE revoked_at IS NOT NULL)
  SELECT * FROM turned`,
};

/** The refresh of a client that does not rotate. */
export const HOLD: Statement = {
  name: 'grant_hold',
  text: `WITH ${ENDED}
    SELECT * FROM "grant"
    WHERE tenant = $1 AND period = $2 AND id = $3 AND client = $4 AND generation = $7 AND ${LIVING}
      AND rotated_at > clock_timestamp() - $8 * interval '1 millisecond' AND ${WITHIN} AND ${NOT_ENDED}`,
};

/** Only by day, so that a refresh without rotation stays a read. */
export const SEEN: Statement = {
  name: 'grant_seen',
  text: `UPDATE "grant" SET rotated_at = clock_timestamp() WHERE tenant = $1 AND period = $2 AND id = $3 AND rotated_at < now() - interval '1 day'`,
};

export const FIND: Statement = {
  name: 'grant_find',
  text: `SELECT * FROM "grant" WHERE tenant = $1 AND period = $2 AND id = $3 AND ${LIVING}`,
};

/** Most codes that are not there gave nothing: made-up ones cost one read, no transaction. */
export const GAVE: Statement = {
  name: 'grant_gave',
  text: `SELECT 1 FROM "grant" WHERE tenant = $1 AND period = $2 AND code_hash = $3 AND code_binding = $4 AND revoked_at IS NULL`,
};

/** The grant that a code gave, for a replay by the one the code was bound to; anybody else changes nothing. */
export const REVOKE_OF_CODE: Statement = {
  name: 'grant_revoke_of_code',
  text: `UPDATE "grant" SET revoked_at = clock_timestamp(), reason = 'code-replayed'
    WHERE tenant = $1 AND period = $2 AND code_hash = $3 AND code_binding = $4 AND revoked_at IS NULL RETURNING *`,
};

export const REVOKE: Statement = {
  name: 'grant_revoke',
  text: `UPDATE "grant" SET revoked_at = clock_timestamp(), reason = $4
    WHERE tenant = $1 AND period = $2 AND id = $3 AND revoked_at IS NULL RETURNING *`,
};

export const REVOKE_OF_SESSION: Statement = {
  name: 'grant_revoke_of_session',
  text: `UPDATE "grant" SET revoked_at = clock_timestamp(), reason = 'session-ended'
    WHERE tenant = $1 AND sid = $2 AND NOT offline AND revoked_at IS NULL RETURNING *`,
};

export const REVOKE_OF_CLIENT: Statement = {
  name: 'grant_revoke_of_client',
  text: `UPDATE "grant" SET revoked_at = clock_timestamp(), reason = 'consent-withdrawn'
    WHERE tenant = $1 AND subject = $2 AND client = $3 AND revoked_at IS NULL RETURNING *`,
};

export const REVOKE_OF_SUBJECT: Statement = {
  name: 'grant_revoke_of_subject',
  text: `UPDATE "grant" SET revoked_at = clock_timestamp(), reason = 'person-ended'
    WHERE tenant = $1 AND subject = $2 AND revoked_at IS NULL RETURNING *`,
};

export const END_CLIENT: Statement = {
  name: 'grant_end_client',
  text: `INSERT INTO withdrawal AS w (tenant, subject, client, not_before) VALUES ($1, $2, $3, clock_timestamp())
    ON CONFLICT (tenant, subject, client) DO UPDATE SET not_before = greatest(w.not_before, clock_timestamp())`,
};

export const END_SUBJECT: Statement = {
  name: 'grant_end_subject',
  text: `INSERT INTO subject (tenant, subject, not_before) VALUES ($1, $2, clock_timestamp())
    ON CONFLICT (tenant, subject) DO UPDATE SET not_before = greatest(subject.not_before, excluded.not_before)`,
};

export const OF_SESSION: Statement = {
  name: 'grant_of_session',
  text: `SELECT * FROM "grant" WHERE tenant = $1 AND sid = $2 ORDER BY created_at DESC`,
};

export const OF_SUBJECT: Statement = {
  name: 'grant_of_subject',
  text: `SELECT * FROM "grant" WHERE tenant = $1 AND subject = $2 ORDER BY created_at DESC LIMIT 500`,
};
