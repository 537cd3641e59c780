import { OAuthError } from './errors.ts';
import type { OAuthParameters } from './parameters.ts';

/**
 * The access token of a request: header or form body, never both, never the query (it would stand in logs).
 * null: there is none, or the header speaks another scheme. @see RFC 6750 §2.1, §2.2, §3.1, §5.3
 */
export function readBearer(authorization: string | undefined, body: OAuthParameters | null): string | null {
  const posted = body?.one('access_token');
  if (authorization === undefined || !/^bearer(?: |$)/i.test(authorization)) return posted ?? null;
  if (posted !== undefined) throw new OAuthError('invalid_request', 'More than one access token');
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new OAuthError('invalid_request', 'The Authorization header holds no bearer token');
  return token;
}
