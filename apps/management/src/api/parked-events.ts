import { ROOMS, parkedEventRow, parkedEventsPeer, type ParkedEventRow, type Room } from '@latchkey/contracts';
import { PeerRefused, PeerUnavailable, type Peers } from '@latchkey/peers';
import { z } from 'zod';
import { limit } from './paging.ts';
import { notFound } from './problems.ts';
import { defineRoute, type Route } from './route.ts';

const room = z.enum(ROOMS);
const tag = 'parked-events';
const place = z.object({ room, id: z.string().min(1).max(500) });

const list = z
  .object({
    items: z.array(parkedEventRow.meta({ id: 'ParkedEvent' })),
    unanswered: z.array(room).describe('Rooms that did not answer: what they have parked is missing here'),
  })
  .meta({ id: 'ParkedEvents' });
const replayed = z
  .object({ outcome: z.enum(['handled', 'failed', 'running']).describe('failed: it stays parked, with the new reason; running: look at the list again') })
  .meta({ id: 'ReplayOutcome' });

export const parkedEvents: readonly Route[] = [
  defineRoute({
    operation: 'listParkedEvents',
    method: 'GET',
    path: '/admin/v1/parked-events',
    tag,
    summary: 'Events that a room gave up on for now, and why',
    scope: 'admin:read',
    query: z.object({ room: room.optional(), limit }),
    answers: { 200: { description: 'Newest first', schema: list } },
    handle: async ({ query }, { peers }) => {
      const asked = query.room === undefined ? ROOMS : [query.room];
      const answers = await Promise.all(asked.map((one) => parkedIn(one, peers, query.limit)));
      const items = answers.flatMap((answer) => answer.items);
      items.sort((one, other) => other.parkedAt.localeCompare(one.parkedAt));
      const unanswered = answers.filter(({ answered }) => !answered).map((answer) => answer.room);
      return { status: 200, body: { items: items.slice(0, query.limit), unanswered } };
    },
  }),
  defineRoute({
    operation: 'replayParkedEvent',
    method: 'POST',
    path: '/admin/v1/parked-events/:room/:id/replay',
    tag,
    summary: 'Try a parked event once more, now',
    scope: 'admin',
    params: place,
    answers: { 200: { description: 'What became of it', schema: replayed } },
    problems: [404],
    handle: async (call, { peers, audit }) => {
      const { id } = call.params;
      const { outcome } = await peers.to(parkedEventsPeer(call.params.room)).replayParked({ id });
      if (outcome === 'gone') throw notFound('parked event');
      await audit.recordAfter({ actor: call.actor.name, action: 'parked-event.replayed', thing: `event:${id}`, detail: { room: call.params.room, outcome } });
      return { status: 200, body: { outcome } };
    },
  }),
  defineRoute({
    operation: 'discardParkedEvent',
    method: 'DELETE',
    path: '/admin/v1/parked-events/:room/:id',
    tag,
    summary: 'Give a parked event up for good: what it should have done is not done',
    scope: 'admin',
    params: place,
    answers: { 204: { description: 'Discarded' } },
    problems: [404],
    handle: async (call, { peers, audit }) => {
      const { id } = call.params;
      const { discarded } = await peers.to(parkedEventsPeer(call.params.room)).discardParked({ id });
      if (!discarded) throw notFound('parked event');
      await audit.recordAfter({ actor: call.actor.name, action: 'parked-event.discarded', thing: `event:${id}`, detail: { room: call.params.room } });
      return { status: 204 };
    },
  }),
];

/** A room that is down hides only its own. */
async function parkedIn(one: Room, peers: Peers, most: number): Promise<{ room: Room; answered: boolean; items: ParkedEventRow[] }> {
  try {
    const { events } = await peers.to(parkedEventsPeer(one)).listParked({ limit: most });
    return { room: one, answered: true, items: events.map((event) => ({ room: one, ...event })) };
  } catch (error) {
    const isOfEarlierRelease = error instanceof PeerRefused && error.status === 404;
    if (!(error instanceof PeerUnavailable) && !isOfEarlierRelease) throw error;
    return { room: one, answered: false, items: [] };
  }
}
