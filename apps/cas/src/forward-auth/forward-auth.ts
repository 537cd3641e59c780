import { CasError } from '@latchkey/cas-protocol';
import type { SessionReader } from '@latchkey/peers';
import { Problem, clientNetwork, type HttpSettings, type Metrics } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';
import type { Releases } from '../releases/releases.ts';
import { admits, isStrongEnough, type MatchedService, type Services } from '../services/services.ts';
import { basicCredentials, takesBasic, type BasicSignIn, type NameAndPassword } from '../sign-in/basic-sign-in.ts';
import { deviceOf } from '../sign-in/device.ts';
import { bearerToken, type AccessTokens } from './access-tokens.ts';
import type { Entrance } from './entrance.ts';
import { identityHeaders, type Headers } from './identity-headers.ts';
import type { KnownVisitors } from './known-visitors.ts';
import { refused, type OriginalRequest } from './original-request.ts';
import type { VisitCookies } from './visit-cookies.ts';

export type Verdict =
  | { readonly outcome: 'open'; readonly headers: Headers }
  | { readonly outcome: 'not-admitted' }
  /** `failed`: something was presented, and it was not good. */
  | { readonly outcome: 'nobody'; readonly failed?: 'basic' | 'bearer' }
  | { readonly outcome: 'wait'; readonly status: 429 | 503; readonly seconds: number };

interface Parts {
  readonly services: Services;
  readonly sessions: SessionReader;
  readonly cookies: VisitCookies;
  readonly visitors: KnownVisitors;
  readonly basic: BasicSignIn;
  readonly entrance: Entrance;
  readonly releases: Releases;
  readonly tokens: AccessTokens;
  readonly http: HttpSettings;
  readonly metrics: Metrics;
}

const NOBODY: Verdict = { outcome: 'nobody' };

/**
 * May this request pass to the application behind the proxy, and as whom? A visit of this host opens it, else a token, else a
 * password where the service takes one. Whatever opens it, the session behind is looked at anew with every request.
 */
export class ForwardAuth {
  constructor(private readonly parts: Parts) {}

  /**
   * A path that can be read in two ways is judged only where that makes no difference: on a host that is one service as a whole.
   * @throws Problem 403 for a host that nobody registered as protected: no sign-in leads there.
   */
  protectedBy(original: OriginalRequest): MatchedService {
    const { services } = this.parts;
    const matched = original.address === null ? services.wholeHost(original.origin) : services.find(original.address);
    if (matched?.service.forwardAuth === true) return matched;
    if (original.fault !== null) throw refused(`The address that was asked for ${original.fault}: it can be read in two ways, and this host has more than one service.`);
    throw new Problem(403, 'not_protected', 'Forbidden', 'This address is not registered as one that is protected by forward auth.');
  }

  async judge(request: FastifyRequest, original: OriginalRequest, matched: MatchedService): Promise<Verdict> {
    const verdict = await this.verdict(request, original, matched);
    this.parts.metrics.count('latchkey_forward_auth_checks_total', { outcome: verdict.outcome });
    return verdict;
  }

  private async verdict(request: FastifyRequest, original: OriginalRequest, matched: MatchedService): Promise<Verdict> {
    const byVisit = await this.byVisit(request, original, matched);
    if (byVisit.outcome !== 'nobody') return byVisit;
    const { authorization } = request.headers;
    const token = bearerToken(authorization);
    if (token !== null) return this.byToken(token, original, matched);
    const credentials = takesBasic(matched.service) ? basicCredentials(authorization) : null;
    return credentials === null ? NOBODY : this.byPassword(request, credentials, matched);
  }

  private async byVisit(request: FastifyRequest, { origin }: OriginalRequest, matched: MatchedService): Promise<Verdict> {
    const { cookies, sessions } = this.parts;
    const visit = cookies.visit(request, { origin, service: matched.service.id });
    if (visit === null) return NOBODY;
    const session = await sessions.bySid(visit.sid);
    if (session === null || session.subject !== visit.subject || !isStrongEnough(matched.service, session)) return NOBODY;
    return this.admit(matched, session.subject);
  }

  private async byToken(token: string, { origin }: OriginalRequest, matched: MatchedService): Promise<Verdict> {
    const presented = await this.parts.tokens.present(token, origin);
    if (presented === null || !isStrongEnough(matched.service, presented)) return { outcome: 'nobody', failed: 'bearer' };
    const { subject, client, scope } = presented;
    return this.admit(matched, subject, { 'X-Latchkey-Client': client, 'X-Latchkey-Scope': scope });
  }

  private async byPassword(request: FastifyRequest, credentials: NameAndPassword, matched: MatchedService): Promise<Verdict> {
    const { basic, http, entrance } = this.parts;
    const result = await basic.signIn(credentials, deviceOf(request.headers['user-agent'], clientNetwork(request, http)));
    if (result.outcome === 'no-match') return { outcome: 'nobody', failed: 'basic' };
    if (result.outcome === 'wait') return { outcome: 'wait', status: 429, seconds: Math.ceil(result.waitMs / 1_000) };
    if (result.outcome === 'busy') return { outcome: 'wait', status: 503, seconds: 2 };
    const { sid, subject } = result.session;
    const refused = await entrance.byScript(matched, { sid, subject, fresh: result.fresh });
    if (refused?.code === 'INTERNAL_ERROR') return { outcome: 'wait', status: 503, seconds: 2 };
    if (refused !== null) return { outcome: 'not-admitted' };
    return this.admit(matched, subject);
  }

  private async admit({ service }: MatchedService, subject: string, more: Headers = {}): Promise<Verdict> {
    const visitor = await this.parts.visitors.find(subject);
    if (visitor === null) return NOBODY;
    if (!admits(service, visitor.groups)) return { outcome: 'not-admitted' };
    try {
      return { outcome: 'open', headers: { ...identityHeaders(service, visitor, await this.parts.releases.agreed(service, subject)), ...more } };
    } catch (error) {
      if (error instanceof CasError) return { outcome: 'not-admitted' };
      throw error;
    }
  }
}
