import { parseServiceUrl, type ServiceUrl } from '@latchkey/cas-protocol';
import type { MatchedService, Services } from '../services/services.ts';
import type { OriginalRequest } from './original-request.ts';

/** Addresses of ours on a protected host lie in this folder, at its root or below the path that is registered. */
const FOLDER = '/.latchkey/';
const DEEPEST = 16;

export type OwnPage = 'enter' | 'sign-in' | 'sign-out' | null;

/** Which address of ours was asked for on the protected host, if any. */
export function ownPage({ path }: OriginalRequest): OwnPage {
  const [, name] = /\/\.latchkey\/(enter|sign-in|sign-out)$/.exec(path) ?? [];
  return (name as OwnPage | undefined) ?? null;
}

/**
 * The service URL of a sign-in: the nearest address to the root of the host that belongs to the same service. It carries what the
 * person came for, cut to what a service URL has room for. null: the service has no address that could be ours.
 */
export function entryAddress(services: Services, { service }: MatchedService, original: OriginalRequest, came: { state: string; to: string }): ServiceUrl | null {
  for (const folder of foldersOf(original.path)) {
    for (const to of [came.to, came.to.split('?', 1)[0]!, '/']) {
      const query = new URLSearchParams({ state: came.state, to });
      const address = parseServiceUrl(`${original.origin}${folder}${FOLDER}enter?${query.toString()}`);
      if (address === null) continue;
      if (services.find(address)?.service.id === service.id) return address;
      break;
    }
  }
  return null;
}

/** From the root down: '', '/a', '/a/b'. */
function foldersOf(path: string): string[] {
  const names = path.split('/').slice(1, DEEPEST);
  return ['', ...names.map((_, depth) => names.slice(0, depth + 1)).filter((some) => some.at(-1) !== '').map((some) => `/${some.join('/')}`)];
}

export interface Arrival {
  /** The service URL that was given at /cas/login. */
  readonly service: ServiceUrl;
  readonly ticket: string;
  readonly state: string;
  readonly to: string;
}

/** What came back from the sign-in; null where there is no ticket, or it is not at the place where ours stand. */
export function arrivalOf({ origin, path, query }: OriginalRequest): Arrival | null {
  const [, given, ticket] = /^(.+)&ticket=([^&]+)$/.exec(origin + path + query) ?? [];
  const service = given === undefined ? null : parseServiceUrl(given);
  if (service === null || ticket === undefined) return null;
  const { state, to } = arrivalQuery(service);
  return { service, ticket, state, to };
}

/** Back to where the person came from, on the same host and nowhere else. */
export function backTo({ origin }: OriginalRequest, to: string): string {
  const address = /^\/(?![/\\])/.test(to) && URL.canParse(to, origin) ? new URL(to, origin) : new URL(origin);
  return address.origin === origin ? address.href : `${origin}/`;
}

/** Where somebody wants to go who comes to the sign-in by a link of the application. */
export function wantedPath({ query }: OriginalRequest): string {
  return new URLSearchParams(query).get('to') ?? '/';
}

function arrivalQuery(address: string): { state: string; to: string } {
  const query = new URL(address).searchParams;
  return { state: query.get('state') ?? '', to: query.get('to') ?? '/' };
}
