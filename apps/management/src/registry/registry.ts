import { registryChanged, type RegistryKind, type RegistryRow } from '@latchkey/contracts';
import type { Bus } from '@latchkey/bus';
import type { Database, Statement } from '@latchkey/store';
import { RegistryChange } from './registry-change.ts';
import { storedEntry, type EntryRow, type StoredEntry } from './stored-entry.ts';

const MAKE_COUNTER: Statement = {
  name: 'registry_make_counter',
  text: 'INSERT INTO registry_counter (tenant, revision) VALUES ($1, 0) ON CONFLICT DO NOTHING',
};
const LOCK_COUNTER: Statement = {
  name: 'registry_lock_counter',
  text: 'SELECT revision FROM registry_counter WHERE tenant = $1 FOR UPDATE',
};
const MOVE_COUNTER: Statement = {
  name: 'registry_move_counter',
  text: 'UPDATE registry_counter SET revision = $2 WHERE tenant = $1 RETURNING now() AS at',
};
/** One statement, so that the head and the rows come from one snapshot. */
const FEED: Statement = {
  name: 'registry_feed',
  text: `SELECT c.revision AS head, r.kind, r.id, r.revision, r.deleted, r.entry
    FROM registry_counter c LEFT JOIN registry r ON r.tenant = c.tenant AND r.revision > $2
    WHERE c.tenant = $1 ORDER BY r.revision`,
};
const LIST: Statement = {
  name: 'registry_list',
  text: `SELECT kind, id, revision, entry, origin, updated_at FROM registry
    WHERE tenant = $1 AND kind = $2 AND NOT deleted AND id > $3 ORDER BY id LIMIT $4`,
};
const GET: Statement = {
  name: 'registry_get',
  text: `SELECT kind, id, revision, entry, origin, updated_at FROM registry
    WHERE tenant = $1 AND kind = $2 AND id = $3 AND NOT deleted`,
};

/** Guards the order of the feed: changes of one tenant commit one after another, each with the next revision. */
export class Registry {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly tenant: string,
  ) {}

  async feed(after: number): Promise<{ revision: number; rows: RegistryRow[] }> {
    const { rows } = await this.database.query<{ head: string; revision: string | null } & RegistryRow>(FEED, [this.tenant, after]);
    const found = rows.filter((row) => row.revision !== null);
    return {
      revision: Number(rows[0]?.head ?? 0),
      rows: found.map(
        ({ kind, id, revision, deleted, entry }) => ({ kind, id, revision: Number(revision), deleted, entry }) as RegistryRow,
      ),
    };
  }

  async revision(): Promise<number> {
    return (await this.feed(Number.MAX_SAFE_INTEGER)).revision;
  }

  async list<Kind extends RegistryKind>(kind: Kind, after = '', limit = 10_000): Promise<StoredEntry<Kind>[]> {
    const { rows } = await this.database.query<EntryRow>(LIST, [this.tenant, kind, after, limit]);
    return rows.map((row) => storedEntry<Kind>(row));
  }

  async get<Kind extends RegistryKind>(kind: Kind, id: string): Promise<StoredEntry<Kind> | null> {
    const { rows } = await this.database.query<EntryRow>(GET, [this.tenant, kind, id]);
    return rows[0] === undefined ? null : storedEntry<Kind>(rows[0]);
  }

  /** All of `work` or nothing of it. The event leaves only when something changed. */
  async change<T>(work: (change: RegistryChange) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      await tx.query(MAKE_COUNTER, [this.tenant]);
      const { rows } = await tx.query<{ revision: string }>(LOCK_COUNTER, [this.tenant]);
      const before = Number(rows[0]?.revision);
      const change = new RegistryChange(tx, this.tenant, before);
      const result = await work(change);
      if (change.revision !== before) {
        const moved = await tx.query<{ at: Date }>(MOVE_COUNTER, [this.tenant, change.revision]);
        const at = moved.rows[0]?.at.toISOString() ?? '';
        await this.bus.tell(tx, registryChanged, { tenant: this.tenant, revision: change.revision, at });
      }
      return result;
    });
  }
}
