import { casPeer, deliveryRow, grantRow, participation, sessionRow, sessionStorePeer, tokenIssuerPeer } from '@latchkey/contracts';
import { z } from 'zod';
import { instant, limit, page } from './paging.ts';
import { noteOfPerson, subject } from './person-routes.ts';
import { notFound } from './problems.ts';
import { defineRoute, type Route } from './route.ts';

const session = sessionRow.meta({ id: 'Session' });
const sessionDetail = z
  .object({
    session,
    visits: z.array(participation).describe('CAS services that were entered in it'),
    grants: z.array(grantRow).describe('What clients got in it'),
    participations: z.array(participation).describe('Clients that took part in it'),
    deliveries: z.array(deliveryRow).describe('Who was told of its end'),
  })
  .meta({ id: 'SessionDetail' });
const sid = z.object({ sid: z.string().min(1).max(200) });
const tag = 'sessions';

export const sessions: readonly Route[] = [
  defineRoute({
    operation: 'listSessions',
    method: 'GET',
    path: '/admin/v1/sessions',
    tag,
    summary: 'Sessions, of everybody or of one person',
    scope: 'admin:read',
    query: z.object({
      person: z.string().min(1).max(200).optional().describe('Subject'),
      alive: z.enum(['true', 'false']).optional(),
      limit,
      before: instant.optional().describe('`next` of the page before'),
    }),
    answers: { 200: { description: 'Newest first', schema: page(session, 'Sessions') } },
    handle: async ({ query }, { peers, tenant }) => {
      const { sessions: items } = await peers.to(sessionStorePeer).list({
        tenant,
        subject: query.person ?? null,
        alive: query.alive === undefined ? null : query.alive === 'true',
        limit: query.limit,
        before: query.before ?? null,
      });
      return { status: 200, body: { items, next: items.length < query.limit ? null : (items.at(-1)?.startedAt ?? null) } };
    },
  }),
  defineRoute({
    operation: 'getSession',
    method: 'GET',
    path: '/admin/v1/sessions/:sid',
    tag,
    summary: 'One session: who got in, through what, and who was told of its end',
    scope: 'admin:read',
    params: sid,
    answers: { 200: { description: 'The session', schema: sessionDetail } },
    problems: [404],
    handle: async ({ params }, { peers, tenant }) => {
      const of = { tenant, subject: null, sid: params.sid, state: null, limit: 200 };
      const [{ session: found }, { visits }, issued, told, toldClients] = await Promise.all([
        peers.to(sessionStorePeer).get({ tenant, sid: params.sid }),
        peers.to(casPeer).visits({ tenant, sid: params.sid }),
        peers.to(tokenIssuerPeer).grants({ tenant, subject: null, sid: params.sid }),
        peers.to(casPeer).deliveries(of),
        peers.to(tokenIssuerPeer).deliveries(of),
      ]);
      if (found === null) throw notFound('session');
      const deliveries = [...told.deliveries, ...toldClients.deliveries];
      return { status: 200, body: { session: found, visits, grants: issued.grants, participations: issued.participations, deliveries } };
    },
  }),
  defineRoute({
    operation: 'endSession',
    method: 'DELETE',
    path: '/admin/v1/sessions/:sid',
    tag,
    summary: 'End a session; every application that took part is told',
    scope: 'admin',
    params: sid,
    answers: { 204: { description: 'Ended' } },
    problems: [404],
    handle: async (call, { peers, tenant, audit }) => {
      const { ended } = await peers.to(sessionStorePeer).end({ tenant, sid: call.params.sid, reason: 'admin' });
      if (!ended) throw notFound('living session');
      await audit.recordAfter({ actor: call.actor.name, action: 'session.ended-by-admin', thing: `session:${call.params.sid}` });
      return { status: 204 };
    },
  }),
  defineRoute({
    operation: 'endSessionsOfPerson',
    method: 'DELETE',
    path: '/admin/v1/people/:subject/sessions',
    tag: 'sessions',
    summary: 'End all sessions of a person',
    scope: 'admin',
    params: subject,
    answers: { 200: { description: 'How many were alive', schema: z.object({ ended: z.number().int() }).meta({ id: 'EndedSessions' }) } },
    handle: async (call, desk) => {
      const request = { tenant: desk.tenant, subject: call.params.subject, reason: 'admin', except: null } as const;
      const { ended } = await desk.peers.to(sessionStorePeer).endAll(request);
      await noteOfPerson(desk, call, 'person.sessions-ended-by-admin', call.params.subject, { ended });
      return { status: 200, body: { ended } };
    },
  }),
];
