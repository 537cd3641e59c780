import {
  managementPeer,
  type ClientEntry,
  type RegistryKind,
  type RegistryRow,
  type ResourceEntry,
  type ServiceEntry,
} from '@latchkey/contracts';
import type { Database, Migration, Statement } from '@latchkey/store';
import type { Peers } from './peers.ts';

export const registryMigrations: readonly Migration[] = [
  {
    name: '20261124-900-registry-copy',
    sql: `CREATE TABLE registry_copy (
      kind text NOT NULL, id text NOT NULL, revision bigint NOT NULL, deleted boolean NOT NULL, entry jsonb NOT NULL,
      PRIMARY KEY (kind, id)
    )`,
  },
];

/** A row already held at the same or a newer revision stays: refreshes of several replicas may overlap. */
const KEEP: Statement = {
  name: 'registry_copy_keep',
  text: `INSERT INTO registry_copy (kind, id, revision, deleted, entry)
    SELECT kind, id, revision, deleted, entry
      FROM jsonb_to_recordset($1::jsonb) AS item (kind text, id text, revision bigint, deleted boolean, entry jsonb)
    ON CONFLICT (kind, id) DO UPDATE
      SET revision = excluded.revision, deleted = excluded.deleted, entry = excluded.entry
      WHERE registry_copy.revision < excluded.revision`,
};

/**
 * A room's own copy of the registry, in its schema and in memory, so that management may be down. `refresh` asks for what is
 * newer; events only make that sooner.
 */
export class RegistryCopy {
  private readonly held = new Map<RegistryKind, Map<string, RegistryRow>>();
  private readonly watchers: (() => void)[] = [];
  private at = 0;
  private refreshing: Promise<void> | null = null;

  constructor(
    private readonly options: { database: Database; peers: Peers; tenant: string; kinds: readonly RegistryKind[] },
  ) {
    for (const kind of options.kinds) this.held.set(kind, new Map());
  }

  get revision(): number {
    return this.at;
  }

  onChange(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  async load(): Promise<void> {
    const { rows } = await this.options.database.query<RegistryRow & { revision: string }>(
      'SELECT kind, id, revision, deleted, entry FROM registry_copy',
    );
    this.take(rows.map((row) => ({ ...row, revision: Number(row.revision) }) as RegistryRow));
  }

  /** Calls that overlap share one ask. */
  refresh(): Promise<void> {
    this.refreshing ??= this.fetch().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async fetch(): Promise<void> {
    const { rows, revision } = await this.options.peers
      .to(managementPeer)
      .registry({ tenant: this.options.tenant, after: this.at });
    const mine = rows.filter((row) => this.held.has(row.kind));
    if (mine.length > 0) await this.options.database.query(KEEP, [JSON.stringify(mine)]);
    this.take(mine);
    this.at = Math.max(this.at, revision);
  }

  private take(rows: readonly RegistryRow[]): void {
    for (const row of rows) {
      const kind = this.held.get(row.kind);
      if (kind === undefined || (kind.get(row.id)?.revision ?? -1) >= row.revision) continue;
      kind.set(row.id, row);
      this.at = Math.max(this.at, row.revision);
    }
    if (rows.length > 0) for (const watcher of this.watchers) watcher();
  }

  service(id: string): ServiceEntry | undefined {
    return this.entry('service', id) as ServiceEntry | undefined;
  }
  services(): ServiceEntry[] {
    return this.entries('service') as ServiceEntry[];
  }
  client(id: string): ClientEntry | undefined {
    return this.entry('client', id) as ClientEntry | undefined;
  }
  clients(): ClientEntry[] {
    return this.entries('client') as ClientEntry[];
  }
  resource(id: string): ResourceEntry | undefined {
    return this.entry('resource', id) as ResourceEntry | undefined;
  }
  resources(): ResourceEntry[] {
    return this.entries('resource') as ResourceEntry[];
  }

  private entry(kind: RegistryKind, id: string): RegistryRow['entry'] | undefined {
    const row = this.held.get(kind)?.get(id);
    return row === undefined || row.deleted ? undefined : row.entry;
  }

  private entries(kind: RegistryKind): RegistryRow['entry'][] {
    return [...(this.held.get(kind)?.values() ?? [])].filter((row) => !row.deleted).map((row) => row.entry);
  }
}
