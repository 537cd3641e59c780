import { parseOptions } from '@node-rs/argon2';
import type { ClientEntry, ResourceEntry } from '@latchkey/contracts';
import { CONSOLE_CLIENT } from '../guard/built-in.ts';
import { clientFaults, serviceFaults, type Fault } from '../registry/entry-faults.ts';
import type { Declaration, WrittenDeclaration } from './schema.ts';

/** What only shows when entries are seen together. `builtIn`: resources that are there without being declared. */
export function crossFaults(written: WrittenDeclaration, declaration: Declaration, builtIn: readonly ResourceEntry[]): Fault[] {
  const resources = [...declaration.resources, ...builtIn];
  return [
    ...doubles('people', 'username', written.people.map((person) => canonical(person.username))),
    ...doubles('services', 'id', written.services.map(({ id }) => id)),
    ...doubles('clients', 'id', written.clients.map(({ id }) => id)),
    ...doubles('resources', 'id', written.resources.map(({ id }) => id)),
    ...written.people.flatMap(credentialFaults),
    ...written.services.flatMap((service, index) => serviceFaults(service).map(({ path, message }) => ({ path: ['services', index, ...path], message }))),
    ...written.clients.flatMap(secretFaults),
    ...declaration.clients.flatMap((client, index) => reserved(client, index)),
    ...declaration.resources.flatMap((resource, index) =>
      builtIn.some(({ id }) => id === resource.id)
        ? [{ path: ['resources', index, 'id'], message: 'is the id of a built-in resource' }]
        : [],
    ),
    ...declaration.clients.flatMap((client, index) =>
      clientFaults(client, resources).map(({ path, message }) => ({ path: ['clients', index, ...path], message })),
    ),
  ];
}

function doubles(list: string, field: string, ids: readonly string[]): Fault[] {
  return ids.flatMap((id, index) =>
    ids.indexOf(id) === index ? [] : [{ path: [list, index, field], message: `stands twice: ${list}[${ids.indexOf(id)}] has it too` }],
  );
}

/** As sign-in names are unique: `Ada` and `ada` are one. */
function canonical(username: string): string {
  return username.normalize('NFC').toLowerCase().normalize('NFC');
}

function credentialFaults({ password, passwordHash }: WrittenDeclaration['people'][number], index: number): Fault[] {
  if (passwordHash === undefined) return [];
  const path = ['people', index, 'passwordHash'];
  if (password !== undefined) return [{ path, message: 'stands beside password: give one of the two' }];
  return isUsableHash(passwordHash) ? [] : [{ path, message: 'cannot be read, or takes more than 256 MiB or 16 passes' }];
}

/** The room of people refuses the same: asked here too, so that the file is refused whole and not half way. */
function isUsableHash(hash: string): boolean {
  try {
    const { memoryCost, timeCost } = parseOptions(hash);
    return memoryCost <= 262_144 && timeCost <= 16;
  } catch {
    return false;
  }
}

function secretFaults(client: WrittenDeclaration['clients'][number], index: number): Fault[] {
  if (client.secret === undefined || client.secretHash === undefined) return [];
  return [{ path: ['clients', index, 'secretHash'], message: 'stands beside secret: give one of the two' }];
}

function reserved(client: ClientEntry, index: number): Fault[] {
  return client.id === CONSOLE_CLIENT ? [{ path: ['clients', index, 'id'], message: 'is the id of a built-in client' }] : [];
}
