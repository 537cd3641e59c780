import { z } from 'zod';

/** One attempt series to tell one application about the end of one session. */
export const deliveryRow = z.object({
  id: z.string(),
  sid: z.string(),
  subject: z.string(),
  room: z.enum(['cas', 'token-issuer']),
  application: z.string(),
  applicationName: z.string(),
  address: z.string(),
  reason: z.string(),
  channel: z.enum(['back', 'front']).default('back').describe('front: by the browser of whoever signed out; by us, where it did not'),
  state: z.enum(['trying', 'delivered', 'parked']),
  attempts: z.array(z.object({ at: z.string(), answer: z.string(), tookMs: z.number() })),
  queuedAt: z.string(),
  settledAt: z.string().nullable(),
  nextAt: z.string().nullable(),
});
export type DeliveryRow = z.output<typeof deliveryRow>;

export const deliveriesRequest = z.object({
  tenant: z.string(),
  subject: z.string().nullable(),
  sid: z.string().nullable(),
  state: z.enum(['trying', 'delivered', 'parked']).nullable(),
  limit: z.number().int().min(1).max(200),
});
export const deliveriesResponse = z.object({ deliveries: z.array(deliveryRow) });

/** An application that took part in a session. */
export const participation = z.object({
  sid: z.string(),
  protocol: z.enum(['cas', 'oidc']),
  application: z.string(),
  applicationName: z.string(),
  address: z.string(),
  at: z.string(),
});
export type Participation = z.output<typeof participation>;
