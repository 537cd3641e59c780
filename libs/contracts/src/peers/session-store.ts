import { z } from 'zod';
import { sessionCopy } from '../hot-copies/session-copy.ts';
import { defineAsk, definePeer } from './define-peer.ts';

export const endReason = z.enum([
  'sign-out',
  'admin',
  'idle',
  'absolute-limit',
  'password-changed',
  'person-disabled',
  'person-deleted',
  'sign-out-everywhere',
  'replaced',
]);
export type EndReason = z.output<typeof endReason>;

export const answer = z.object({ interaction: z.string(), kind: z.enum(['sign-in', 'select', 'denied']) });

const tenant = z.string();
const sid = z.string();
/** What the sign-in knew of the browser, kept so that a person recognises the session. */
export const device = z.object({ browser: z.string(), system: z.string(), network: z.string() });

/** A session as lists show it, also after its end. Times are ISO 8601 in UTC. */
export const sessionRow = z.object({
  sid: z.string(),
  subject: z.string(),
  username: z.string(),
  startedAt: z.string(),
  seenAt: z.string(),
  authTime: z.string(),
  expiresAt: z.string(),
  amr: z.array(z.string()),
  device,
  endedAt: z.string().nullable(),
  endReason: endReason.nullable(),
});
export type SessionRow = z.output<typeof sessionRow>;

export const sessionStorePeer = definePeer('session-store', {
  /**
   * Starts a session, or renews the living one of the same person (same sid, new cookie secret, new auth_time).
   * A living session of another person under `replaces` is ended. `refused`: the person was ended after `authenticatedAt`.
   * The cookie value `sid-secret` is returned once and nowhere stored.
   */
  start: defineAsk('/internal/session-store/start', {
    request: z.object({
      tenant,
      subject: z.string(),
      username: z.string(),
      /** Instant of Postgres, ISO 8601 with microseconds, taken before the password was checked. */
      authenticatedAt: z.string(),
      amr: z.array(z.string()),
      acr: z.string(),
      device,
      replaces: z.string().nullable().describe('sid of the session that the browser held'),
      answer: answer.nullable(),
      longTermSeconds: z.number().int().min(60).max(90 * 86_400).nullable().default(null).describe('both limits of a session that is to be remembered for long'),
    }),
    response: z.union([
      z.object({ outcome: z.literal('started'), sid, cookie: z.string(), session: sessionCopy }),
      z.object({ outcome: z.literal('refused') }),
    ]),
    idempotent: false,
  }),
  /** The living session, after filling its hot copy; null when there is none. The way round a miss. */
  find: defineAsk('/internal/session-store/find', {
    request: z.object({ tenant, sid }),
    response: z.object({ session: sessionCopy.nullable() }),
    idempotent: true,
  }),
  /** Extends the idle limit. Called, not awaited, by a reader that finds `seenAt` older than 5 minutes. */
  touch: defineAsk('/internal/session-store/touch', {
    request: z.object({ tenant, sid }),
    response: z.object({ alive: z.boolean() }),
    idempotent: true,
  }),
  /** Writes a fact about an interaction. */
  answered: defineAsk('/internal/session-store/answered', {
    request: z.object({ tenant, sid, answer }),
    response: z.object({ alive: z.boolean() }),
    idempotent: true,
  }),
  /** Ends one session. When this answers, the row is ended and the hot copy is gone. `ended` false: it was not alive. */
  end: defineAsk('/internal/session-store/end', {
    request: z.object({ tenant, sid, reason: endReason }),
    response: z.object({ ended: z.boolean() }),
    idempotent: true,
  }),
  /** Ends all sessions of a person in one statement and refuses starts authenticated before this instant. */
  endAll: defineAsk('/internal/session-store/end-all', {
    request: z.object({ tenant, subject: z.string(), reason: endReason, except: z.string().nullable() }),
    response: z.object({ ended: z.number().int(), notBefore: z.string() }),
    idempotent: true,
  }),
  list: defineAsk('/internal/session-store/list', {
    request: z.object({
      tenant,
      subject: z.string().nullable(),
      alive: z.boolean().nullable(),
      limit: z.number().int().min(1).max(200),
      before: z.string().nullable().describe('cursor: startedAt of the last row seen'),
    }),
    response: z.object({ sessions: z.array(sessionRow) }),
    idempotent: true,
  }),
  get: defineAsk('/internal/session-store/get', {
    request: z.object({ tenant, sid }),
    response: z.object({ session: sessionRow.nullable() }),
    idempotent: true,
  }),
});
