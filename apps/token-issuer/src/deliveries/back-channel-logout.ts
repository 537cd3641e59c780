import { randomBytes } from 'node:crypto';
import { logoutTokenClaims, signJwt } from '@latchkey/oauth';
import type { ClaimedDelivery, NewDelivery, OutboundAnswer, OutboundRequest } from '@latchkey/outbound';
import type { Registry } from '../clients/clients.ts';
import type { Grant } from '../grants/grant.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';

interface BackChannelLogoutParts {
  readonly registry: Registry;
  readonly signing: SigningKeys;
  readonly issuer: string;
  readonly nowSeconds: () => number;
}

/** @see OpenID Connect Back-Channel Logout 1.0 §2.4, §2.5 */
export class BackChannelLogout {
  constructor(private readonly parts: BackChannelLogoutParts) {}

  /** One delivery a client that asked to be told, however many grants the session gave it. */
  deliveriesFor(grants: readonly Grant[], reason: string): NewDelivery[] {
    const first = new Map(grants.map((grant) => [grant.client, grant]));
    return [...first.values()].flatMap(({ client: id, authentication: { sid, subject } }) => {
      const client = this.parts.registry.client(id);
      if (client?.backchannelLogoutUri === undefined) return [];
      return [{ sid, subject, application: id, applicationName: client.name, address: client.backchannelLogoutUri, reason, payload: {} }];
    });
  }

  /** Signed at each attempt: a token that waited out a backoff would be refused as stale. */
  readonly requestFor = async (delivery: ClaimedDelivery): Promise<OutboundRequest> => {
    const alg = this.parts.registry.client(delivery.application)?.idTokenAlg ?? 'RS256';
    const claims = logoutTokenClaims({
      issuer: this.parts.issuer,
      clientId: delivery.application,
      subject: delivery.subject,
      sid: delivery.sid,
      jti: randomBytes(16).toString('base64url'),
      now: this.parts.nowSeconds(),
    });
    const token = await signJwt(this.parts.signing.signer(alg), 'logout+jwt', claims);
    return {
      method: 'POST',
      url: delivery.address,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: token }).toString(),
    };
  };

  /** "the RP MUST respond with HTTP 200 OK"; some frameworks answer 204 (§2.8). */
  readonly accepts = ({ status }: OutboundAnswer): boolean => status === 200 || status === 204;
}
