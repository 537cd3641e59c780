import { casPeer, deliveryRow, tokenIssuerPeer } from '@latchkey/contracts';
import { z } from 'zod';
import { limit, page } from './paging.ts';
import { notFound } from './problems.ts';
import { defineRoute, type Route } from './route.ts';

const room = z.enum(['cas', 'token-issuer']);
const tag = 'deliveries';

export const deliveries: readonly Route[] = [
  defineRoute({
    operation: 'listDeliveries',
    method: 'GET',
    path: '/admin/v1/deliveries',
    tag,
    summary: 'Which application was told of which end, at which attempt, and what it answered',
    scope: 'admin:read',
    query: z.object({
      person: z.string().min(1).max(200).optional().describe('Subject'),
      session: z.string().min(1).max(200).optional(),
      state: z.enum(['trying', 'delivered', 'parked']).optional(),
      room: room.optional(),
      limit,
    }),
    answers: { 200: { description: 'Newest first', schema: page(deliveryRow.meta({ id: 'Delivery' }), 'Deliveries') } },
    handle: async ({ query }, { peers, tenant }) => {
      const request = { tenant, subject: query.person ?? null, sid: query.session ?? null, state: query.state ?? null, limit: query.limit };
      const asked = [casPeer, tokenIssuerPeer]
        .filter((peer) => query.room === undefined || peer.room === query.room)
        .map((peer) => (peer === casPeer ? peers.to(casPeer).deliveries(request) : peers.to(tokenIssuerPeer).deliveries(request)));
      const items = (await Promise.all(asked)).flatMap((answer) => answer.deliveries);
      items.sort((one, other) => (one.queuedAt < other.queuedAt ? 1 : -1));
      return { status: 200, body: { items: items.slice(0, query.limit), next: null } };
    },
  }),
  defineRoute({
    operation: 'retryDelivery',
    method: 'POST',
    path: '/admin/v1/deliveries/:room/:id/retry',
    tag,
    summary: 'Put a parked delivery back to work',
    scope: 'admin',
    params: z.object({ room, id: z.string().min(1).max(200) }),
    answers: { 202: { description: 'Queued' } },
    problems: [404],
    handle: async (call, { peers, tenant, audit }) => {
      const { id } = call.params;
      const peer = call.params.room === 'cas' ? peers.to(casPeer) : peers.to(tokenIssuerPeer);
      const { queued } = await peer.retryDelivery({ tenant, id });
      if (!queued) throw notFound('parked delivery');
      await audit.recordAfter({ actor: call.actor.name, action: 'delivery.retried', thing: `delivery:${id}`, detail: { room: call.params.room } });
      return { status: 202 };
    },
  }),
];
