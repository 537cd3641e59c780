import type { SessionCopy, SessionRow } from '@latchkey/contracts';

/** Within both limits and not ended: the one meaning of "a living session". */
export const LIVING = 'ended_at IS NULL AND idle_until > now() AND absolute_until > now()';

/** What a hot copy is made of; `read_at` is the clock by which its remaining life is counted. */
export const COPY_COLUMNS = `tenant, sid, subject, username, secret_hash, auth_time, amr, acr, started_at, seen_at, revision, answered, long_term_seconds,
  least(idle_until, absolute_until) AS expires_at, now() AS read_at`;

export interface CopyRow {
  readonly tenant: string;
  readonly sid: string;
  readonly subject: string;
  readonly username: string;
  readonly secret_hash: string;
  readonly auth_time: Date;
  readonly amr: string[];
  readonly acr: string;
  readonly started_at: Date;
  readonly seen_at: Date;
  readonly revision: number;
  readonly answered: SessionCopy['answered'];
  readonly long_term_seconds: number | null;
  readonly expires_at: Date;
  readonly read_at: Date;
}

export function copyOf(row: CopyRow): SessionCopy {
  return {
    v: 1,
    sid: row.sid,
    tenant: row.tenant,
    subject: row.subject,
    username: row.username,
    secretHash: row.secret_hash,
    authTime: seconds(row.auth_time),
    amr: row.amr,
    acr: row.acr,
    ...(row.long_term_seconds !== null && { longTerm: true }),
    startedAt: seconds(row.started_at),
    seenAt: seconds(row.seen_at),
    expiresAtMs: row.expires_at.getTime(),
    revision: row.revision,
    answered: row.answered,
  };
}

function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

/** ISO 8601 in UTC with the microseconds of Postgres: a JavaScript Date would lose them, and cursors with them. */
export function iso(expression: string): string {
  return `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

export const LIST_COLUMNS = `sid, subject, username, ${iso('started_at')} AS "startedAt", ${iso('seen_at')} AS "seenAt",
  ${iso('auth_time')} AS "authTime", ${iso('least(idle_until, absolute_until)')} AS "expiresAt", amr, device,
  ${iso('ended_at')} AS "endedAt", end_reason AS "endReason"`;
export type ListRow = SessionRow;
