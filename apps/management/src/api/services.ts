import { serviceEntry } from '@latchkey/contracts';
import { serviceFaults } from '../registry/entry-faults.ts';
import { sameId, withoutId } from './entry-body.ts';
import { page } from './paging.ts';
import { faultErrors, invalid } from './problems.ts';
import { deleteEntry, entryParams, getEntry, listEntries, listQuery, putEntry, shown, stored } from './registry-routes.ts';
import { defineRoute, type Route } from './route.ts';

const service = stored(serviceEntry, 'Service');
const body = withoutId(serviceEntry).meta({ id: 'ServiceEntry' });
const tag = 'services';
const path = '/admin/v1/services/:id' as const;

export const services: readonly Route[] = [
  defineRoute({
    operation: 'listServices',
    method: 'GET',
    path: '/admin/v1/services',
    tag,
    summary: 'Applications that speak CAS',
    scope: 'admin:read',
    query: listQuery,
    answers: { 200: { description: 'In order of id', schema: page(service, 'Services') } },
    handle: ({ query }, desk) => listEntries(desk, 'service', query, shown),
  }),
  defineRoute({
    operation: 'getService',
    method: 'GET',
    path,
    tag,
    summary: 'One service',
    scope: 'admin:read',
    params: entryParams,
    conditional: true,
    answers: { 200: { description: 'The service', schema: service } },
    problems: [404],
    handle: ({ params }, desk) => getEntry(desk, 'service', params.id, shown),
  }),
  defineRoute({
    operation: 'putService',
    method: 'PUT',
    path,
    tag,
    summary: 'Create or replace a service',
    scope: 'admin',
    params: entryParams,
    body,
    conditional: true,
    answers: { 200: { description: 'Replaced', schema: service }, 201: { description: 'Created', schema: service } },
    problems: [409],
    handle: async (call, desk) => {
      const entry = sameId(serviceEntry, call.params.id, call.body);
      const faults = serviceFaults(entry);
      if (faults.length > 0) throw invalid(faultErrors(faults));
      const put = await putEntry(desk, 'service', entry.id, call, () => Promise.resolve(entry));
      return { status: put.status, body: shown(put.stored), revision: put.revision };
    },
  }),
  defineRoute({
    operation: 'deleteService',
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete a service: nobody gets in there any more',
    scope: 'admin',
    params: entryParams,
    conditional: true,
    answers: { 204: { description: 'Deleted' } },
    problems: [404, 409],
    handle: (call, desk) => deleteEntry(desk, 'service', call.params.id, call),
  }),
];
