import { OAuthError } from '@latchkey/oauth';
import type { ClientGate, ClientRequest } from '../clients/client-gate.ts';
import type { GrantType, TokenRequest } from './grant-type.ts';
import type { TokenResponse, Tokens } from './tokens.ts';

/** The token endpoint, phase by phase. @see RFC 6749 §3.2, §5 */
export class TokenEndpoint {
  constructor(
    private readonly gate: ClientGate,
    private readonly grantTypes: readonly GrantType[],
    private readonly tokens: Tokens,
  ) {}

  async answer(request: ClientRequest): Promise<TokenResponse> {
    // 1. "If the client type is confidential … the client MUST authenticate" (RFC 6749 §3.2.1)
    const client = await this.gate.authenticate(request);
    // 2. "unsupported_grant_type", "unauthorized_client" (RFC 6749 §5.2)
    const grantType = this.grantTypeOf(request, client.grantTypes);
    // 3. What can be refused before anything is used up; an access token is for one resource (RFC 8707 §2.2)
    const asked: TokenRequest = { client, parameters: request.parameters, resource: oneResource(request) };
    grantType.check(asked);
    // 4. The grant itself: the presented code or refresh token is used up here, and judged by a row
    const proof = await grantType.prove(asked);
    // 5. "issues an access token and optional refresh token" (RFC 6749 §5.1)
    return this.tokens.issue(client, proof, asked.resource);
  }

  private grantTypeOf({ parameters }: ClientRequest, registered: readonly string[]): GrantType {
    const name = parameters.one('grant_type');
    if (name === undefined) throw new OAuthError('invalid_request', 'grant_type is missing');
    const grantType = this.grantTypes.find((candidate) => candidate.name === name);
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
