import type { ClientEntry } from '@latchkey/contracts';
import { OAuthError } from '@latchkey/oauth';
import type { ClientGate, ClientRequest } from '../clients/client-gate.ts';
import type { Clients } from '../clients/clients.ts';
import type { Membership } from '../clients/membership.ts';
import type { GrantType, Proof, TokenRequest } from './grant-type.ts';
import type { Metrics, SecurityLog } from '@latchkey/runtime';
import type { TokenResponse, Tokens } from './tokens.ts';

interface TokenParts {
  readonly gate: ClientGate;
  readonly grantTypes: readonly GrantType[];
  readonly tokens: Tokens;
  readonly clients: Clients;
  readonly membership: Membership;
  readonly metrics: Metrics;
  readonly security: SecurityLog;
}

/** The token endpoint, phase by phase. @see RFC 6749 §3.2, §5 */
export class TokenEndpoint {
  constructor(private readonly parts: TokenParts) {}

  async answer(request: ClientRequest, known: (client: ClientEntry) => void = () => undefined): Promise<TokenResponse> {
    // 1. "If the client type is confidential … the client MUST authenticate" (RFC 6749 §3.2.1)
    const client = await this.parts.gate.authenticate(request);
    known(client);
    // 2. "unsupported_grant_type", "unauthorized_client" (RFC 6749 §5.2)
    const grantType = this.grantTypeOf(request, client.grantTypes);
    // 3. What can be refused before anything is used up; an access token is for one resource (RFC 8707 §2.2)
    const asked: TokenRequest = { client, parameters: request.parameters, resource: oneResource(request) };
    grantType.check(asked);
    // 4. The grant itself: the presented code or refresh token is used up here, and judged by a row
    const proof = await grantType.prove(asked);
    // 5. What was granted once may be too much by now: groups and registrations change while grants live
    const allowed = await this.stillAllowed(client, proof);
    // 6. "issues an access token and optional refresh token" (RFC 6749 §5.1)
    const response = await this.parts.tokens.issue(client, allowed, asked.resource);
    this.issued(client, grantType.name, proof);
    return response;
  }

  private issued(client: ClientEntry, grantType: GrantType['name'], { grant }: Proof): void {
    this.parts.metrics.count('latchkey_tokens_issued_total', { grant_type: grantType });
    this.parts.security.record('token.issued', { client: client.id, grantType, grant: grant?.id ?? null, subject: grant?.authentication.subject ?? null });
  }

  private async stillAllowed(client: ClientEntry, proof: Proof): Promise<Proof> {
    if (proof.grant === null) return proof;
    if (!(await this.parts.membership.admits(client, proof.grant.authentication.subject))) {
      throw new OAuthError('invalid_grant', 'This person may not use this application any more');
    }
    const left = this.parts.clients.stillAllowed(client, proof);
    if (left.scopes.length === 0) throw new OAuthError('invalid_scope', 'This client may not have any of these scopes any more');
    return { ...proof, ...left };
  }

  private grantTypeOf({ parameters }: ClientRequest, registered: readonly string[]): GrantType {
    const name = parameters.one('grant_type');
    if (name === undefined) throw new OAuthError('invalid_request', 'grant_type is missing');
    const grantType = this.parts.grantTypes.find((candidate) => candidate.name === name);
    if (grantType === undefined) throw new OAuthError('unsupported_grant_type', 'This grant type is not offered');
    if (!registered.includes(name)) throw new OAuthError('unauthorized_client', 'This client may not use this grant type');
    return grantType;
  }
}

function oneResource({ parameters }: ClientRequest): readonly string[] {
  const named = [...new Set(parameters.all('resource'))];
  if (named.length > 1) throw new OAuthError('invalid_target', 'An access token is for one resource: name one');
  return named;
}
