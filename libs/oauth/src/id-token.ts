import { createHash } from 'node:crypto';

/** Who signed in, when and how; the same words stand in ID tokens and access tokens. Seconds since the epoch. */
export interface Authentication {
  readonly subject: string;
  readonly sid: string;
  readonly authTime: number;
  readonly acr: string;
  readonly amr: readonly string[];
}

export interface IdTokenInput extends Authentication {
  readonly issuer: string;
  readonly clientId: string;
  readonly now: number;
  readonly lifetimeSeconds: number;
  /** Only in the ID token that a code gives, never in a refreshed one (OpenID Connect Core 1.0 §12.2). */
  readonly nonce: string | undefined;
  readonly accessToken: string;
}

/** @see OpenID Connect Core 1.0 §2, §3.1.3.6 */
export function idTokenClaims(input: IdTokenInput): Record<string, unknown> {
  return {
    iss: input.issuer,
    sub: input.subject,
    aud: input.clientId,
    exp: input.now + input.lifetimeSeconds,
    iat: input.now,
    auth_time: input.authTime,
    acr: input.acr,
    amr: input.amr,
    sid: input.sid,
    at_hash: atHash(input.accessToken),
    ...(input.nonce === undefined ? {} : { nonce: input.nonce }),
  };
}

/** Left half of the hash that the signature algorithm uses: SHA-256 for RS256 and ES256. @see OpenID Connect Core 1.0 §3.1.3.6 */
export function atHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url');
}
