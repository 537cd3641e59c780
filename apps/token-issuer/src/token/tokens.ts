import { randomBytes } from 'node:crypto';
import type { ClientEntry } from '@latchkey/contracts';
import {
  formatRefreshToken,
  idTokenClaims,
  sealAccessToken,
  signAccessToken,
  signJwt,
  targetResource,
  type AccessTokenClaims,
} from '@latchkey/oauth';
import type { Clients } from '../clients/clients.ts';
import type { Grant } from '../grants/grant.ts';
import type { SecretKeys } from '../keys/secret-keys.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import type { Proof } from './grant-type.ts';

export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

interface TokensOptions {
  readonly clients: Clients;
  readonly signing: SigningKeys;
  readonly secrets: SecretKeys;
  readonly tenant: string;
  readonly issuer: string;
  readonly now: () => number;
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
}

/** Makes tokens out of what was proved. Asks nobody and stores nothing: all that may be refused was refused before. */
export class Tokens {
  constructor(private readonly options: TokensOptions) {}

  async issue(client: ClientEntry, proof: Proof, asked: readonly string[]): Promise<TokenResponse> {
    const now = Math.floor(this.options.now() / 1000);
    const claims = this.accessTokenClaims(client, proof, asked, now);
    const accessToken = await this.accessToken(client, claims);
    const { grant } = proof;
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: this.options.accessTokenSeconds,
      scope: claims.scope,
      ...(grant !== null && client.grantTypes.includes('refresh_token') ? { refresh_token: this.refreshToken(grant) } : {}),
      ...(grant !== null && proof.scopes.includes('openid') ? { id_token: await this.idToken(client, grant, proof, accessToken, now) } : {}),
    };
  }

  /**
   * A token for a resource that the client named is for that resource alone (RFC 8707 §2.2). Without a name it is for the granted
   * resource, and for our userinfo where openid was granted.
   */
  private accessTokenClaims(client: ClientEntry, proof: Proof, asked: readonly string[], now: number): AccessTokenClaims {
    const { issuer, clients, accessTokenSeconds } = this.options;
    const { resource, named } = targetResource(asked, proof.resources);
    const scopes = named && resource !== null ? clients.scopesAt(resource, proof.scopes) : proof.scopes;
    const atUserinfo = !named && scopes.includes('openid');
    const { grant } = proof;
    const random = randomBytes(16).toString('base64url');
    return {
      iss: issuer,
      sub: grant?.authentication.subject ?? client.id,
      aud: resource === null ? issuer : atUserinfo ? [resource, issuer] : resource,
      client_id: client.id,
      iat: now,
      exp: now + accessTokenSeconds,
      jti: grant === null ? random : `${grant.id}.${random}`,
      scope: scopes.join(' '),
      ...(grant === null ? {} : personClaims(grant)),
    };
  }

  private async accessToken(client: ClientEntry, claims: AccessTokenClaims): Promise<string> {
    const { secrets, signing, tenant } = this.options;
    if (client.accessToken === 'opaque') return sealAccessToken(secrets.seals.current, tenant, claims);
    return signAccessToken(signing.signer('ES256'), claims);
  }

  /** Made with the key of the grant, so that a key rotation does not change a successor that was handed out before. */
  private refreshToken(grant: Grant): string {
    const key = this.options.secrets.macs.find(grant.macKey);
    if (key === undefined) throw new Error(`no mac key ${grant.macKey}`);
    return formatRefreshToken(key, this.options.tenant, grant.id, grant.generation);
  }

  private idToken(client: ClientEntry, grant: Grant, { nonce }: Proof, accessToken: string, now: number): Promise<string> {
    const claims = idTokenClaims({
      ...grant.authentication,
      issuer: this.options.issuer,
      clientId: client.id,
      now,
      lifetimeSeconds: this.options.idTokenSeconds,
      nonce,
      accessToken,
    });
    return signJwt(this.options.signing.signer(client.idTokenAlg), 'JWT', claims);
  }
}

function personClaims({ authentication }: Grant): Pick<AccessTokenClaims, 'sid' | 'auth_time' | 'acr' | 'amr'> {
  const { sid, authTime, acr, amr } = authentication;
  return { sid, auth_time: authTime, acr, amr };
}
