import type { OutboundRequest } from '@latchkey/outbound';
import { Browser, launchPlatform, type Launched, type Page } from '@latchkey/testing';

export const SHOP = 'https://shop.example/';
export const CLUB = 'https://club.example/in';
export const PASSWORD = 'correct horse battery staple';

const DECLARATION = `
people:
  - { username: ada, name: Ada Lovelace, password: ${PASSWORD}, attributes: { email: [ada@example.org] }, groups: [staff] }
  - { username: grace, name: Grace Hopper, password: a nanosecond is eleven point eight inches, groups: [navy] }
services:
  - { id: shop, name: Shop, urls: ['${SHOP}', 'https://shop.example/?page=2'], attributes: [email, sub] }
  - { id: club, name: Club, urls: ['${CLUB}'], groups: [navy], logout: { type: none } }
clients:
  - { id: reader, name: Reader, authentication: none, redirectUris: ['https://reader.example/cb'], scopes: [openid], firstParty: true }
`;

export interface CasPlatform extends Launched {
  /** What was sent to applications. */
  readonly sent: OutboundRequest[];
  /** The page of /cas/login for a service; what stands in the query is given as it is. */
  login(browser: Browser, query?: string): Promise<Page>;
  /** Signs in for the shop and returns the ticket. */
  enter(browser: Browser, person?: { login: string; password: string }): Promise<string>;
  validate(ticket: string, service?: string): Promise<string>;
}

/** The whole platform with two services, and a browser's steps through it. */
export async function launchCas(environment: Record<string, string> = {}): Promise<CasPlatform> {
  const sent: OutboundRequest[] = [];
  const platform = await launchPlatform({
    declaration: DECLARATION,
    environment: { LATCHKEY_SIGN_IN_NETWORK_LIMIT: '1000', ...environment },
    outbound: { send: async (request) => (sent.push(request), { status: 200, headers: {}, body: '' }) },
  });
  const login = (browser: Browser, query = `service=${encodeURIComponent(SHOP)}`): Promise<Page> =>
    browser.visit(`${platform.url}/cas/login?${query}`, { until: (url) => !url.startsWith(platform.url) });
  return {
    ...platform,
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
      return (await new Browser().visit(`${platform.url}/cas/p3/serviceValidate?${query.toString()}`)).body;
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
