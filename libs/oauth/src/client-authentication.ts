import { createHash, timingSafeEqual } from 'node:crypto';
import { OAuthError } from './errors.ts';
import type { OAuthParameters } from './parameters.ts';

export type ClientAuthenticationMethod = 'client_secret_basic' | 'client_secret_post' | 'none';

/** What a request claims; nothing is verified yet. */
export interface ClientClaim {
  readonly method: ClientAuthenticationMethod;
  readonly clientId: string;
  readonly secret: string | undefined;
}

const refused = (why: string) => new OAuthError('invalid_client', why);

/** @see RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request." */
export function readClientClaim(authorization: string | undefined, body: OAuthParameters): ClientClaim {
  const clientId = body.one('client_id');
  const secret = body.one('client_secret');
  if (body.one('client_assertion') !== undefined || body.one('client_assertion_type') !== undefined) {
    if (authorization !== undefined || secret !== undefined) throw new OAuthError('invalid_request', 'More than one way of client authentication');
    throw refused('Client assertions are not supported');
  }
  if (authorization !== undefined) {
    if (secret !== undefined) throw new OAuthError('invalid_request', 'More than one way of client authentication');
    const basic = readBasic(authorization);
    if (clientId !== undefined && clientId !== basic.clientId) throw new OAuthError('invalid_request', 'client_id differs from the authenticated client');
    return { method: 'client_secret_basic', ...basic };
  }
  if (clientId === undefined) throw refused('Client authentication is missing');
  if (secret !== undefined) return { method: 'client_secret_post', clientId, secret };
  return { method: 'none', clientId, secret: undefined };
}

/** Both halves are form-encoded before they are joined. @see RFC 6749 §2.3.1, Appendix B · RFC 7617 §2 */
function readBasic(authorization: string): { clientId: string; secret: string } {
  const credentials = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (credentials === undefined) throw refused('The Authorization header is not HTTP Basic');
  const bytes = Buffer.from(credentials, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== credentials.replace(/=+$/, '')) throw refused('The Authorization header is not base64');
  const text = utf8(bytes);
  const colon = text?.indexOf(':') ?? -1;
  if (text === null || colon < 1) throw refused('The Authorization header holds no client_id');
  const clientId = formDecode(text.slice(0, colon));
  const secret = formDecode(text.slice(colon + 1));
  if (clientId === null || secret === null) throw refused('The Authorization header is not form-encoded');
  return { clientId, secret };
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function formDecode(value: string): string | null {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

export interface RegisteredAuthentication {
  readonly method: ClientAuthenticationMethod;
  /** base64url of the SHA-256 of the secret. */
  readonly secretHash: string | undefined;
}

/** Same work whether or not the client exists; the method is the registered one (OpenID Connect Registration §2). */
export function isAuthenticated(claim: ClientClaim, registered: RegisteredAuthentication | undefined): boolean {
  if (registered?.method === 'none') return claim.method === 'none';
  const is = createHash('sha256').update(claim.secret ?? '', 'utf8').digest();
  const must = Buffer.from(registered?.secretHash ?? '', 'base64url');
  const equal = must.length === is.length && timingSafeEqual(is, must);
  return equal && registered !== undefined && claim.method === registered.method && claim.secret !== undefined;
}
