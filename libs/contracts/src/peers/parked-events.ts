import { z } from 'zod';
import type { Room } from '../events/define-event.ts';
import { defineAsk, definePeer } from './define-peer.ts';
import { eventEnvelope } from './events.ts';

/** An event that its room gave up on for now. */
export const parkedEventRow = eventEnvelope.extend({
  room: z.string().describe('Where it is parked'),
  error: z.string().describe('Why the last try failed'),
  tries: z.number().int(),
  parkedAt: z.string(),
  nextAt: z.string().nullable().describe('When it is tried again by itself; null: only by hand'),
});
export type ParkedEventRow = z.output<typeof parkedEventRow>;

export const parkedEventsPeer = (room: Room) =>
  definePeer(room, {
    /** Newest first. */
    listParked: defineAsk(`/internal/${room}/parked-events`, {
      request: z.object({ limit: z.number().int().min(1).max(200) }),
      response: z.object({ events: z.array(parkedEventRow.omit({ room: true })) }),
      idempotent: true,
    }),
    /** `running`: it takes longer than an ask may; what became of it shows in the list. */
    replayParked: defineAsk(`/internal/${room}/replay-parked-event`, {
      request: z.object({ id: z.string() }),
      response: z.object({ outcome: z.enum(['handled', 'failed', 'running', 'gone']) }),
      idempotent: false,
    }),
    /** For ever: it is refused also when it is brought again. */
    discardParked: defineAsk(`/internal/${room}/discard-parked-event`, {
      request: z.object({ id: z.string() }),
      response: z.object({ discarded: z.boolean() }),
      idempotent: false,
    }),
  });
