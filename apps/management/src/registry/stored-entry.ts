import type { ClientEntry, RegistryKind, ResourceEntry, ServiceEntry } from '@latchkey/contracts';

/** Who made an entry: what the file made, the file takes away; what is built in cannot be changed from outside. */
export type Origin = 'file' | 'rest' | 'built-in';

export interface EntryOf {
  service: ServiceEntry;
  client: ClientEntry;
  resource: ResourceEntry;
}

export interface StoredEntry<Kind extends RegistryKind = RegistryKind> {
  readonly kind: Kind;
  readonly id: string;
  readonly revision: number;
  readonly entry: EntryOf[Kind];
  readonly origin: Origin;
  readonly updatedAt: string;
}

/** A row as the statements of this folder return it; bigint arrives as text. */
export interface EntryRow {
  kind: RegistryKind;
  id: string;
  revision: string;
  entry: EntryOf[RegistryKind];
  origin: Origin;
  updated_at: Date;
}

export function storedEntry<Kind extends RegistryKind>(row: EntryRow): StoredEntry<Kind> {
  return {
    kind: row.kind as Kind,
    id: row.id,
    revision: Number(row.revision),
    entry: row.entry as EntryOf[Kind],
    origin: row.origin,
    updatedAt: row.updated_at.toISOString(),
  };
}
