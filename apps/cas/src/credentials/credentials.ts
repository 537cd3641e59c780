import type { Database } from '@latchkey/store';
import { canonicalName } from '../people/canonical.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { ATTEMPT, SUCCEEDED, type AttemptRow } from './throttle-statements.ts';
import type { UnknownNames } from './unknown-names.ts';

export type Attempt =
  | { readonly outcome: 'match'; readonly subject: string; readonly username: string; readonly authenticatedAt: string }
  | { readonly outcome: 'no-match' }
  | { readonly outcome: 'wait'; readonly waitMs: number };

interface Options {
  readonly database: Database;
  readonly tenant: string;
  readonly hasher: PasswordHasher;
  readonly unknownNames: UnknownNames;
  readonly freeTries: number;
}

/** Nobody is called so, and Postgres could not even be asked. */
const CANNOT_BE_A_NAME = /[\s\p{C}]/u;

/** Guards passwords: no attempt that was not counted first, and no answer that tells who exists. */
export class Credentials {
  constructor(private readonly options: Options) {}

  /** @throws HashGateFull */
  async attempt(username: string, password: string): Promise<Attempt> {
    const { database, tenant, hasher, freeTries } = this.options;
    const canonical = CANNOT_BE_A_NAME.test(username) ? '' : canonicalName(username);
    const row = (await database.query<AttemptRow>(ATTEMPT, [tenant, canonical, freeTries])).rows[0]!;
    const waitMs = await this.waitOf(row, canonical);
    if (waitMs > 0) return { outcome: 'wait', waitMs };

    const matches = await hasher.verify(row.password_hash, password);
    if (!matches || !row.enabled || row.subject === null || row.username === null) return { outcome: 'no-match' };
    await this.succeeded(row.subject, row.password_hash!, password);
    return { outcome: 'match', subject: row.subject, username: row.username, authenticatedAt: row.at };
  }

  private async waitOf(row: AttemptRow, canonical: string): Promise<number> {
    if (!row.has_password) return this.options.unknownNames.attempt(canonical);
    // Not counted though nothing was to be waited for in the snapshot: an attempt beside this one took the last free try.
    return row.password_hash === null ? Math.max(row.wait_ms, 1_000) : 0;
  }

  private async succeeded(subject: string, stored: string, password: string): Promise<void> {
    const { database, tenant, hasher } = this.options;
    const renewed = hasher.isWeak(stored) ? await hasher.hash(password) : null;
    await database.query(SUCCEEDED, [tenant, subject, stored, renewed]);
  }
}
