import { tokenIssuerPeer } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';

export interface PresentedToken {
  readonly subject: string;
  readonly client: string;
  readonly scope: string;
  /** Strength of the sign-in behind it. */
  readonly acr: string;
}

/** @returns null: the header holds no bearer token. @see RFC 6750 §2.1 */
export function bearerToken(authorization: string | undefined): string | null {
  return /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Access tokens for a protected host. Each use asks the token issuer: what was revoked opens nothing. */
export class AccessTokens {
  constructor(private readonly options: { peers: Peers; tenant: string }) {}

  /** null for a token that is not living, not for this host, or behind which no person stands. */
  async present(token: string, origin: string): Promise<PresentedToken | null> {
    const { peers, tenant } = this.options;
    // A host is registered as a resource with or without the slash; both are the same place.
    const { presented } = await peers.to(tokenIssuerPeer).introspect({ tenant, token, audiences: [origin, `${origin}/`] });
    return presented === null || presented.subject === null ? null : { ...presented, subject: presented.subject };
  }
}
