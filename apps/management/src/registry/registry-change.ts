import type { RegistryKind } from '@latchkey/contracts';
import type { Statement, Transaction } from '@latchkey/store';
import { storedEntry, type EntryOf, type EntryRow, type Origin, type StoredEntry } from './stored-entry.ts';

/** jsonb compares by value, so an entry that says the same in another order of keys writes nothing. */
const PUT: Statement = {
  name: 'registry_put',
  text: `INSERT INTO registry (tenant, kind, id, revision, entry, deleted, origin, updated_at)
    VALUES ($1, $2, $3, $4, $5, false, $6, now())
    ON CONFLICT (tenant, kind, id) DO UPDATE
      SET revision = excluded.revision, entry = excluded.entry, deleted = false, origin = excluded.origin, updated_at = now()
      WHERE registry.deleted OR registry.entry <> excluded.entry OR registry.origin <> excluded.origin
    RETURNING kind, id, revision, entry, origin, updated_at`,
};
/** A tombstone keeps its last entry: the feed tells what went away. */
const DELETE: Statement = {
  name: 'registry_delete',
  text: `UPDATE registry SET deleted = true, revision = $4, updated_at = now()
    WHERE tenant = $1 AND kind = $2 AND id = $3 AND NOT deleted`,
};
const GET: Statement = {
  name: 'registry_change_get',
  text: `SELECT kind, id, revision, entry, origin, updated_at FROM registry
    WHERE tenant = $1 AND kind = $2 AND id = $3 AND NOT deleted`,
};
const LIST: Statement = {
  name: 'registry_change_list',
  text: `SELECT kind, id, revision, entry, origin, updated_at FROM registry
    WHERE tenant = $1 AND kind = $2 AND NOT deleted ORDER BY id`,
};

/** The registry while its tenant is locked: what is read here cannot change before the commit. */
export class RegistryChange {
  constructor(
    readonly tx: Transaction,
    private readonly tenant: string,
    private current: number,
  ) {}

  get revision(): number {
    return this.current;
  }

  async get<Kind extends RegistryKind>(kind: Kind, id: string): Promise<StoredEntry<Kind> | null> {
    const { rows } = await this.tx.query<EntryRow>(GET, [this.tenant, kind, id]);
    return rows[0] === undefined ? null : storedEntry<Kind>(rows[0]);
  }

  async list<Kind extends RegistryKind>(kind: Kind): Promise<StoredEntry<Kind>[]> {
    const { rows } = await this.tx.query<EntryRow>(LIST, [this.tenant, kind]);
    return rows.map((row) => storedEntry<Kind>(row));
  }

  /** false: it stood there already, word for word. */
  async put<Kind extends RegistryKind>(kind: Kind, entry: EntryOf[Kind], origin: Origin): Promise<boolean> {
    const { count } = await this.tx.query(PUT, [this.tenant, kind, entry.id, this.current + 1, JSON.stringify(entry), origin]);
    this.current += count;
    return count === 1;
  }

  async delete(kind: RegistryKind, id: string): Promise<boolean> {
    const { count } = await this.tx.query(DELETE, [this.tenant, kind, id, this.current + 1]);
    this.current += count;
    return count === 1;
  }
}
