import { consentPeer, consentRow } from '@latchkey/contracts';
import { z } from 'zod';
import { page } from './paging.ts';
import { noteOfPerson, subject } from './person-routes.ts';
import { notFound } from './problems.ts';
import { defineRoute, type Route } from './route.ts';

export const consents: readonly Route[] = [
  defineRoute({
    operation: 'listConsents',
    method: 'GET',
    path: '/admin/v1/people/:subject/consents',
    tag: 'consents',
    summary: 'What a person agreed to',
    scope: 'admin:read',
    params: subject,
    answers: { 200: { description: 'All of them', schema: page(consentRow, 'Consents') } },
    handle: async ({ params }, { peers, tenant }) => {
      const { consents } = await peers.to(consentPeer).list({ tenant, subject: params.subject });
      return { status: 200, body: { items: consents, next: null } };
    },
  }),
  defineRoute({
    operation: 'withdrawConsent',
    method: 'DELETE',
    path: '/admin/v1/people/:subject/consents/:client',
    tag: 'consents',
    summary: 'Withdraw a consent and revoke what the client holds, before this answers',
    scope: 'admin',
    params: subject.extend({ client: z.string().min(1).max(200) }),
    answers: { 204: { description: 'Withdrawn' } },
    problems: [404],
    handle: async (call, desk) => {
      const { withdrawn } = await desk.peers.to(consentPeer).withdraw({ tenant: desk.tenant, ...call.params });
      if (!withdrawn) throw notFound('consent');
      await noteOfPerson(desk, call, 'consent.withdrawn-by-admin', call.params.subject, { client: call.params.client });
      return { status: 204 };
    },
  }),
];
