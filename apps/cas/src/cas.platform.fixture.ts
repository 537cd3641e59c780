import type { Outbound, OutboundRequest } from '@latchkey/outbound';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Steps {
  readonly follow?: boolean;
  readonly until?: (url: string) => boolean;
}

export interface Visitor {
  visit(address: string, steps?: Steps): Promise<Page>;
  submit(page: Page, fields: Readonly<Record<string, string>>, steps?: Steps): Promise<Page>;
}

interface Launched {
  readonly url: string;
  readonly counts: { readonly asks: string[]; readonly trips: string[]; readonly statements: string[]; reset(): void };
  close(): Promise<void>;
}

/** The test tools, handed in: a room's own files import no process. */
interface Tools {
  launchPlatform(options: { declaration: string; environment: Record<string, string>; outbound: Outbound }): Promise<Launched>;
  newBrowser(): Visitor;
}

export const SHOP = 'https://shop.example/';
export const CLUB = 'https://club.example/in';
export const DESK = 'https://desk.example/';
export const PASSWORD = 'correct horse battery staple';

const DECLARATION = `
people:
  - { username: ada, name: Ada Lovelace, password: ${PASSWORD}, attributes: { email: [ada@example.org] }, groups: [staff] }
  - { username: grace, name: Grace Hopper, password: a nanosecond is eleven point eight inches, groups: [navy] }
services:
  - { id: shop, name: Shop, urls: ['${SHOP}', 'https://shop.example/?page=2'], attributes: [email, sub] }
  - { id: club, name: Club, urls: ['${CLUB}'], groups: [navy], logout: { type: none } }
  - { id: desk, name: Desk, urls: ['${DESK}'], logout: { type: front-channel, url: 'https://desk.example/slo?keep=1' } }
  - { id: asks, name: Asks First, urls: ['https://asks.example/'], attributes: [email, sub], attributeConsent: true }
  - { id: asks-more, name: Asks For More, urls: ['https://more.example/'], attributes: [email, phone, { name: mail, from: sub }], usernameAttribute: mail, attributeConsent: true }
  - { id: vault, name: Vault, urls: ['https://vault.example/'], acr: '2', contact: vault@example.org }
  - { id: gone, name: Gone, urls: ['https://gone.example/'], expiresAt: '2020-01-01T00:00:00Z' }
clients:
  - { id: reader, name: Reader, authentication: none, redirectUris: ['https://reader.example/cb'], scopes: [openid], firstParty: true }
`;

export interface CasPlatform extends Launched {
  /** What was sent to applications. */
  readonly sent: OutboundRequest[];
  /** The page of /cas/login for a service; what stands in the query is given as it is. */
  login(browser: Visitor, query?: string): Promise<Page>;
  /** Signs in for the shop and returns the ticket. */
  enter(browser: Visitor, person?: { login: string; password: string }): Promise<string>;
  validate(ticket: string, service?: string): Promise<string>;
}

/** The whole platform with two services, and a browser's steps through it. */
export async function launchCas({ launchPlatform, newBrowser }: Tools, environment: Record<string, string> = {}): Promise<CasPlatform> {
  const sent: OutboundRequest[] = [];
  const platform = await launchPlatform({
    declaration: DECLARATION,
    environment: { LATCHKEY_SIGN_IN_NETWORK_LIMIT: '1000', LATCHKEY_REMEMBER_DAYS: '30', LATCHKEY_OFFER_WARNING: 'yes', LATCHKEY_REST_TICKETS_FROM: '127.0.0.1', ...environment },
    outbound: { send: async (request) => (sent.push(request), { status: 200, headers: {}, body: '' }) },
  });
  const login = (browser: Visitor, query = `service=${encodeURIComponent(SHOP)}`): Promise<Page> =>
    browser.visit(`${platform.url}/cas/login?${query}`, { until: (url) => !url.startsWith(platform.url) });
  return {
    url: platform.url,
    counts: platform.counts,
    close: () => platform.close(),
    sent,
    login,
    async enter(browser, person = { login: 'ada', password: PASSWORD }) {
      const page = await login(browser);
      const done = page.status === 303 ? page : await browser.submit(page, person, { follow: false });
      const ticket = new URL(String(done.headers['location'])).searchParams.get('ticket');
      if (ticket === null) throw new Error(`no ticket: ${done.status} ${String(done.headers['location'])}`);
      return ticket;
    },
    async validate(ticket, service = SHOP) {
      const query = new URLSearchParams({ service, ticket });
      return (await newBrowser().visit(`${platform.url}/cas/p3/serviceValidate?${query.toString()}`)).body;
    },
  };
}

export const errorOf = (page: Page): string | undefined => /data-error="([^"]+)"/.exec(page.body)?.[1];
export const locationOf = (page: Page): string => String(page.headers['location'] ?? '');
/** Asks again until it is so: deliveries and registry copies come by events. */
export async function eventually<T>(look: () => Promise<T> | T, isSo: (value: T) => boolean): Promise<T> {
  const until = Date.now() + 10_000;
  for (;;) {
    const value = await look();
    if (isSo(value) || Date.now() > until) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What a request costs others, as [asks, hot-store trips, SQL statements]: the least of three, since jobs by the clock count too. */
export async function costOf(cas: CasPlatform, request: () => Promise<unknown>): Promise<[number, number, number]> {
  const costs: [number, number, number][] = [];
  for (let i = 0; i < 3; i++) {
    cas.counts.reset();
    await request();
    costs.push([cas.counts.asks.length, cas.counts.trips.length, cas.counts.statements.length]);
  }
  return [0, 1, 2].map((part) => Math.min(...costs.map((cost) => cost[part]!))) as [number, number, number];
}
