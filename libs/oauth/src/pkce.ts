import { createHash } from 'node:crypto';
import { OAuthError } from './errors.ts';

/** base64url of a SHA-256 is 43 characters, of which the last carries only 4 bits. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** @see RFC 9700 §2.1.1: PKCE for every client; `plain`, which is also the default method of RFC 7636 §4.3, is off. */
export function requireS256(challenge: string | undefined, method: string | undefined): string {
  if (challenge === undefined) throw new OAuthError('invalid_request', 'code_challenge is required (PKCE, RFC 7636)');
  if (method !== 'S256') throw new OAuthError('invalid_request', 'code_challenge_method must be S256');
  if (!S256_CHALLENGE.test(challenge)) throw new OAuthError('invalid_request', 'code_challenge is not the base64url of a SHA-256');
  return challenge;
}

/** @see RFC 7636 §4.1 (form of a verifier), §4.6 (how it is compared) */
export function challengeOf(verifier: string | undefined): string {
  if (verifier === undefined) throw new OAuthError('invalid_request', 'code_verifier is required');
  if (!VERIFIER.test(verifier)) throw new OAuthError('invalid_grant', 'code_verifier must be 43 to 128 unreserved characters');
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}
