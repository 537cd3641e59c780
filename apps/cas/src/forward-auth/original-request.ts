import { serviceUrlFault, type ServiceUrl } from '@latchkey/cas-protocol';
import { Problem } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';

/** The request that a proxy asks about, as its headers describe it. */
export interface OriginalRequest {
  readonly method: string;
  /** `https://grafana.example.org`, in its canonical form. */
  readonly origin: string;
  /** As bytes. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** Origin and path, such that every reader sees the same; else what is wrong with them. */
  readonly address: ServiceUrl | null;
  readonly fault: string | null;
}

/** Where Envoy is told to ask: it appends the path that it was asked for, and keeps the name of its own host. */
export const WITH_PATH = '/forward-auth';

/**
 * The original address stands in one header (nginx, HAProxy, Apache), in three (Traefik, Caddy), or in the address of this very
 * request (Envoy). A proxy sets its own kind and may hand on what a client sent of another, so all that is there must say the same.
 * @throws Problem 400
 */
export function originalRequest(request: FastifyRequest): OriginalRequest {
  const said = [byUrl(request), byForwarded(request), byPath(request)].filter((one) => one !== null);
  const [first, ...others] = said.map(parsed);
  if (first === undefined) throw refused('The proxy does not say what was asked for: neither X-Original-URL nor X-Forwarded-Uri is there.');
  if (others.some((other) => addressOf(other) !== addressOf(first))) throw refused('The headers of the proxy name two addresses.');
  return { ...first, method: methodOf(request) };
}

type Address = Omit<OriginalRequest, 'method'>;
const addressOf = ({ origin, path, query }: Address): string => origin + path + query;

/** Somebody who looks at a page, and can be sent elsewhere: not a script, and not a script of a page. */
export function wantsPage(request: FastifyRequest, original: OriginalRequest): boolean {
  const { headers } = request;
  if (original.method !== 'GET' && original.method !== 'HEAD') return false;
  if (headers['x-requested-with'] !== undefined || (headers['sec-fetch-mode'] ?? 'navigate') !== 'navigate') return false;
  return headers.accept?.includes('text/html') === true;
}

function byUrl(request: FastifyRequest): string | null {
  return header(request, 'x-original-url') ?? null;
}

/** Proxies in front of the one that asks send scheme and host as well; only the one that asks sends the path. */
function byForwarded(request: FastifyRequest): string | null {
  const uri = header(request, 'x-forwarded-uri');
  if (uri === undefined) return null;
  const [scheme, host] = [header(request, 'x-forwarded-proto'), header(request, 'x-forwarded-host')];
  if (scheme === undefined || host === undefined) throw refused('Beside X-Forwarded-Uri, X-Forwarded-Proto and X-Forwarded-Host are needed.');
  // Without its slash the path would be the end of the host's name.
  if (!uri.startsWith('/')) throw refused('X-Forwarded-Uri is no path.');
  return `${scheme}://${host}${uri}`;
}

function byPath(request: FastifyRequest): string | null {
  if (!request.url.startsWith(`${WITH_PATH}/`)) return null;
  return `${header(request, 'x-forwarded-proto') ?? ''}://${header(request, 'host') ?? ''}${request.url.slice(WITH_PATH.length)}`;
}

function parsed(text: string): Address {
  const [, scheme, host, path, query = ''] = /^(https?):\/\/([a-z0-9._:[\]-]+)(\/[^?#]*)?(\?[^#]*)?$/i.exec(text) ?? [];
  const start = `${scheme}://${host}`.toLowerCase();
  if (scheme === undefined || !/^[\x21-\x7e]*$/.test(text) || !URL.canParse(start)) throw refused('The address that was asked for is none.');
  const { origin } = new URL(start);
  const address = `${origin}${path ?? '/'}`;
  const fault = serviceUrlFault(address);
  return { origin, path: path ?? '/', query, address: fault === null ? (address as ServiceUrl) : null, fault };
}

function methodOf(request: FastifyRequest): string {
  const said = [header(request, 'x-original-method'), header(request, 'x-forwarded-method')].filter((one) => one !== undefined);
  if (new Set(said).size > 1) throw refused('The headers of the proxy name two methods.');
  return said[0] ?? request.method;
}

/** Repeated, a header holds a list, which is no address and no method. */
function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return value === '' ? undefined : Array.isArray(value) ? value.join(', ') : value;
}

export function refused(detail: string): Problem {
  return new Problem(400, 'original_request', 'Bad request', detail);
}
