import type { ClientEntry, ResourceEntry } from '@latchkey/contracts';
import { CONSOLE_CLIENT } from '../guard/built-in.ts';
import { clientFaults, type Fault } from '../registry/entry-faults.ts';
import type { Declaration, WrittenDeclaration } from './schema.ts';

/** What only shows when entries are seen together. `builtIn`: resources that are there without being declared. */
export function crossFaults(written: WrittenDeclaration, declaration: Declaration, builtIn: readonly ResourceEntry[]): Fault[] {
  const resources = [...declaration.resources, ...builtIn];
  return [
    ...doubles('people', 'username', written.people.map((person) => person.username.toLowerCase())),
    ...doubles('services', 'id', written.services.map(({ id }) => id)),
    ...doubles('clients', 'id', written.clients.map(({ id }) => id)),
    ...doubles('resources', 'id', written.resources.map(({ id }) => id)),
    ...written.people.flatMap(credentialFaults),
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

function credentialFaults(person: WrittenDeclaration['people'][number], index: number): Fault[] {
  if (person.password === undefined || person.passwordHash === undefined) return [];
  return [{ path: ['people', index, 'passwordHash'], message: 'stands beside password: give one of the two' }];
}

function secretFaults(client: WrittenDeclaration['clients'][number], index: number): Fault[] {
  if (client.secret === undefined || client.secretHash === undefined) return [];
  return [{ path: ['clients', index, 'secretHash'], message: 'stands beside secret: give one of the two' }];
}

function reserved(client: ClientEntry, index: number): Fault[] {
  return client.id === CONSOLE_CLIENT ? [{ path: ['clients', index, 'id'], message: 'is the id of a built-in client' }] : [];
}
