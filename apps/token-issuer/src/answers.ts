import { type tokenIssuerPeer, type PeerHandlers } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import { describePending } from './authorize/describe-pending.ts';
import type { Pendings } from './authorize/pending.ts';
import type { CheckRules } from './authorize/request-checks.ts';
import type { Clients } from './clients/clients.ts';
import type { Participants } from './deliveries/participants.ts';
import type { Grant } from './grants/grant.ts';
import type { Grants } from './grants/grants.ts';
import type { LivingTokens } from './introspect/living-token.ts';
import { presentedToken } from './introspect/presented-token.ts';
import type { SigningKeys } from './keys/signing-keys.ts';

interface Parts {
  readonly pendings: Pendings;
  readonly rules: CheckRules;
  readonly clients: Clients;
  readonly grants: Grants;
  readonly living: LivingTokens;
  readonly participants: Participants;
  readonly deliveries: Deliveries;
  readonly signing: SigningKeys;
}

/** What this room answers to other rooms. */
export function handlers(parts: Parts): PeerHandlers<typeof tokenIssuerPeer> {
  const { pendings, rules, clients, grants, living, participants, deliveries, signing } = parts;
  return {
    describePending: async ({ pending, flow }) => ({ pending: await describePending(pending, flow, { pendings, rules }) }),
    revokeClient: async ({ subject, client }) => ({ revoked: await grants.revokeOfClient(subject, client) }),
    revokeSubject: async ({ subject }) => ({ revoked: await grants.revokeOfSubject(subject) }),
    introspect: async ({ token, audiences }) => ({ presented: await presentedToken(living, token, audiences) }),
    grants: async ({ subject, sid }) => {
      const found = sid !== null ? await grants.ofSession(sid) : subject !== null ? await grants.ofSubject(subject) : [];
      const wanted = found.filter((grant) => subject === null || grant.authentication.subject === subject);
      return { grants: wanted.map((grant) => shown(grant, clients)), participations: participants.from(wanted) };
    },
    deliveries: async (request) => ({ deliveries: await deliveries.list(request) }),
    retryDelivery: async ({ id }) => ({ queued: await deliveries.retry(id) }),
    publicKeys: async () => ({ keys: signing.jwks().keys as { kty: 'RSA' | 'EC'; kid: string; alg: string }[] }),
    rotateKeys: async ({ alg }) => ({ active: await signing.rotate(alg) }),
  };
}

function shown(grant: Grant, clients: Clients) {
  return {
    id: grant.id,
    client: grant.client,
    clientName: clients.nameOf(grant.client),
    subject: grant.authentication.subject,
    sid: grant.authentication.sid,
    scopes: [...grant.scopes],
    offline: grant.offline,
    createdAt: grant.createdAt.toISOString(),
    expiresAt: grant.expiresAt.toISOString(),
    revokedAt: grant.revokedAt?.toISOString() ?? null,
    reason: grant.reason,
  };
}
