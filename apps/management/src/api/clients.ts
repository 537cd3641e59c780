import { clientEntry, type ClientEntry } from '@latchkey/contracts';
import { z } from 'zod';
import { hashClientSecret, newClientSecret } from '../registry/client-secret.ts';
import { clientFaults } from '../registry/entry-faults.ts';
import type { StoredEntry } from '../registry/stored-entry.ts';
import { sameId, withoutId } from './entry-body.ts';
import { page } from './paging.ts';
import { conflict, faultErrors, invalid, notFound } from './problems.ts';
import { deleteEntry, entryParams, getEntry, listEntries, listQuery, putEntry, shown, stored } from './registry-routes.ts';
import { defineRoute, type Route } from './route.ts';

const visible = clientEntry.omit({ secretHash: true });
const hasSecret = z.boolean().describe('Whether a secret is set; it cannot be read');
const client = stored(visible, 'StoredClient').extend({ hasSecret }).meta({ id: 'Client' });
const secret = z.string().describe('256 bits, shown this once');
const clientWithSecret = client.extend({ secret: secret.optional() }).meta({ id: 'ClientWithSecret' });
const body = withoutId(visible).meta({ id: 'ClientEntry' });
const tag = 'clients';
const path = '/admin/v1/clients/:id' as const;

function withoutHash(found: StoredEntry<'client'>): object {
  const { secretHash, ...entry } = found.entry;
  return { ...shown(found), entry, hasSecret: secretHash !== undefined };
}

export const clients: readonly Route[] = [
  defineRoute({
    operation: 'listClients',
    method: 'GET',
    path: '/admin/v1/clients',
    tag,
    summary: 'Applications that speak OAuth or OpenID Connect',
    scope: 'admin:read',
    query: listQuery,
    answers: { 200: { description: 'In order of id', schema: page(client, 'Clients') } },
    handle: ({ query }, desk) => listEntries(desk, 'client', query, withoutHash),
  }),
  defineRoute({
    operation: 'getClient',
    method: 'GET',
    path,
    tag,
    summary: 'One client',
    scope: 'admin:read',
    params: entryParams,
    conditional: true,
    answers: { 200: { description: 'The client', schema: client } },
    problems: [404],
    handle: ({ params }, desk) => getEntry(desk, 'client', params.id, withoutHash),
  }),
  defineRoute({
    operation: 'putClient',
    method: 'PUT',
    path,
    tag,
    summary: 'Create or replace a client; one that needs a secret and has none gets one',
    scope: 'admin',
    params: entryParams,
    body,
    conditional: true,
    answers: { 200: { description: 'Replaced', schema: clientWithSecret }, 201: { description: 'Created', schema: clientWithSecret } },
    problems: [409],
    handle: async (call, desk) => {
      const wanted = sameId(visible, call.params.id, call.body);
      let made: string | undefined;
      const put = await putEntry(desk, 'client', wanted.id, call, async (before, change) => {
        const kept = before?.entry.secretHash;
        if (wanted.authentication !== 'none' && kept === undefined) made = newClientSecret();
        const secretHash = wanted.authentication === 'none' ? undefined : (kept ?? hashClientSecret(made ?? ''));
        const entry: ClientEntry = { ...wanted, ...(secretHash === undefined ? {} : { secretHash }) };
        const resources = await change.list('resource');
        const faults = clientFaults(entry, resources.map((resource) => resource.entry));
        if (faults.length > 0) throw invalid(faultErrors(faults));
        return entry;
      });
      return { status: put.status, body: { ...withoutHash(put.stored), ...(made === undefined ? {} : { secret: made }) }, revision: put.revision };
    },
  }),
  defineRoute({
    operation: 'rotateClientSecret',
    method: 'POST',
    path: '/admin/v1/clients/:id/secret',
    tag,
    summary: 'Give a client a new secret; the old one is dead at once',
    scope: 'admin',
    params: entryParams,
    conditional: true,
    answers: { 200: { description: 'The new secret', schema: client.extend({ secret }).meta({ id: 'ClientNewSecret' }) } },
    problems: [404, 409],
    handle: async (call, desk) => {
      const made = newClientSecret();
      const put = await putEntry(desk, 'client', call.params.id, call, async (before, change) => {
        if (before === null) throw notFound('client');
        if (before.entry.authentication === 'none') throw conflict('no_secret', 'A client with the authentication none has no secret.');
        await desk.audit.record(change.tx, { actor: call.actor.name, action: 'client.secret-rotated', thing: `client:${call.params.id}` });
        return { ...before.entry, secretHash: hashClientSecret(made) };
      });
      return { status: 200, body: { ...withoutHash(put.stored), secret: made }, revision: put.revision };
    },
  }),
  defineRoute({
    operation: 'deleteClient',
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete a client: it gets no token any more',
    scope: 'admin',
    params: entryParams,
    conditional: true,
    answers: { 204: { description: 'Deleted' } },
    problems: [404, 409],
    handle: (call, desk) => deleteEntry(desk, 'client', call.params.id, call),
  }),
];
