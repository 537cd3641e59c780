import type { SessionCopy } from '@latchkey/contracts';
import { grantOf, readAccessToken, type AccessTokenClaims } from '@latchkey/oauth';
import type { SessionReader } from '@latchkey/peers';
import type { Clients } from '../clients/clients.ts';
import type { Grant } from '../grants/grant.ts';
import type { Grants } from '../grants/grants.ts';
import type { RevokedTokens } from '../grants/revoked-tokens.ts';
import type { SecretKeys } from '../keys/secret-keys.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';

export interface LivingToken {
  readonly claims: AccessTokenClaims;
  /** Both null: no person stands behind it. An offline grant lives without a session. */
  readonly grant: Grant | null;
  readonly session: SessionCopy | null;
}

export interface LivingTokensOptions {
  readonly clients: Clients;
  readonly grants: Grants;
  readonly revoked: RevokedTokens;
  readonly sessions: SessionReader;
  readonly signing: SigningKeys;
  readonly secrets: SecretKeys;
  readonly tenant: string;
  readonly issuer: string;
  readonly nowSeconds: () => number;
}

/** One rule for every route that is shown an access token: genuine, not expired, its client is not switched off, its grant lives, its session lives. */
export class LivingTokens {
  constructor(private readonly options: LivingTokensOptions) {}

  /** Genuine and not expired; nothing is looked up. */
  read(token: string): Promise<AccessTokenClaims | null> {
    const { issuer, tenant, signing, secrets } = this.options;
    return readAccessToken(token, { issuer, tenant, now: this.options.nowSeconds(), findKey: signing.findPublished, findSeal: secrets.seals.find });
  }

  async find(token: string): Promise<LivingToken | null> {
    const claims = await this.read(token);
    return claims === null ? null : this.alive(claims);
  }

  async alive(claims: AccessTokenClaims): Promise<LivingToken | null> {
    if (this.options.clients.find(claims.client_id) === undefined) return null;
    const id = grantOf(claims);
    if (id === null) return (await this.options.revoked.has(claims.jti)) ? null : { claims, grant: null, session: null };
    const grant = await this.options.grants.find(id);
    if (grant === null || grant.client !== claims.client_id) return null;
    const session = await this.sessionOf(grant);
    return session === null && !grant.offline ? null : { claims, grant, session };
  }

  async sessionOf(grant: Grant): Promise<SessionCopy | null> {
    const { sid, subject } = grant.authentication;
    const session = await this.options.sessions.bySid(sid);
    return session?.subject === subject ? session : null;
  }
}
