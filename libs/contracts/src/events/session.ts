import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { endReason } from '../peers/session-store.ts';

export const sessionStarted = defineEvent({
  name: 'session.started',
  version: 1,
  stream: 'session',
  key: 'sessionId',
  schema: z.object({
    tenant: z.string(),
    sessionId: z.string(),
    subject: z.string(),
    at: z.string(),
    revision: z.number().int(),
  }),
  producer: 'session-store',
  consumers: ['management'],
});

/** A session never comes back: once ended, every later revision says ended too. */
export const sessionEnded = defineEvent({
  name: 'session.ended',
  version: 1,
  stream: 'session',
  key: 'sessionId',
  schema: z.object({
    tenant: z.string(),
    sessionId: z.string(),
    subject: z.string(),
    reason: endReason,
    at: z.string(),
    revision: z.number().int(),
  }),
  producer: 'session-store',
  consumers: ['cas', 'token-issuer', 'management'],
});
