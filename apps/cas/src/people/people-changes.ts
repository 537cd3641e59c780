import { randomBytes } from 'node:crypto';
import type { Bus } from '@latchkey/bus';
import { personChanged, type EndReason, type Payload, type Person, type PersonEntry } from '@latchkey/contracts';
import type { SecurityLog } from '@latchkey/runtime';
import { isUniqueViolation, type Database, type Transaction } from '@latchkey/store';
import type { PasswordHasher } from '../credentials/password-hasher.ts';
import { canonicalName, normalized } from './canonical.ts';
import { DELETE, DROP_CREDENTIAL, FOR_CHANGE, INSERT, SET_ENABLED, SET_PASSWORD, UPDATE, type StoredPerson } from './change-statements.ts';
import type { Endings } from './endings.ts';
import { checkEntry } from './check-entry.ts';
import { assertAnotherMember } from './last-member.ts';
import { shownPerson } from './person-row.ts';

type Change = Payload<typeof personChanged>['change'];

interface Options {
  readonly database: Database;
  readonly bus: Bus;
  readonly tenant: string;
  readonly hasher: PasswordHasher;
  readonly endings: Endings;
  readonly security: SecurityLog;
}

/** Every way in which a person changes. Each commits its row and its event together, pays what it owes, then answers. */
export class PeopleChanges {
  constructor(private readonly options: Options) {}

  /** By username. The same entry twice changes nothing: a plain password is verified, not hashed anew. */
  async put(entry: PersonEntry, keepMemberOf: string | null = null): Promise<{ person: Person; change: 'created' | 'updated' | 'unchanged' }> {
    const { database, endings, tenant } = this.options;
    checkEntry(entry);
    const before = (await database.query<StoredPerson>(FOR_CHANGE, [tenant, canonicalName(entry.username)])).rows[0];
    const hash = await this.newHash(entry, before?.password_hash ?? null);
    const result = before === undefined ? await this.create(entry, hash) : await this.update(before, entry, hash, keepMemberOf);
    if (result === 'moved') return this.put(entry, keepMemberOf);
    await endings.pay(result.person.subject);
    return result;
  }

  async setEnabled(subject: string, enabled: boolean, keepMemberOf: string | null = null): Promise<Person | null> {
    const { database, endings, tenant } = this.options;
    const person = await database.transaction(async (tx) => {
      if (!enabled) await assertAnotherMember(tx, tenant, keepMemberOf, subject);
      const row = (await tx.query<StoredPerson & { changed: boolean }>(SET_ENABLED, [tenant, subject, enabled])).rows[0];
      if (row === undefined) return null;
      if (row.changed) await this.tell(tx, row, enabled ? 'enabled' : 'disabled');
      if (!enabled) await endings.owe(tx, subject, 'person-disabled');
      return shownPerson(row);
    });
    if (person !== null) await endings.pay(subject);
    return person;
  }

  /** `except`: the session that lives on, when the person changed it there. */
  async setPassword(subject: string, password: string, except: string | null = null): Promise<boolean> {
    const { database, endings, hasher, tenant } = this.options;
    const hash = await hasher.hash(password);
    const changed = await database.transaction(async (tx) => {
      const row = (await tx.query<StoredPerson>(SET_PASSWORD, [tenant, subject, hash])).rows[0];
      if (row === undefined) return false;
      await this.tell(tx, row, 'password-changed');
      await endings.owe(tx, subject, 'password-changed', except);
      return true;
    });
    if (changed) await endings.pay(subject);
    return changed;
  }

  /** Asked again, it still says true and makes sure that nothing of the person is left alive. */
  async delete(subject: string, keepMemberOf: string | null = null): Promise<boolean> {
    const { database, endings, tenant } = this.options;
    const deleted = await database.transaction(async (tx) => {
      await assertAnotherMember(tx, tenant, keepMemberOf, subject);
      const row = (await tx.query<StoredPerson & { changed: boolean }>(DELETE, [tenant, subject])).rows[0];
      if (row === undefined) return false;
      await tx.query(DROP_CREDENTIAL, [tenant, subject]);
      if (row.changed) await this.tell(tx, row, 'deleted');
      await endings.owe(tx, subject, 'person-deleted');
      return true;
    });
    if (deleted) await endings.pay(subject);
    return deleted;
  }

  private async create(entry: PersonEntry, hash: string | null) {
    const { database, tenant } = this.options;
    const subject = randomBytes(16).toString('base64url');
    try {
      return await database.transaction(async (tx) => {
        const row = (await tx.query<StoredPerson>(INSERT, [tenant, subject, ...this.values(entry)])).rows[0]!;
        if (hash !== null) await tx.query(SET_PASSWORD, [tenant, subject, hash]);
        await this.tell(tx, row, 'created');
        return { person: shownPerson(row), change: 'created' as const };
      });
    } catch (error) {
      if (isUniqueViolation(error)) return 'moved' as const;
      throw error;
    }
  }

  /** Only while the row is still the one that was compared; else the caller compares again. */
  private async update(before: StoredPerson, entry: PersonEntry, hash: string | null, keepMemberOf: string | null) {
    const { database, endings, tenant } = this.options;
    const same = isSame(before, entry);
    if (same && hash === null) {
      if (!entry.enabled) await endings.owe(database, before.subject, 'person-disabled');
      return { person: shownPerson(before), change: 'unchanged' as const };
    }
    return database.transaction(async (tx) => {
      const stays = keepMemberOf === null || (entry.enabled && entry.groups.includes(keepMemberOf));
      if (!stays) await assertAnotherMember(tx, tenant, keepMemberOf, before.subject);
      const row = (await tx.query<StoredPerson>(UPDATE, [tenant, before.subject, ...this.values(entry), before.revision])).rows[0];
      if (row === undefined) return 'moved' as const;
      if (hash !== null) await tx.query(SET_PASSWORD, [tenant, before.subject, hash]);
      await this.tell(tx, row, changeOf(before, entry, same));
      const reason = endReason(entry, hash !== null);
      if (reason !== null) await endings.owe(tx, before.subject, reason);
      return { person: shownPerson(row), change: 'updated' as const };
    });
  }

  private async newHash(entry: PersonEntry, stored: string | null): Promise<string | null> {
    if (entry.passwordHash !== undefined) return entry.passwordHash === stored ? null : entry.passwordHash;
    if (entry.password === undefined) return null;
    const { hasher } = this.options;
    if (stored !== null && (await hasher.verify(stored, entry.password))) return null;
    return hasher.hash(entry.password);
  }

  private values(entry: PersonEntry): unknown[] {
    const { username, name, attributes, groups, enabled } = entry;
    return [normalized(username), canonicalName(username), name, JSON.stringify(attributes), groups, enabled];
  }

  private async tell(tx: Transaction, row: StoredPerson, change: Change): Promise<void> {
    const { bus, tenant, security } = this.options;
    await bus.tell(tx, personChanged, { tenant, subject: row.subject, change, revision: row.revision, at: row.updated_at.toISOString() });
    tx.afterCommit(() => security.record('person.changed', { subject: row.subject, change }));
  }
}

function isSame(row: StoredPerson, entry: PersonEntry): boolean {
  return (
    row.username === normalized(entry.username) &&
    row.name === entry.name &&
    row.enabled === entry.enabled &&
    sorted(row.attributes) === sorted(entry.attributes) &&
    JSON.stringify(row.groups) === JSON.stringify(entry.groups)
  );
}

/** jsonb does not keep the order of keys. */
function sorted(attributes: Record<string, string[]>): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function changeOf(before: StoredPerson, entry: PersonEntry, same: boolean): Change {
  if (before.enabled !== entry.enabled) return entry.enabled ? 'enabled' : 'disabled';
  return same ? 'password-changed' : 'updated';
}

function endReason(entry: PersonEntry, newPassword: boolean): EndReason | null {
  if (!entry.enabled) return 'person-disabled';
  return newPassword ? 'password-changed' : null;
}
