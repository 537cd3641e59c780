import { seal, unseal, type SealKey, type SealRing } from './seal.ts';
import { signJwt, verifyOwnJwt, type SigningKey, type VerifyRules } from './jwt.ts';

/** @see RFC 9068 §2.2 */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  /** `<grant>.<random>`; a token that no grant stands behind has the random part alone. */
  readonly jti: string;
  readonly scope: string;
  readonly sid?: string;
  readonly auth_time?: number;
  readonly acr?: string;
  readonly amr?: readonly string[];
}

export function audiencesOf(claims: AccessTokenClaims): readonly string[] {
  return typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
}

/** The grant behind the token; null for client_credentials. */
export function grantOf(claims: AccessTokenClaims): string | null {
  const dot = claims.jti.indexOf('.');
  return dot === -1 ? null : claims.jti.slice(0, dot);
}

const OPAQUE = 'at_';
const PURPOSE = 'access-token';

export function signAccessToken(key: SigningKey, claims: AccessTokenClaims): Promise<string> {
  return signJwt(key, 'at+jwt', claims);
}

/** The same claims, readable by us alone. */
export function sealAccessToken(key: SealKey, tenant: string, claims: AccessTokenClaims): string {
  return OPAQUE + seal(key, PURPOSE, tenant, JSON.stringify(claims));
}

export interface AccessTokenRules {
  readonly issuer: string;
  readonly tenant: string;
  readonly now: number;
  readonly findKey: VerifyRules['find'];
  readonly findSeal: SealRing['find'];
}

/** Claims of a living access token of ours in either form, or null. Whether grant and session live is for the caller to ask. */
export async function readAccessToken(token: string, rules: AccessTokenRules): Promise<AccessTokenClaims | null> {
  const claims = token.startsWith(OPAQUE) ? unsealed(token, rules) : await verifyOwnJwt(token, { typ: 'at+jwt', find: rules.findKey });
  if (claims === null || !isAccessToken(claims)) return null;
  return claims.iss === rules.issuer && claims.exp > rules.now ? claims : null;
}

function unsealed(token: string, rules: AccessTokenRules): Record<string, unknown> | null {
  const plain = unseal(rules.findSeal, PURPOSE, rules.tenant, token.slice(OPAQUE.length));
  return plain === null ? null : (JSON.parse(plain) as Record<string, unknown>);
}

function isAccessToken(claims: object): claims is AccessTokenClaims {
  const c = claims as Record<string, unknown>;
  const strings = [c['iss'], c['sub'], c['client_id'], c['jti'], c['scope']];
  return strings.every((value) => typeof value === 'string') && typeof c['exp'] === 'number' && (typeof c['aud'] === 'string' || Array.isArray(c['aud']));
}
