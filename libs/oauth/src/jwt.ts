import { sign, type KeyObject } from 'node:crypto';
import { compactVerify, type CompactVerifyResult } from 'jose';

export type SigningAlg = 'RS256' | 'ES256';
export const SIGNING_ALGS: readonly SigningAlg[] = ['RS256', 'ES256'];

/** One key, one algorithm (RFC 8725 §3.1). */
export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly privateKey: KeyObject;
}
export interface VerificationKey {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly publicKey: KeyObject;
}

export type JwtType = 'JWT' | 'at+jwt' | 'logout+jwt';

/** JWS compact serialization. @see RFC 7515 §7.1 · RFC 8725 §3.11: explicit typing */
export async function signJwt(key: SigningKey, typ: JwtType, claims: object): Promise<string> {
  const input = `${encode({ alg: key.alg, typ, kid: key.kid })}.${encode(claims)}`;
  return `${input}.${(await signature(key, Buffer.from(input, 'ascii'))).toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}

/** RSA leaves the event loop alone; an ES256 signature costs less than the way to another thread. */
function signature(key: SigningKey, input: Buffer): Promise<Buffer> | Buffer {
  if (key.alg === 'ES256') return sign('sha256', input, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return new Promise((resolve, reject) => {
    sign('sha256', input, key.privateKey, (error, made) => (error === null ? resolve(made) : reject(error)));
  });
}

export interface VerifyRules {
  readonly typ: JwtType;
  readonly find: (kid: string) => VerificationKey | undefined;
}

const MAX_LENGTH = 16_384;

/**
 * Claims of a JWT that we signed for this use, or null. Key, algorithm and type are ours to say: `jwk`, `jku`, `x5c` of the header
 * are never looked at and an unknown `crit` is refused. Time is the caller's business. @see RFC 8725 §3.1, §3.11
 */
export async function verifyOwnJwt(jwt: string, rules: VerifyRules): Promise<Record<string, unknown> | null> {
  if (jwt.length > MAX_LENGTH) return null;
  let verified: CompactVerifyResult & { key: unknown };
  try {
    verified = await compactVerify(
      jwt,
      (header) => {
        const key = rules.find(typeof header.kid === 'string' ? header.kid : '');
        if (key === undefined || header.alg !== key.alg || !sameType(header.typ, rules.typ)) throw new Error('not a key or type of this use');
        return key.publicKey;
      },
      { algorithms: [...SIGNING_ALGS] },
    );
  } catch {
    return null;
  }
  return objectOf(Buffer.from(verified.payload).toString('utf8'));
}

function sameType(given: unknown, wanted: JwtType): boolean {
  if (typeof given !== 'string') return false;
  return given.toLowerCase().replace(/^application\//, '') === wanted.toLowerCase();
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
