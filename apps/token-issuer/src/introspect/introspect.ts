import type { ClientEntry } from '@latchkey/contracts';
import { OAuthError, audiencesOf, parseRefreshToken } from '@latchkey/oauth';
import type { ClientGate, ClientRequest } from '../clients/client-gate.ts';
import type { Clients } from '../clients/clients.ts';
import type { Grants } from '../grants/grants.ts';
import type { SecretKeys } from '../keys/secret-keys.ts';
import type { LivingTokens } from './living-token.ts';

interface IntrospectParts {
  readonly gate: ClientGate;
  readonly clients: Clients;
  readonly grants: Grants;
  readonly living: LivingTokens;
  readonly secrets: SecretKeys;
  readonly tenant: string;
  readonly issuer: string;
}

export type Introspection = { readonly active: false } | ({ readonly active: true } & Readonly<Record<string, unknown>>);

const INACTIVE: Introspection = { active: false };

/**
 * "If the introspection call is properly authorized but the token is not active … or the protected resource is not allowed to
 * introspect this particular token", the answer is the same (RFC 7662 §2.2).
 */
export class IntrospectEndpoint {
  constructor(private readonly parts: IntrospectParts) {}

  async answer(request: ClientRequest): Promise<Introspection> {
    const client = await this.parts.gate.authenticate(request);
    // "to prevent token scanning attacks, the endpoint MUST also require some form of authorization" (RFC 7662 §2.1)
    if (client.authentication === 'none') throw new OAuthError('invalid_client', 'Only confidential clients may introspect');
    const token = request.parameters.one('token');
    if (token === undefined) throw new OAuthError('invalid_request', 'token is missing');
    const refresh = parseRefreshToken(this.parts.secrets.macs.find, this.parts.tenant, token);
    return refresh === null ? this.accessToken(client, token) : this.refreshToken(client, refresh);
  }

  private async accessToken(client: ClientEntry, token: string): Promise<Introspection> {
    const { living } = this.parts;
    const claims = await living.read(token);
    // Before any look-up: what is not for the asker costs nothing and tells nothing.
    if (claims === null || !this.mayKnow(client, claims.client_id, audiencesOf(claims))) return INACTIVE;
    const found = await living.alive(claims);
    if (found === null) return INACTIVE;
    const username = found.session?.username;
    return { active: true, token_type: 'Bearer', ...claims, ...(username === undefined ? {} : { username }) };
  }

  private mayKnow(client: ClientEntry, issuedTo: string, audiences: readonly string[]): boolean {
    return client.id === issuedTo || audiences.some((audience) => this.parts.clients.mayIntrospectFor(client, audience));
  }

  private async refreshToken(client: ClientEntry, { id, generation }: { id: string; generation: number }): Promise<Introspection> {
    const grant = await this.parts.grants.find(id);
    if (grant === null || grant.client !== client.id || grant.generation !== generation || this.parts.grants.isIdle(grant)) return INACTIVE;
    if (!grant.offline && (await this.parts.living.sessionOf(grant)) === null) return INACTIVE;
    return {
      active: true,
      iss: this.parts.issuer,
      client_id: grant.client,
      sub: grant.authentication.subject,
      scope: grant.scopes.join(' '),
      exp: Math.floor(grant.expiresAt.getTime() / 1000),
      iat: Math.floor(grant.createdAt.getTime() / 1000),
    };
  }
}
