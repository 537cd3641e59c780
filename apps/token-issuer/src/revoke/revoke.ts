import type { ClientEntry } from '@latchkey/contracts';
import { OAuthError, grantOf, parseRefreshToken } from '@latchkey/oauth';
import type { ClientGate, ClientRequest } from '../clients/client-gate.ts';
import type { Grants } from '../grants/grants.ts';
import type { RevokedTokens } from '../grants/revoked-tokens.ts';
import type { LivingTokens } from '../introspect/living-token.ts';
import type { SecretKeys } from '../keys/secret-keys.ts';

interface RevokeParts {
  readonly gate: ClientGate;
  readonly grants: Grants;
  readonly revoked: RevokedTokens;
  readonly living: LivingTokens;
  readonly secrets: SecretKeys;
  readonly tenant: string;
}

/**
 * Revoking either kind of token revokes the grant: "the authorization server SHOULD also invalidate all access tokens based on the
 * same authorization grant" (RFC 7009 §2.1). When it answers, the row that every other route reads has changed.
 */
export class RevokeEndpoint {
  constructor(private readonly parts: RevokeParts) {}

  /** Unknown, dead and other clients' tokens are answered alike: "invalid tokens do not cause an error response" (RFC 7009 §2.2). */
  async answer(request: ClientRequest, known: (client: ClientEntry) => void = () => undefined): Promise<void> {
    const { gate, revoked, living, secrets, tenant } = this.parts;
    const client = await gate.authenticate(request);
    known(client);
    const token = request.parameters.one('token');
    if (token === undefined) throw new OAuthError('invalid_request', 'token is missing');
    const refresh = parseRefreshToken(secrets.macs.find, tenant, token);
    if (refresh !== null) return this.revokeGrant(refresh.id, client.id);
    const claims = await living.read(token);
    if (claims === null || claims.client_id !== client.id) return;
    const id = grantOf(claims);
    if (id === null) await revoked.put(claims.jti, claims.exp);
    else await this.revokeGrant(id, client.id);
  }

  private async revokeGrant(id: string, client: string): Promise<void> {
    const grant = await this.parts.grants.find(id);
    if (grant?.client === client) await this.parts.grants.revoke(id, 'revoked-by-client');
  }
}
