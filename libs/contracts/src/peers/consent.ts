import { z } from 'zod';
import { defineAsk, definePeer } from './define-peer.ts';

export const consentRow = z.object({
  client: z.string(),
  scopes: z.array(z.string()),
  grantedAt: z.string(),
});

export const consentPeer = definePeer('consent', {
  /**
   * What the person agreed to. `granted`: scopes remembered for this client (never of a withdrawn or denied decision).
   * `decision`: what was decided in this very interaction in the last 10 minutes, in this session.
   */
  decided: defineAsk('/internal/consent/decided', {
    request: z.object({ tenant: z.string(), subject: z.string(), client: z.string(), sid: z.string(), interaction: z.string().nullable() }),
    response: z.object({
      granted: z.array(z.string()),
      decision: z.enum(['granted', 'denied']).nullable(),
      at: z.string().optional().describe('instant of Postgres at which this was so, ISO 8601 with microseconds'),
    }),
    idempotent: true,
  }),
  list: defineAsk('/internal/consent/list', {
    request: z.object({ tenant: z.string(), subject: z.string() }),
    response: z.object({ consents: z.array(consentRow) }),
    idempotent: true,
  }),
  /** Withdraws and revokes what the client holds, before it answers. */
  withdraw: defineAsk('/internal/consent/withdraw', {
    request: z.object({ tenant: z.string(), subject: z.string(), client: z.string() }),
    response: z.object({ withdrawn: z.boolean() }),
    idempotent: true,
  }),
});
