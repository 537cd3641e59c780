import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';

export type Refusal = 'missing' | 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'unavailable';
export type Checked = { ok: true; subject: string } | { ok: false; refusal: Refusal };

const KEY_FAULTS = [errors.JWKSTimeout, errors.JWKSInvalid];

/** Checks JWT access tokens by the authorization server's published keys. @see RFC 9068 §4 */
export class AccessTokens {
  readonly #issuer: string;
  readonly #audience: string;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor({ issuer, audience }: { issuer: string; audience: string }) {
    this.#issuer = issuer;
    this.#audience = audience;
  }

  async check(header: string | undefined, scope: string): Promise<Checked> {
    if (header === undefined || !/^bearer(?: |$)/i.test(header)) return { ok: false, refusal: 'missing' };
    const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1];
    if (token === undefined) return { ok: false, refusal: 'invalid_request' };
    let keys: JWTVerifyGetKey;
    try {
      keys = await (this.#keys ??= this.#discover());
    } catch {
      // The next request tries again: the authorization server may only be starting.
      this.#keys = undefined;
      return { ok: false, refusal: 'unavailable' };
    }
    try {
      const { payload } = await jwtVerify(token, keys, {
        typ: 'at+jwt',
        issuer: this.#issuer,
        audience: this.#audience,
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'],
        clockTolerance: 10,
      });
      const granted = typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : [];
      if (!granted.includes(scope)) return { ok: false, refusal: 'insufficient_scope' };
      return { ok: true, subject: String(payload.sub) };
    } catch (error) {
      const ours = !(error instanceof errors.JOSEError) || KEY_FAULTS.some((fault) => error instanceof fault);
      return { ok: false, refusal: ours ? 'unavailable' : 'invalid_token' };
    }
  }

  /** @see RFC 8414 §3 */
  async #discover(): Promise<JWTVerifyGetKey> {
    const response = await fetch(`${this.#issuer}/.well-known/oauth-authorization-server`, {
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`discovery answered ${response.status}`);
    const metadata = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (metadata.issuer !== this.#issuer || typeof metadata.jwks_uri !== 'string') throw new Error('discovery names another issuer');
    return createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: 5_000 });
  }
}
