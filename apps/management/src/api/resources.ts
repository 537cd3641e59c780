import { resourceEntry } from '@latchkey/contracts';
import { z } from 'zod';
import { clientFaults } from '../registry/entry-faults.ts';
import { sameId, withoutId } from './entry-body.ts';
import { page } from './paging.ts';
import { conflict } from './problems.ts';
import { deleteEntry, getEntry, listEntries, listQuery, putEntry, shown, stored } from './registry-routes.ts';
import { defineRoute, type Route } from './route.ts';

const resource = stored(resourceEntry, 'Resource');
const body = withoutId(resourceEntry).meta({ id: 'ResourceEntry' });
/** The id is a URL: in a path its slashes would be read as the path's own, or refused by a proxy. */
const byId = z.object({ id: z.string().min(1).max(2048).describe('Resource indicator') });
const tag = 'resources';
const path = '/admin/v1/resource' as const;

export const resources: readonly Route[] = [
  defineRoute({
    operation: 'listResources',
    method: 'GET',
    path: '/admin/v1/resources',
    tag,
    summary: 'APIs that accept access tokens',
    scope: 'admin:read',
    query: listQuery,
    answers: { 200: { description: 'In order of id', schema: page(resource, 'Resources') } },
    handle: ({ query }, desk) => listEntries(desk, 'resource', query, shown),
  }),
  defineRoute({
    operation: 'getResource',
    method: 'GET',
    path,
    tag,
    summary: 'One resource',
    scope: 'admin:read',
    query: byId,
    conditional: true,
    answers: { 200: { description: 'The resource', schema: resource } },
    problems: [404],
    handle: ({ query }, desk) => getEntry(desk, 'resource', query.id, shown),
  }),
  defineRoute({
    operation: 'putResource',
    method: 'PUT',
    path,
    tag,
    summary: 'Create or replace a resource',
    scope: 'admin',
    query: byId,
    body,
    conditional: true,
    answers: { 200: { description: 'Replaced', schema: resource }, 201: { description: 'Created', schema: resource } },
    problems: [409],
    handle: async (call, desk) => {
      const entry = sameId(resourceEntry, call.query.id, call.body);
      const put = await putEntry(desk, 'resource', entry.id, call, () => Promise.resolve(entry));
      return { status: put.status, body: shown(put.stored), revision: put.revision };
    },
  }),
  defineRoute({
    operation: 'deleteResource',
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete a resource that no client names',
    scope: 'admin',
    query: byId,
    conditional: true,
    answers: { 204: { description: 'Deleted' } },
    problems: [404, 409],
    handle: (call, desk) =>
      deleteEntry(desk, 'resource', call.query.id, call, async (change) => {
        const left = (await change.list('resource')).map(({ entry }) => entry).filter(({ id }) => id !== call.query.id);
        const users = (await change.list('client')).filter(({ entry }) => clientFaults(entry, left).length > 0);
        if (users.length > 0) throw conflict('in_use', `These clients name it or its scopes: ${users.map(({ id }) => id).join(', ')}.`);
      }),
  }),
];
