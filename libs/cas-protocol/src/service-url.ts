/**
 * Service URLs are compared as exact bytes, and only those are accepted that every parser reads alike: what does not
 * round-trip through a URL parser, or is read differently by browsers, proxies and application servers, is refused
 * before it is compared. @see CAS Protocol 3.0 §2.1.1; RFC 9700 §4.1.3
 */
export type ServiceUrl = string & { readonly __brand: 'ServiceUrl' };

export const MAX_SERVICE_URL = 2048;

/** Why a service URL is refused, in words for a page and a log; null: it is a good one. */
export function serviceUrlFault(raw: string): string | null {
  if (raw.length > MAX_SERVICE_URL) return `is longer than ${MAX_SERVICE_URL} characters`;
  if (!/^https?:\/\//.test(raw)) return 'is not an absolute http or https URL';
  if (/[^\x21-\x7e]/.test(raw)) return 'holds white space, control or non-ASCII characters';
  if (raw.includes('\\')) return 'holds a backslash';
  if (raw.includes('#')) return 'holds a fragment';
  if (/^https?:\/\/[^/?]*@/.test(raw)) return 'holds a user part';
  if (!/^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?]|$)/.test(raw)) return 'does not name a plain host';
  if (!URL.canParse(raw)) return 'is not a URL';
  const url = new URL(raw);
  if (url.href !== raw && url.href !== `${raw}/`) return 'is not in its canonical form';
  return pathFault(url.pathname) ?? queryFault(url.search);
}

/** @returns null when the value is refused. */
export function parseServiceUrl(raw: string): ServiceUrl | null {
  return serviceUrlFault(raw) === null ? (raw as ServiceUrl) : null;
}

/**
 * A service as a client names it, without the session that a servlet container wrote to the end of the path, as it does until it
 * sees its cookie: Apereo's Java client signs in without it and validates with it, and Apereo CAS takes it away. It is no part of the
 * name, and whoever wrote the link would choose the session that somebody else signs in to. Never for an address that is asked about
 * for what it is: to other servers it is another file. @see Jakarta Servlet 5.0 §7.1.3
 */
export function withoutServletSession(raw: string): string {
  const end = raw.indexOf('?');
  const path = end === -1 ? raw : raw.slice(0, end);
  return path.replace(/;jsessionid=[^;/]*$/, '') + raw.slice(path.length);
}

/**
 * The path that an application may find in this one of a service URL: with nothing encoded that can be written as it is, without path
 * parameters, and with one slash for several. Which of the two an application reads, nobody knows who stands before it.
 * `rest`: what follows the host. @see RFC 3986 §6.2.2
 */
export function asRead(rest: string): string {
  const path = rest.split('?', 1)[0]!;
  if (!/[%;]|\/\//.test(path) || !isUtf8(path)) return rest;
  const plain = decodeURIComponent(path).replace(/;[^/]*/g, '').replace(/\/{2,}/g, '/');
  return new URL(`https://host${plain.replace(/[%?#]/g, encodeURIComponent)}`).pathname + rest.slice(path.length);
}

/** Encoded separators, dots and percent signs of these let a path climb out of its prefix behind a second decoder. */
function pathFault(path: string): string | null {
  if (/%(?:2e|2f|5c|0\d|0[a-f]|1\d|1[a-f]|7f)/i.test(path)) return 'holds an encoded dot, slash, backslash or control character in its path';
  if (/%25(?:2e|2f|5c|25)/i.test(path)) return 'holds a doubly encoded character in its path';
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'holds a stray percent sign';
  if (!isUtf8(path)) return 'holds bytes that are not UTF-8 in its path';
  if (path.split('/').some((segment) => /^\.{1,2}(?:;|$)/.test(segment))) return 'holds a dot segment';
  return null;
}

/** An overlong form of a dot or slash is one to decoders that are too kind. */
function isUtf8(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

/**
 * A service URL that brings a ticket of its own would make the service see two, and somebody sign in as somebody else.
 * Names are read as the laxest reader would: in any case, with `;` between pairs, as a list, up to a NUL, without white space.
 */
function queryFault(query: string): string | null {
  // Nearly all queries: none of the names in it, nor a character that could be decoded to one.
  if (!/ticket|samlart|%/i.test(query)) return null;
  const names = query.slice(1).split(/[&;]/).map((pair) => new URLSearchParams(pair).keys().next().value ?? '');
  return names.some((name) => /^\s*(?:ticket|samlart)\s*(?:[[\0]|$)/i.test(name)) ? "holds a parameter 'ticket' or 'SAMLart'" : null;
}

/** The address that carries the ticket to the service. A service URL holds no fragment, so the query is its end. */
export function withTicket(service: ServiceUrl, ticket: string): string {
  return `${service}${separator(service)}ticket=${ticket}`;
}

/** The same for a service that speaks SAML 1.1: its ticket is an artifact. */
export function withArtifact(service: ServiceUrl, ticket: string): string {
  return `${service}${separator(service)}TARGET=${encodeURIComponent(service)}&SAMLart=${ticket}`;
}

function separator(service: string): '' | '?' | '&' {
  if (!service.includes('?')) return '?';
  return service.endsWith('?') || service.endsWith('&') ? '' : '&';
}

export function originOf(service: ServiceUrl): string {
  return new URL(service).origin;
}
