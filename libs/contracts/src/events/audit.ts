import { z } from 'zod';
import { defineEvent } from './define-event.ts';

const at = { tenant: z.string(), at: z.string() };

/** A person was put, disabled, enabled, deleted or got another password. */
export const personChanged = defineEvent({
  name: 'person.changed',
  version: 1,
  stream: 'person',
  key: 'subject',
  schema: z.object({
    ...at,
    subject: z.string(),
    change: z.enum(['created', 'updated', 'disabled', 'enabled', 'deleted', 'password-changed']),
    revision: z.number().int(),
  }),
  producer: 'cas',
  consumers: ['management'],
});

/** A grant will issue nothing any more. */
export const grantRevoked = defineEvent({
  name: 'grant.revoked',
  version: 1,
  stream: 'grant',
  key: 'grantId',
  schema: z.object({
    ...at,
    grantId: z.string(),
    client: z.string(),
    subject: z.string(),
    reason: z.enum(['code-replayed', 'refresh-reused', 'revoked-by-client', 'consent-withdrawn', 'session-ended', 'person-ended']),
  }),
  producer: 'token-issuer',
  consumers: ['management'],
});

export const consentRecorded = defineEvent({
  name: 'consent.recorded',
  version: 1,
  stream: 'consent',
  key: 'subject',
  schema: z.object({
    ...at,
    subject: z.string(),
    client: z.string(),
    decision: z.enum(['granted', 'denied', 'withdrawn']),
    scopes: z.array(z.string()),
  }),
  producer: 'consent',
  consumers: ['management'],
});

/** A delivery reached its end: the application was told, or we gave up and parked it. */
export const deliverySettled = defineEvent({
  name: 'delivery.settled',
  version: 1,
  stream: 'delivery',
  key: 'sessionId',
  schema: z.object({
    ...at,
    deliveryId: z.string(),
    sessionId: z.string(),
    application: z.string(),
    room: z.enum(['cas', 'token-issuer']),
    state: z.enum(['delivered', 'parked']),
    attempts: z.number().int(),
    answer: z.string(),
  }),
  producer: ['cas', 'token-issuer'],
  consumers: ['management'],
});
