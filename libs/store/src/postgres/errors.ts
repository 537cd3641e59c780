/** Why Postgres could not be used. `unreachable` may pass by itself; the others need somebody to change something. */
export type DatabaseFault = 'unreachable' | 'wrong-password' | 'unknown-user' | 'unknown-database' | 'too-many-connections' | 'clock-skew';

/** Says what failed, where, and what to do. Never holds a password. */
export class DatabaseUnavailable extends Error {
  constructor(
    readonly fault: DatabaseFault,
    readonly where: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'DatabaseUnavailable';
  }
}

/** The schema is older than this release needs. A newer one is fine: expand comes before deploy. */
export class SchemaTooOld extends Error {
  constructor(
    readonly schema: string,
    readonly missing: readonly string[],
  ) {
    super(
      `The schema "${schema}" lacks ${missing.length} migration${missing.length === 1 ? '' : 's'} that this release needs ` +
        `(first: ${missing[0]}). Run the migration job of this release, then start again.`,
    );
    this.name = 'SchemaTooOld';
  }
}

/** The given user may do less than preparing a database takes. */
export class DatabaseRightsMissing extends Error {
  override readonly name = 'DatabaseRightsMissing';
}

/** One migration could not be applied, and nothing of it was; those before it stay. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';

  constructor(schema: string, migration: string, cause: unknown) {
    super(`The migration "${migration}" of the schema "${schema}" failed: ${messageOf(cause)}. Nothing of it was applied.`, { cause });
  }
}

/** `user@host:port/database`: all of a connection URL that may be shown. */
export function whereabouts(url: string): string {
  if (!URL.canParse(url)) return 'an unreadable database URL';
  const { username, hostname, port, pathname } = new URL(url);
  return `${username === '' ? '' : `${decodeURIComponent(username)}@`}${hostname || 'localhost'}:${port || '5432'}${pathname}`;
}

/** The SQLSTATE or system code of an error, whichever it carries. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) ? codeOf(errors[0]) : undefined;
}

/** @see PostgreSQL, Appendix A: 23505 unique_violation */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return codeOf(error) === '23505' && (constraint === undefined || (error as { constraint?: string }).constraint === constraint);
}

/** True when the error says nothing about the statement: the connection is gone or never was. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return /terminated|timeout|not queryable|Cannot use a pool|closed/i.test(messageOf(error));
  return /^(08...|57P0.|53300|28...|3D000|E[A-Z_]+)$/.test(code);
}

export function explain(error: unknown, where: string): unknown {
  if (error instanceof DatabaseUnavailable || !isConnectionError(error)) return error;
  const say = (fault: DatabaseFault, message: string) => new DatabaseUnavailable(fault, where, message, { cause: error });
  switch (codeOf(error)) {
    case '28P01':
      return say('wrong-password', `PostgreSQL refused the password for ${where}. Correct the password in DATABASE_URL.`);
    case '28000':
      return say('unknown-user', `PostgreSQL does not let ${where} in. Create the role, or allow it in pg_hba.conf.`);
    case '3D000':
      return say('unknown-database', `PostgreSQL has no such database: ${where}. Create it, or correct DATABASE_URL.`);
    case '53300':
      return say('too-many-connections', `PostgreSQL has no connection left for ${where}. Raise max_connections, lower LATCHKEY_DATABASE_CONNECTIONS or run fewer replicas.`);
    default:
      return say(
        'unreachable',
        `PostgreSQL cannot be reached at ${where} (${codeOf(error) ?? messageOf(error)}). ` +
          'Check that it runs and that DATABASE_URL names it.',
      );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
