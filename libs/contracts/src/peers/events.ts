import { z } from 'zod';
import type { Room } from '../events/define-event.ts';
import { defineAsk, definePeer } from './define-peer.ts';

/** One event as it travels: CloudEvents 1.0 attributes and the payload. */
export const eventEnvelope = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number().int(),
  source: z.string(),
  time: z.string(),
  key: z.string(),
  traceparent: z.string().nullable(),
  data: z.unknown(),
});

/** The relay's way round an absent broker: the same event, with the same id, posted to the room. */
export const eventsPeer = (room: Room) =>
  definePeer(room, {
    receive: defineAsk(`/internal/${room}/events`, {
      request: z.object({
        events: z.array(eventEnvelope).max(100),
        partial: z.boolean().optional().describe('the asking side reads `settled`, so one slow event need not hold up the answer'),
      }),
      response: z.object({ received: z.number().int(), settled: z.array(z.string()).optional().describe('ids; absent: all of them') }),
      idempotent: true,
    }),
  });
export type EventEnvelope = z.output<typeof eventEnvelope>;
