import { casPeer, password, person, personEntry, type Person } from '@latchkey/contracts';
import { Problem } from '@latchkey/runtime';
import { z } from 'zod';
import { ADMINISTRATORS } from '../guard/built-in.ts';
import type { Desk } from './desk.ts';
import { limit, page } from './paging.ts';
import { noteOfPerson, subject } from './person-routes.ts';
import { invalid, notFound, refusalAsProblem } from './problems.ts';
import { defineRoute, type Call, type Route } from './route.ts';

const shownPerson = person.meta({ id: 'Person' });
const tag = 'people';
const path = '/admin/v1/people/:subject' as const;

type PersonCall = Call<{ subject: string }, unknown, unknown>;

async function setEnabled(call: PersonCall, desk: Desk, enabled: boolean): Promise<{ status: number; body: Person }> {
  const request = { tenant: desk.tenant, subject: call.params.subject, enabled, keepMemberOf: ADMINISTRATORS };
  const { person: changed } = await refusalAsProblem(desk.peers.to(casPeer).setEnabled(request));
  if (changed === null) throw notFound('person');
  await noteOfPerson(desk, call, enabled ? 'person.enabled-by-admin' : 'person.disabled-by-admin', changed.subject);
  return { status: 200, body: changed };
}

export const people: readonly Route[] = [
  defineRoute({
    operation: 'listPeople',
    method: 'GET',
    path: '/admin/v1/people',
    tag,
    summary: 'People, all or those whose name or sign-in name holds a text',
    scope: 'admin:read',
    query: z.object({ search: z.string().min(1).max(100).optional(), limit, after: z.string().max(128).optional() }),
    answers: { 200: { description: 'In order of sign-in name', schema: page(shownPerson, 'People') } },
    handle: async ({ query }, { peers, tenant }) => {
      const request = { tenant, search: query.search ?? null, limit: query.limit, after: query.after ?? null };
      const { people: items } = await peers.to(casPeer).listPeople(request);
      return { status: 200, body: { items, next: items.length < query.limit ? null : (items.at(-1)?.username ?? null) } };
    },
  }),
  defineRoute({
    operation: 'putPerson',
    method: 'PUT',
    path: '/admin/v1/people',
    tag,
    summary: 'Create or replace the person with this sign-in name; a new password ends the sessions',
    scope: 'admin',
    body: personEntry.meta({ id: 'PersonEntry' }),
    answers: { 200: { description: 'Replaced, or as it was', schema: shownPerson }, 201: { description: 'Created', schema: shownPerson } },
    problems: [409],
    handle: async (call, desk) => {
      if (call.body.password !== undefined && call.body.passwordHash !== undefined)
        throw invalid([{ path: 'passwordHash', message: 'stands beside password: give one of the two' }]);
      const put = await refusalAsProblem(desk.peers.to(casPeer).putPerson({ tenant: desk.tenant, entry: call.body, keepMemberOf: ADMINISTRATORS }));
      if (put.person.groups.includes(ADMINISTRATORS)) await desk.setUp.administratorMade(put.person.subject);
      if (put.change !== 'unchanged') await noteOfPerson(desk, call, 'person.put-by-admin', put.person.subject, { change: put.change });
      return { status: put.change === 'created' ? 201 : 200, body: put.person };
    },
  }),
  defineRoute({
    operation: 'getPerson',
    method: 'GET',
    path,
    tag,
    summary: 'One person',
    scope: 'admin:read',
    params: subject,
    answers: { 200: { description: 'The person', schema: shownPerson } },
    problems: [404],
    handle: async ({ params }, { peers, tenant }) => {
      const { person: found } = await peers.to(casPeer).findPerson({ tenant, subject: params.subject, username: null });
      if (found === null) throw notFound('person');
      return { status: 200, body: found };
    },
  }),
  defineRoute({
    operation: 'enablePerson',
    method: 'POST',
    path: `${path}/enable`,
    tag,
    summary: 'Let a person sign in again',
    scope: 'admin',
    params: subject,
    answers: { 200: { description: 'The person', schema: shownPerson } },
    problems: [404],
    handle: (call, desk) => setEnabled(call, desk, true),
  }),
  defineRoute({
    operation: 'disablePerson',
    method: 'POST',
    path: `${path}/disable`,
    tag,
    summary: 'Shut a person out: when this answers, no session and no grant of theirs is alive. Not the last enabled administrator',
    scope: 'admin',
    params: subject,
    answers: { 200: { description: 'The person', schema: shownPerson } },
    problems: [404, 409],
    handle: (call, desk) => setEnabled(call, desk, false),
  }),
  defineRoute({
    operation: 'setPassword',
    method: 'POST',
    path: `${path}/password`,
    tag,
    summary: 'Give a person another password; their sessions end',
    scope: 'admin',
    params: subject,
    body: z.strictObject({ password }).meta({ id: 'NewPassword' }),
    answers: { 204: { description: 'Changed' } },
    problems: [404],
    handle: async (call, desk) => {
      const request = { tenant: desk.tenant, subject: call.params.subject, password: call.body.password };
      const { outcome, why } = await desk.peers.to(casPeer).setPassword(request);
      if (outcome === 'unknown') throw notFound('person');
      if (outcome === 'refused')
        throw new Problem(400, 'password_refused', 'Bad request', 'This password cannot be used.', { errors: [{ path: 'password', message: why ?? 'is refused' }] });
      await noteOfPerson(desk, call, 'person.password-set-by-admin', call.params.subject);
      return { status: 204 };
    },
  }),
  defineRoute({
    operation: 'deletePerson',
    method: 'DELETE',
    path,
    tag,
    summary: 'Delete a person; their sessions end and their grants die',
    scope: 'admin',
    params: subject,
    answers: { 204: { description: 'Deleted' } },
    problems: [404, 409],
    handle: async (call, desk) => {
      const request = { tenant: desk.tenant, subject: call.params.subject, keepMemberOf: ADMINISTRATORS };
      const { deleted } = await refusalAsProblem(desk.peers.to(casPeer).deletePerson(request));
      if (!deleted) throw notFound('person');
      await noteOfPerson(desk, call, 'person.deleted-by-admin', call.params.subject);
      return { status: 204 };
    },
  }),
];
