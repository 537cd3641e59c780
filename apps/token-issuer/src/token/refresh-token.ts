import { OAuthError, isSubset, narrowedScopes, parseRefreshToken, parseScope, type RefreshToken } from '@latchkey/oauth';
import type { SessionReader } from '@latchkey/peers';
import type { Grant } from '../grants/grant.ts';
import type { Grants, RefreshAttempt } from '../grants/grants.ts';
import type { SecretKeys } from '../keys/secret-keys.ts';
import type { GrantType, Proof, TokenRequest } from './grant-type.ts';

interface Parts {
  readonly grants: Grants;
  readonly sessions: SessionReader;
  readonly secrets: SecretKeys;
  readonly tenant: string;
}

const refused = () => new OAuthError('invalid_grant', 'The refresh token is unknown, expired or revoked');

/** @see RFC 6749 §6 · RFC 9700 §4.14.2 */
export class RefreshTokenGrant implements GrantType {
  readonly name = 'refresh_token';

  constructor(private readonly parts: Parts) {}

  check({ parameters }: TokenRequest): void {
    if (parameters.one('refresh_token') === undefined) throw new OAuthError('invalid_request', 'refresh_token is missing');
    parseScope(parameters.one('scope'));
  }

  async prove(request: TokenRequest): Promise<Proof> {
    const token = this.genuine(request);
    const attempt: RefreshAttempt = {
      id: token.id,
      generation: token.generation,
      client: request.client.id,
      scopes: parseScope(request.parameters.one('scope')),
      resources: request.resource,
    };
    // "public clients MUST … rotate"; confidential ones do not (FAPI 2.0 §5.3.2.1)
    const rotates = request.client.authentication === 'none';
    const grant = rotates ? await this.parts.grants.rotate(attempt) : await this.parts.grants.hold(attempt);
    if (grant === 'reused') throw refused();
    if (grant === 'none') throw await this.whyNot(attempt);
    await this.personStillThere(grant);
    return { grant, scopes: narrowedScopes(request.parameters.one('scope'), grant.scopes), resources: grant.resources, nonce: undefined };
  }

  /** A bad MAC costs no query. */
  private genuine({ parameters }: TokenRequest): RefreshToken {
    const { secrets, tenant } = this.parts;
    const token = parseRefreshToken(secrets.macs.find, tenant, parameters.one('refresh_token') ?? '');
    if (token === null) throw refused();
    return token;
  }

  /** A session grant dies with its session; an offline one was judged by not_before in the statement. */
  private async personStillThere(grant: Grant): Promise<void> {
    if (grant.offline) return;
    const { sid, subject } = grant.authentication;
    const session = await this.parts.sessions.bySid(sid);
    if (session?.subject === subject) return;
    await this.parts.grants.revoke(grant.id, 'session-ended');
    throw new OAuthError('invalid_grant', 'The person has signed out');
  }

  /** Nothing was changed; a living grant of this client was asked for more than it holds. */
  private async whyNot(attempt: RefreshAttempt): Promise<OAuthError> {
    const grant = await this.parts.grants.find(attempt.id);
    if (grant === null || grant.client !== attempt.client) return refused();
    if (!isSubset(attempt.scopes, grant.scopes)) return new OAuthError('invalid_scope', 'scope goes beyond what was granted');
    if (!isSubset(attempt.resources, grant.resources)) return new OAuthError('invalid_target', 'This resource was not granted');
    if (attempt.resources.length === 0 && grant.resources.length > 1) {
      return new OAuthError('invalid_target', 'Several resources are granted: name one');
    }
    return refused();
  }
}
