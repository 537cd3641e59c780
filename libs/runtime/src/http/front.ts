import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { errorPage, type ErrorPageProps } from '@latchkey/pages';
import { FOR_ANOTHER_HOST, STRICT_TRANSPORT, contentSecurityPolicy } from './security-headers.ts';
import type { HttpSettings } from './settings.ts';

export interface FrontRoute {
  readonly paths: readonly string[];
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** Envoy asks under the name of the host that it protects, and that name is a part of the question. */
const ASKED_UNDER_ANOTHER_NAME = '/forward-auth/';
const MAX_URL = 8 * 1024;
/** `;` hides path parameters, `//`, dot segments and encoded slashes are read differently by the next parser. */
const AMBIGUOUS = /;|\/\/|%2f|%5c|%2e|\\|(?:^|\/)\.{1,2}(?:\/|$)/i;

/** One origin for people: sends a request to its room by path, and nothing else anywhere. `/internal` maps to no room. */
export function front(
  routes: readonly FrontRoute[],
  http: HttpSettings,
  options: { home: string; ready: () => boolean | Promise<boolean> },
): RequestListener {
  const host = new URL(http.publicUrl).host;
  return (request: IncomingMessage, response: ServerResponse): void => {
    const url = request.url ?? '/';
    const path = url.split('?', 1)[0]!;
    if (http.secure && !FOR_ANOTHER_HOST.test(url)) response.setHeader('strict-transport-security', STRICT_TRANSPORT);
    if (path.startsWith('/health/')) return health(path, response, options.ready);
    if (hasTwoHosts(request)) return plain(response, 400, 'A request names one Host.');
    if (request.headers.host !== host && !path.startsWith(ASKED_UNDER_ANOTHER_NAME)) return say(request, response, elsewhere(http.publicUrl));
    if (url.length > MAX_URL) return plain(response, 414, `An address has at most ${MAX_URL} characters.`);
    if (AMBIGUOUS.test(path)) return plain(response, 400, 'The path of this address can be read in two ways, so it is not served.');
    if (path === '/') return move(response, options.home);
    const route = routes.find(({ paths }) => paths.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)));
    if (route === undefined) return say(request, response, NOTHING);
    route.handle(request, response);
  };
}

/** The internal port: what other rooms ask, each behind the service credential, and what whoever runs us asks. */
export function internalFront(handle: RequestListener, options: { ready: () => boolean | Promise<boolean>; metrics: RequestListener }): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]!;
    if (path.startsWith('/internal/')) return handle(request, response);
    if (path.startsWith('/health/')) return health(path, response, options.ready);
    if (path === '/metrics') return options.metrics(request, response);
    plain(response, 404, 'There is nothing at this address.');
  };
}

function health(path: string, response: ServerResponse, ready: () => boolean | Promise<boolean>): void {
  if (path === '/health/live') return plain(response, 200, 'live');
  if (path !== '/health/ready') return plain(response, 404, 'Ask /health/live or /health/ready.');
  void Promise.resolve(ready()).then((yes) => plain(response, yes ? 200 : 503, yes ? 'ready' : 'not ready'));
}

/** Node keeps the first and drops the rest; a proxy before us may have kept another. @see RFC 9112 §3.2 */
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

const NOTHING: ErrorPageProps = {
  status: 404,
  code: 'not_found',
  title: 'There is nothing at this address',
  message: 'Check the address, or go to your account.',
  back: { href: '/account', label: 'Your account' },
};

function elsewhere(publicUrl: string): ErrorPageProps {
  return {
    status: 421,
    code: 'other_name',
    title: `This server is ${publicUrl}`,
    message: 'It answers by that name only.',
    back: { href: publicUrl, label: 'Go there' },
  };
}

/** People get a page, everything else a line. */
function say(request: IncomingMessage, response: ServerResponse, props: ErrorPageProps): void {
  if (request.headers.accept?.includes('text/html') !== true) return plain(response, props.status, `${props.title}. ${props.message}`);
  const nonce = randomBytes(16).toString('base64url');
  response.writeHead(props.status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(nonce, []),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  response.end(errorPage(props, { nonce }));
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  response.end(`${text}\n`);
}

function move(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store' });
  response.end();
}
