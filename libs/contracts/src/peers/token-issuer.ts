import { z } from 'zod';
import { defineAsk, definePeer } from './define-peer.ts';
import { deliveriesRequest, deliveriesResponse, participation } from './deliveries.ts';

const tenant = z.string();

/** What a pending authorization request asks for, as the pages of other rooms show it. */
export const pendingDescription = z.object({
  interaction: z.string(),
  client: z.string(),
  clientName: z.string(),
  clientHost: z.string(),
  clientOwner: z.string().nullable(),
  loginHint: z.string().nullable(),
  /** The person must authenticate again, even with a living session (prompt=login, max_age). */
  mustSignIn: z.boolean(),
  scopes: z.array(z.object({ name: z.string(), description: z.string(), resource: z.string().nullable() })),
});
export type PendingDescription = z.output<typeof pendingDescription>;

export const grantRow = z.object({
  id: z.string(),
  client: z.string(),
  clientName: z.string(),
  subject: z.string(),
  sid: z.string(),
  scopes: z.array(z.string()),
  offline: z.boolean(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  reason: z.string().nullable(),
});

const publicKey = z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: z.string(), alg: z.string() });

export const tokenIssuerPeer = definePeer('token-issuer', {
  /** Opens a sealed pending request for showing. null: it is not one of ours, or was begun in another browser. */
  describePending: defineAsk('/internal/token-issuer/describe-pending', {
    request: z.object({ tenant, pending: z.string(), flow: z.string().nullable().describe('value of the flow cookie') }),
    response: z.object({ pending: pendingDescription.nullable() }),
    idempotent: true,
  }),
  /** When this answers, no grant of the person and client issues anything. */
  revokeClient: defineAsk('/internal/token-issuer/revoke-client', {
    request: z.object({ tenant, subject: z.string(), client: z.string() }),
    response: z.object({ revoked: z.number().int() }),
    idempotent: true,
  }),
  /** When this answers, no grant of the person issues anything, and grants from before this instant never will. */
  revokeSubject: defineAsk('/internal/token-issuer/revoke-subject', {
    request: z.object({ tenant, subject: z.string() }),
    response: z.object({ revoked: z.number().int() }),
    idempotent: true,
  }),
  /** An access token that was brought to a resource server of one of these audiences. null: it is not living, or not for them. */
  introspect: defineAsk('/internal/token-issuer/introspect', {
    request: z.object({ tenant, token: z.string().max(16_384), audiences: z.array(z.string()).min(1).max(8) }),
    response: z.object({
      presented: z
        .object({
          subject: z.string().nullable().describe('null: no person stands behind it'),
          client: z.string(),
          scope: z.string(),
          acr: z.string(),
        })
        .nullable(),
    }),
    idempotent: true,
  }),
  grants: defineAsk('/internal/token-issuer/grants', {
    request: z.object({ tenant, subject: z.string().nullable(), sid: z.string().nullable() }),
    response: z.object({ grants: z.array(grantRow), participations: z.array(participation) }),
    idempotent: true,
  }),
  deliveries: defineAsk('/internal/token-issuer/deliveries', {
    request: deliveriesRequest,
    response: deliveriesResponse,
    idempotent: true,
  }),
  retryDelivery: defineAsk('/internal/token-issuer/retry-delivery', {
    request: z.object({ tenant, id: z.string() }),
    response: z.object({ queued: z.boolean() }),
    idempotent: true,
  }),
  /** Public halves of the keys that sign now, signed lately or will sign next: what `/oauth2/jwks` shows. */
  publicKeys: defineAsk('/internal/token-issuer/public-keys', {
    request: z.object({ tenant }),
    response: z.object({ keys: z.array(publicKey) }),
    idempotent: true,
  }),
  rotateKeys: defineAsk('/internal/token-issuer/rotate-keys', {
    request: z.object({ tenant, alg: z.enum(['RS256', 'ES256']).nullable() }),
    response: z.object({ active: z.array(z.object({ kid: z.string(), alg: z.string() })) }),
    idempotent: false,
  }),
});
