import { Problem, clientNetwork, type HttpSettings, type SecurityLog } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';
import type { AccessTokens } from './access-tokens.ts';
import type { Actor, Administrators, AdminScope } from './administrators.ts';

/** Lets a request in or says why not, in the words of RFC 6750 §3. `admin` includes reading. */
export class AdminGate {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly administrators: Administrators,
    private readonly parts: { readonly security: SecurityLog; readonly http: HttpSettings },
  ) {}

  async enter(request: FastifyRequest, scope: AdminScope): Promise<Actor> {
    // §3: a request without any authentication gets no error code.
    if (request.headers.authorization === undefined) throw unauthorized('This API takes an access token.', '');
    try {
      return await this.judge(request, scope);
    } catch (error) {
      if (error instanceof Problem) this.refused(error, request);
      throw error;
    }
  }

  private async judge(request: FastifyRequest, scope: AdminScope): Promise<Actor> {
    const claims = await this.tokens.read(request);
    if (claims === null) throw unauthorized('The access token is not one for this API, or is over.', ', error="invalid_token"');
    const actor = await this.administrators.actor(claims);
    if (actor === 'gone') throw unauthorized('The session behind this access token has ended.', ', error="invalid_token"');
    if (actor === 'stranger') throw forbidden('not_administrator', 'Only administrators may use this API.', scope);
    if (!actor.scopes.includes('admin') && !actor.scopes.includes(scope))
      throw forbidden('insufficient_scope', `This needs an access token with the scope ${scope}.`, scope);
    return actor;
  }

  private refused({ code: reason, status }: Problem, request: FastifyRequest): void {
    this.parts.security.record('admin.refused', { reason, status, network: clientNetwork(request, this.parts.http) });
  }
}

const REALM = 'Bearer realm="latchkey-admin"';

function unauthorized(detail: string, error: string): Problem {
  return new Problem(401, 'unauthorized', 'Unauthorized', detail, { headers: { 'www-authenticate': `${REALM}${error}` } });
}

function forbidden(code: string, detail: string, scope: AdminScope): Problem {
  return new Problem(403, code, 'Forbidden', detail, {
    headers: { 'www-authenticate': `${REALM}, error="insufficient_scope", scope="${scope}"` },
  });
}
