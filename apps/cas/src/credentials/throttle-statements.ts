import type { Statement } from '@latchkey/store';

export interface AttemptRow {
  /** Instant of Postgres at which the statement began, ISO 8601 with microseconds. */
  readonly at: string;
  readonly subject: string | null;
  readonly username: string | null;
  readonly enabled: boolean | null;
  /** Of the row that was counted, not of the snapshot; null: nothing was counted, because of a wait or because there is none. */
  readonly password_hash: string | null;
  readonly has_password: boolean;
  readonly wait_ms: number;
}

/**
 * Counts an attempt before it is made, by canonical name: the row lock lines up attempts that come together, and each sees
 * the wait that the one before it caused. After `$3` failures each further one doubles the wait; at 100 the password is dead
 * until a new one is set. @see NIST SP 800-63B-4 §3.2.2
 *
 * `now()` is taken before anything is read: whoever disables the person or changes the password after this statement's
 * snapshot raises `not_before` above it, and the session is refused. One row is written whoever is asked for: a commit that
 * waits for the disk would tell an account that exists from one that does not. @see ASVS 6.3.8
 */
export const ATTEMPT: Statement = {
  name: 'credential_attempt',
  text: `WITH who AS (
      SELECT p.tenant, p.subject, p.username, p.enabled, c.subject IS NOT NULL AS has_password, c.next_try_at
        FROM person p LEFT JOIN credential c ON c.tenant = p.tenant AND c.subject = p.subject
        WHERE p.tenant = $1 AND p.canonical = $2 AND p.deleted_at IS NULL),
    counted AS (
      UPDATE credential c SET failures = failures + 1,
          next_try_at = CASE
            WHEN failures + 1 >= 100 THEN now() + interval '10 years'
            WHEN failures + 1 >= $3 THEN now() + least(power(2, failures + 1 - $3) * interval '5 seconds', interval '1 hour')
            ELSE '-infinity' END
        FROM who WHERE c.tenant = who.tenant AND c.subject = who.subject AND c.next_try_at <= now()
        RETURNING c.password_hash),
    otherwise AS (
      UPDATE nobody SET attempts = attempts + 1
        WHERE bucket = (SELECT floor(random() * 64)::integer) AND NOT EXISTS (SELECT 1 FROM counted))
    SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
      who.subject, who.username, who.enabled, coalesce(who.has_password, false) AS has_password, counted.password_hash,
      CASE WHEN who.next_try_at > now() THEN (extract(epoch FROM who.next_try_at - now()) * 1000)::float8 ELSE 0 END AS wait_ms
    FROM (SELECT 1) one LEFT JOIN who ON true LEFT JOIN counted ON true`,
};

/** Only if the password is still the one that was checked. `$4`: the same password hashed anew, when it was weak. */
export const SUCCEEDED: Statement = {
  name: 'credential_succeeded',
  text: `UPDATE credential SET failures = 0, next_try_at = '-infinity', password_hash = coalesce($4, password_hash)
    WHERE tenant = $1 AND subject = $2 AND password_hash = $3`,
};
