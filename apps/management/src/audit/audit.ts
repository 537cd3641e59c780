import { randomUUID } from 'node:crypto';
import { silentSecurityLog, type SecurityLog } from '@latchkey/runtime';
import type { Database, Sql, Statement, Transaction } from '@latchkey/store';

export interface AuditEntry {
  /** Unique for what happened, so that a fact told twice is one row. Made up when absent. */
  readonly id?: string;
  /** ISO 8601; the database's now when absent. */
  readonly at?: string;
  /** `person:<subject>`, `client:<id>`, `file`, `setup` or `system`. */
  readonly actor: string;
  /** `<thing>.<past participle>`. */
  readonly action: string;
  /** `<kind>:<id>` of what it happened to. */
  readonly thing: string;
  readonly detail?: object;
}

export interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly thing: string;
  readonly detail: Record<string, unknown>;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly thing?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

const RECORD: Statement = {
  name: 'audit_record',
  text: `INSERT INTO audit (tenant, at, id, actor, action, thing, detail)
    VALUES ($1, coalesce($2::timestamptz, now()), $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
};
const READ: Statement = {
  name: 'audit_read',
  text: `SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor, action, thing, detail
    FROM audit
    WHERE tenant = $1
      AND ($2::text IS NULL OR actor = $2) AND ($3::text IS NULL OR action = $3) AND ($4::text IS NULL OR thing = $4)
      AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6)
      AND ($7::timestamptz IS NULL OR (at, id) < ($7, $8))
    ORDER BY audit.at DESC, id DESC LIMIT $9`,
};

/** Who did what to which thing. Rows are only ever added; old months are dropped whole. */
export class Audit {
  constructor(
    private readonly database: Database,
    private readonly tenant: string,
    private readonly security: SecurityLog = silentSecurityLog,
  ) {}

  async record(sql: Sql, entry: AuditEntry): Promise<void> {
    await sql.query(RECORD, [
      this.tenant,
      entry.at ?? null,
      entry.id ?? randomUUID(),
      entry.actor,
      entry.action,
      entry.thing,
      JSON.stringify(entry.detail ?? {}),
    ]);
    // What another room told stands in that room's log already.
    if (entry.id === undefined) whenCommitted(sql, () => this.security.record('admin.changed', { actor: entry.actor, action: entry.action, thing: entry.thing }));
  }

  /** For writes that another room made: the fact stands there already, so the record follows it. */
  async recordAfter(entry: AuditEntry): Promise<void> {
    await this.record(this.database, entry);
  }

  /** Newest first. The cursor is `at` and `id` of the last row seen. */
  async read(filter: AuditFilter): Promise<{ items: AuditRow[]; next: string | null }> {
    const [cursorAt, cursorId] = filter.before === undefined ? [null, null] : readCursor(filter.before);
    const { rows } = await this.database.query<AuditRow>(READ, [
      this.tenant,
      filter.actor ?? null,
      filter.action ?? null,
      filter.thing ?? null,
      filter.since ?? null,
      filter.until ?? null,
      cursorAt,
      cursorId,
      filter.limit,
    ]);
    const last = rows.at(-1);
    return { items: rows, next: rows.length < filter.limit || last === undefined ? null : `${last.at}~${last.id}` };
  }
}

function whenCommitted(sql: Sql, work: () => void): void {
  if ('afterCommit' in sql) (sql as Transaction).afterCommit(work);
  else work();
}

export const AUDIT_CURSOR = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z~[\x21-\x7e]{1,200}$/;

function readCursor(cursor: string): [string, string] {
  const at = cursor.indexOf('~');
  return [cursor.slice(0, at), cursor.slice(at + 1)];
}
