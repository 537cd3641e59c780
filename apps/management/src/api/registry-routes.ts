import type { RegistryKind } from '@latchkey/contracts';
import { z } from 'zod';
import type { RegistryChange } from '../registry/registry-change.ts';
import type { EntryOf, StoredEntry } from '../registry/stored-entry.ts';
import type { Desk } from './desk.ts';
import { assertPrecondition } from './precondition.ts';
import { conflict, notFound } from './problems.ts';
import type { Call, Reply } from './route.ts';

export const entryParams = z.object({ id: z.string().min(1).max(2048) });
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(2048).optional().describe('`next` of the page before'),
});

/** An entry with what is known of it. `entry` can be sent back in a PUT as it is. */
export function stored<Entry extends z.ZodObject>(entry: Entry, name: string) {
  return z
    .object({
      entry,
      revision: z.number().int(),
      origin: z.enum(['file', 'rest', 'built-in']).describe('The declarative file takes away what it made'),
      updatedAt: z.string(),
    })
    .meta({ id: name });
}

export function shown({ entry, revision, origin, updatedAt }: StoredEntry): object {
  return { entry, revision, origin, updatedAt };
}

export async function listEntries<Kind extends RegistryKind>(
  desk: Desk,
  kind: Kind,
  query: z.output<typeof listQuery>,
  show: (stored: StoredEntry<Kind>) => object,
): Promise<Reply> {
  const items = await desk.registry.list(kind, query.after, query.limit);
  return { status: 200, body: { items: items.map(show), next: items.length < query.limit ? null : (items.at(-1)?.id ?? null) } };
}

export async function getEntry<Kind extends RegistryKind>(
  desk: Desk,
  kind: Kind,
  id: string,
  show: (stored: StoredEntry<Kind>) => object,
): Promise<Reply> {
  const found = await desk.registry.get(kind, id);
  if (found === null) throw notFound(kind);
  return { status: 200, body: show(found), revision: found.revision };
}

type WriteCall = Pick<Call<unknown, unknown, unknown>, 'actor' | 'precondition'>;

/** Creates or replaces. `make` sees what stands there, while nobody else can change it. */
export async function putEntry<Kind extends RegistryKind>(
  desk: Desk,
  kind: Kind,
  id: string,
  call: WriteCall,
  make: (before: StoredEntry<Kind> | null, change: RegistryChange) => Promise<EntryOf[Kind]>,
): Promise<{ status: number; stored: StoredEntry<Kind>; revision: number }> {
  return desk.registry.change(async (change) => {
    const before = await change.get(kind, id);
    assertPrecondition(call.precondition, before?.revision ?? null);
    if (before?.origin === 'built-in') throw conflict('built_in', `This ${kind} belongs to Latchkey itself and cannot be changed.`);
    const changed = await change.put(kind, await make(before, change), before?.origin ?? 'rest');
    const now = await change.get(kind, id);
    if (now === null) throw new Error(`the ${kind} ${id} was put and is not there`);
    if (changed) {
      const action = `${kind}.${before === null ? 'created' : 'updated'}`;
      await desk.audit.record(change.tx, { actor: call.actor.name, action, thing: `${kind}:${id}`, detail: { revision: now.revision } });
    }
    return { status: before === null ? 201 : 200, stored: now, revision: now.revision };
  });
}

export async function deleteEntry(
  desk: Desk,
  kind: RegistryKind,
  id: string,
  call: WriteCall,
  check: (change: RegistryChange) => Promise<void> = async () => {},
): Promise<Reply> {
  await desk.registry.change(async (change) => {
    const before = await change.get(kind, id);
    assertPrecondition(call.precondition, before?.revision ?? null);
    if (before === null) throw notFound(kind);
    if (before.origin === 'built-in') throw conflict('built_in', `This ${kind} belongs to Latchkey itself and cannot be deleted.`);
    await check(change);
    await change.delete(kind, id);
    await desk.audit.record(change.tx, { actor: call.actor.name, action: `${kind}.deleted`, thing: `${kind}:${id}` });
  });
  return { status: 204 };
}
