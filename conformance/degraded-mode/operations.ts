import { Browser, type Page } from '@latchkey/testing';
import { API, PASSWORD, SECRET } from '../platform/declaration.ts';
import type { Tokens, Walk } from '../platform/walk.ts';

/** `works`, or how it was refused. Anything else (a success that is none, a false no) is an error. */
export type Outcome = 'works' | 'refused';
export type Operations = Record<string, () => Promise<Outcome>>;

export interface Prepared {
  readonly operations: Operations;
  /** What tells the applications of the session that `signOut` ends. */
  readonly ticket: string;
  readonly sid: string;
  /** Signs that session out once more, as somebody would who was told that it failed. */
  signOutAgain(): Promise<Outcome>;
}

/** Everything is made ready while all is well, so that each operation then meets the fault alone. */
export async function prepare(walk: Walk): Promise<Prepared> {
  const { url } = walk.platform;
  const [browser, leaving, stranger] = [new Browser(), new Browser(), new Browser()];
  await walk.signIn(browser, 'ada');
  await walk.signIn(leaving, 'grace');
  const tokens = await walk.tokens(browser);
  await walk.code(browser, walk.third);
  const ticket = await walk.ticket(browser);
  const code = await walk.code(browser, walk.web);
  const leavingTicket = await walk.ticket(leaving);
  await walk.validate(leavingTicket);
  const leavingTokens = await walk.tokens(leaving);
  const login = await stranger.visit(`${url}/cas/login`);
  const admin = await adminToken(walk);
  const signOut = async (): Promise<Outcome> => answered(await leaving.visit(`${url}/cas/logout`, { follow: false }), ({ status }) => status === 200 || status === 303);

  return {
    ticket: leavingTicket,
    sid: sidOf(leavingTokens),
    signOutAgain: signOut,
    operations: {
      signIn: async () => {
        const page = await stranger.submit(login, { login: 'p0', password: PASSWORD }, { follow: false });
        return answered(page, ({ status }) => status === 303 && stranger.cookie(url, 'latchkey') !== undefined);
      },
      enter: async () => answered(await browser.visit(`${url}/cas/login?service=${encodeURIComponent(`${walk.application}/shop`)}`, { follow: false }), located('ticket')),
      validate: async () => {
        const page = await new Browser().visit(`${url}/cas/p3/serviceValidate?service=${encodeURIComponent(`${walk.application}/shop`)}&ticket=${ticket}`);
        return page.body.includes('code="INTERNAL_ERROR"') ? 'refused' : answered(page, ({ body }) => body.includes('<cas:user>ada</cas:user>'));
      },
      authorize: async () => answered(await browser.visit(walk.authorizeUrl(walk.web), { follow: false }), located('code')),
      authorizeThird: async () => {
        const page = await browser.visit(walk.authorizeUrl(walk.third), { until: (next) => next.startsWith(walk.application) });
        return located('code')(page) ? 'works' : answered(page, () => false);
      },
      redeem: async () => answered(await walk.redeem(code), ({ body }) => body.includes('"access_token"')),
      refresh: async () => answered(await walk.refresh(tokens.refresh_token!, 'web'), ({ body }) => body.includes('"access_token"')),
      introspect: async () =>
        answered(
          await new Browser().visit(`${url}/oauth2/introspect`, { method: 'POST', form: { token: tokens.access_token }, headers: { authorization: basic('web', SECRET.web) } }),
          ({ body }) => body.includes('"active":true'),
        ),
      userinfo: async () => answered(await new Browser().visit(`${url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } }), ({ body }) => body.includes('"sub"')),
      machine: async () =>
        answered(await walk.token({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }, { id: 'robot', secret: SECRET.service }), ({ body }) => body.includes('"access_token"')),
      discovery: async () => answered(await new Browser().visit(`${url}/.well-known/openid-configuration`), ({ body }) => body.includes('"issuer"')),
      signOut,
      adminRead: async () => answered(await api(url, admin, 'GET', '/sessions'), ({ status }) => status === 200),
      adminChange: async () =>
        answered(await api(url, admin, 'PUT', '/services/added', { name: 'Added', urls: ['https://added.example/'] }), ({ status }) => status === 200 || status === 201),
    },
  };
}

/** A refusal says that something is away (5xx), and gives nothing; whatever else is said would be untrue. */
function answered(page: Page, works: (page: Page) => boolean): Outcome {
  if (works(page)) return 'works';
  if ([500, 502, 503, 504].includes(page.status)) return 'refused';
  throw new Error(`neither works nor is refused: ${page.status} at ${page.url} ${String(page.headers['location'] ?? '')}\n${page.body.slice(0, 600)}`);
}

function located(parameter: string): (page: Page) => boolean {
  return ({ headers }) => new URL(String(headers['location'] ?? 'about:blank'), 'http://x').searchParams.has(parameter);
}

async function adminToken(walk: Walk): Promise<string> {
  const answer = await walk.token({ grant_type: 'client_credentials', scope: 'admin', resource: `${walk.platform.url}/admin` }, { id: 'operator', secret: SECRET.admin });
  return (JSON.parse(answer.body) as Tokens).access_token;
}

function api(url: string, token: string, method: string, path: string, json?: unknown): Promise<Page> {
  return new Browser({ accept: 'application/json' }).visit(`${url}/admin/v1${path}`, {
    method: method as 'GET',
    headers: { authorization: `Bearer ${token}` },
    ...(json === undefined ? {} : { json }),
  });
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

function sidOf(tokens: Tokens): string {
  return (JSON.parse(Buffer.from(tokens.id_token!.split('.')[1]!, 'base64url').toString()) as { sid: string }).sid;
}
