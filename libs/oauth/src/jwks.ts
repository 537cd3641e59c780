import type { KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningAlg } from './jwt.ts';

export type KeyState = 'next' | 'active' | 'retired';

export interface PublishedKey {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly state: KeyState;
  readonly publicKey: KeyObject;
  /** Seconds since the epoch: until when something it signed may still be met. */
  readonly publishedUntil: number | null;
}

/** What verifiers need: `next` before it signs, `active`, and `retired` until nothing it signed lives. Public members only. */
export function publicJwks(keys: readonly PublishedKey[], now: number): { keys: JWK[] } {
  return { keys: keys.filter((key) => isPublished(key, now)).map(publicJwk) };
}

export function isPublished(key: Pick<PublishedKey, 'state' | 'publishedUntil'>, now: number): boolean {
  return key.state !== 'retired' || (key.publishedUntil !== null && key.publishedUntil > now);
}

function publicJwk(key: PublishedKey): JWK {
  const { kty, n, e, crv, x, y } = key.publicKey.export({ format: 'jwk' }) as JWK;
  const members = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y };
  return { ...members, kid: key.kid, alg: key.alg, use: 'sig' } as JWK;
}

/** @see RFC 7638 */
export function thumbprint(publicKey: KeyObject): Promise<string> {
  return calculateJwkThumbprint(publicKey.export({ format: 'jwk' }) as JWK, 'sha256');
}
