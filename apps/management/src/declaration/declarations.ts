import { casPeer, type PersonEntry, type RegistryKind } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';
import type { Database } from '@latchkey/store';
import type { Audit } from '../audit/audit.ts';
import { ADMINISTRATORS, adminResource } from '../guard/built-in.ts';
import type { RegistryChange } from '../registry/registry-change.ts';
import type { Registry } from '../registry/registry.ts';
import type { SetUp } from '../setup/set-up.ts';
import { DeclarationRefused } from './declaration-error.ts';
import { parseDeclaration } from './parse-declaration.ts';
import type { Declaration } from './schema.ts';

export interface Tally {
  written: number;
  removed: number;
  unchanged: number;
}
/** `people.removed` counts those that were disabled. */
export type Applied = Record<'people' | 'services' | 'clients' | 'resources', Tally>;

/** How many people are put at once: each costs the other room a hash. */
const AT_ONCE = 4;

/**
 * Makes the registry say what the file says. What the file once made and no longer names goes; what was made by REST stays.
 * A person who is no longer named is disabled, not deleted: access ends at once, and nothing that applications keep under
 * their subject is orphaned by a slip of an editor.
 */
export class Declarations {
  constructor(
    private readonly parts: {
      readonly registry: Registry;
      readonly audit: Audit;
      readonly setUp: SetUp;
      readonly database: Database;
      readonly peers: Peers;
      readonly tenant: string;
      readonly publicUrl: string;
    },
  ) {}

  /** @throws DeclarationRefused with every error; nothing was applied then. */
  async apply(text: string, name = 'the declaration'): Promise<Applied> {
    const parsed = parseDeclaration(text, [adminResource(this.parts.publicUrl)]);
    if ('errors' in parsed) throw new DeclarationRefused(name, parsed.errors);
    const entries = await this.applyEntries(parsed.ok);
    const people = await this.applyPeople(parsed.ok.people);
    return { people, ...entries };
  }

  private applyEntries(declaration: Declaration): Promise<Omit<Applied, 'people'>> {
    return this.parts.registry.change(async (change) => {
      const resources = await applyKind(change, 'resource', declaration.resources);
      const services = await applyKind(change, 'service', declaration.services);
      const clients = await applyKind(change, 'client', declaration.clients);
      const detail = { services, clients, resources };
      if (Object.values(detail).some(({ written, removed }) => written + removed > 0)) {
        await this.parts.audit.record(change.tx, { actor: 'file', action: 'declaration.applied', thing: 'registry:all', detail });
      }
      return detail;
    });
  }

  private async applyPeople(people: readonly PersonEntry[]): Promise<Tally> {
    const tally: Tally = { written: 0, removed: 0, unchanged: 0 };
    const waiting = [...people];
    const named: string[] = [];
    const worker = async (): Promise<void> => {
      for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
        const { subject, changed } = await this.putPerson(entry);
        tally[changed ? 'written' : 'unchanged'] += 1;
        named.push(subject);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    tally.removed = await this.disableVanished(named);
    return tally;
  }

  private async putPerson(entry: PersonEntry): Promise<{ subject: string; changed: boolean }> {
    const { peers, tenant, database, setUp } = this.parts;
    const { person, change } = await peers.to(casPeer).putPerson({ tenant, entry, policy: 'declared' });
    await database.query(
      'INSERT INTO declared_person (tenant, subject) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [tenant, person.subject],
    );
    if (person.groups.includes(ADMINISTRATORS)) await setUp.administratorMade(person.subject);
    return { subject: person.subject, changed: change !== 'unchanged' };
  }

  private async disableVanished(named: readonly string[]): Promise<number> {
    const { peers, tenant, database } = this.parts;
    const { rows } = await database.query<{ subject: string }>(
      'SELECT subject FROM declared_person WHERE tenant = $1 AND subject <> ALL ($2)',
      [tenant, named],
    );
    for (const { subject } of rows) {
      await peers.to(casPeer).setEnabled({ tenant, subject, enabled: false });
      await database.query('DELETE FROM declared_person WHERE tenant = $1 AND subject = $2', [tenant, subject]);
    }
    return rows.length;
  }
}

async function applyKind<Kind extends RegistryKind>(
  change: RegistryChange,
  kind: Kind,
  entries: readonly Parameters<typeof change.put<Kind>>[1][],
): Promise<Tally> {
  const tally: Tally = { written: 0, removed: 0, unchanged: 0 };
  for (const entry of entries) tally[(await change.put(kind, entry, 'file')) ? 'written' : 'unchanged'] += 1;
  const named = new Set<string>(entries.map(({ id }) => id));
  for (const { id, origin } of await change.list(kind)) {
    if (origin === 'file' && !named.has(id) && (await change.delete(kind, id))) tally.removed += 1;
  }
  return tally;
}
