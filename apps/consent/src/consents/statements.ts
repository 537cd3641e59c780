import type { Statement } from '@latchkey/store';

/**
 * `at` is now(), the begin of the transaction: never after the snapshot, so a withdrawal that this misses is later than it.
 * A decision counts for 10 minutes, in its session and interaction, and not beyond a withdrawal: who allows, withdraws and
 * goes back in the browser has withdrawn.
 */
export const DECIDED: Statement = {
  name: 'consent_decided',
  text: `SELECT coalesce(c.scopes, '{}') AS granted, (
      SELECT d.decision FROM decision d
      WHERE d.tenant = $1 AND d.interaction = $5 AND d.sid = $4 AND d.subject = $2 AND d.client = $3
        AND d.at > now() - interval '10 minutes'
        AND (d.decision = 'denied' OR d.at > coalesce(
          (SELECT withdrawn_at FROM consent WHERE tenant = $1 AND subject = $2 AND client = $3), '-infinity'))
      ORDER BY d.id DESC LIMIT 1) AS decision,
      to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
    FROM (SELECT 1) one LEFT JOIN consent c ON c.tenant = $1 AND c.subject = $2 AND c.client = $3 AND c.active`,
};

export const RECORD: Statement = {
  name: 'consent_record',
  text: `INSERT INTO decision (tenant, subject, client, sid, interaction, decision, scopes, shown)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`,
};

/** New scopes are added to those already granted; a consent that was withdrawn begins anew. No row: a withdrawal is not done yet. */
export const GRANT: Statement = {
  name: 'consent_grant',
  text: `INSERT INTO consent AS c (tenant, subject, client, scopes) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant, subject, client) DO UPDATE SET active = true, revision = c.revision + 1,
      granted_at = CASE WHEN c.active AND excluded.scopes <@ c.scopes THEN c.granted_at ELSE now() END,
      scopes = CASE WHEN c.active
        THEN ARRAY(SELECT s FROM unnest(c.scopes || excluded.scopes) WITH ORDINALITY AS u (s, n) GROUP BY s ORDER BY min(n))
        ELSE excluded.scopes END
    WHERE NOT c.revoking
    RETURNING revision`,
};

export const WITHDRAW: Statement = {
  name: 'consent_withdraw',
  text: `UPDATE consent SET active = false, revoking = true, withdrawn_at = clock_timestamp(), revision = revision + 1
    WHERE tenant = $1 AND subject = $2 AND client = $3 AND active
    RETURNING scopes`,
};

/** Decided once, whatever holds now. */
export const KNOWN: Statement = {
  name: 'consent_known',
  text: `SELECT 1 FROM consent WHERE tenant = $1 AND subject = $2 AND client = $3`,
};

export const REVOKED: Statement = {
  name: 'consent_revoked',
  text: `UPDATE consent SET revoking = false WHERE tenant = $1 AND subject = $2 AND client = $3 AND revoking`,
};

export const REVOKING: Statement = {
  name: 'consent_revoking',
  text: `SELECT subject, client FROM consent WHERE tenant = $1 AND revoking ORDER BY withdrawn_at LIMIT 200`,
};

/** With the words under which each scope was last allowed: what the person agreed to is what they read. */
export const LIST: Statement = {
  name: 'consent_list',
  text: `SELECT c.client, c.scopes, c.granted_at, (
      SELECT jsonb_object_agg(w->>'name', w ORDER BY d.id) FROM decision d, jsonb_array_elements(d.shown->'scopes') w
      WHERE d.tenant = $1 AND d.subject = $2 AND d.client = c.client AND d.decision = 'granted') AS words, (
      SELECT d.shown - 'scopes' FROM decision d
      WHERE d.tenant = $1 AND d.subject = $2 AND d.client = c.client AND d.decision = 'granted' ORDER BY d.id DESC LIMIT 1) AS shown
    FROM consent c WHERE c.tenant = $1 AND c.subject = $2 AND c.active ORDER BY c.granted_at DESC`,
};
