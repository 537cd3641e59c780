import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '@latchkey/testing';
import { PASSWORD } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { eventually } from './platform/eventually.ts';
import { Walk } from './platform/walk.ts';

const APP = 'http://app.example';
const WIKI = 'http://wiki.example';
const SCRIPT = 'read the orders every night, quietly';
const CLIENT_SECRET = 'reader-secret-0123456789-0123456789-012345';

let platform: Deployment;
let walk: Walk;

beforeAll(async () => {
  const person = (username: string, groups: string[], attributes: object = {}, password = PASSWORD) => ({ username, name: `Person ${username}`, password, groups, attributes });
  platform = await deploy({
    environment: { LATCHKEY_SIGN_IN_NETWORK_LIMIT: '100000' },
    declaration: JSON.stringify({
      people: [
        person('ada', ['staff', 'a,b'], { email: ['ada@example.org'], badge: ['1\r\nRemote-User: root', 'Zoë'] }),
        person('grace', ['navy']),
        person('robot', ['staff'], {}, SCRIPT),
        person('victim', ['staff']),
        person('changed', ['staff']),
      ],
      services: [
        { id: 'app', name: 'Application', urls: [`${APP}/`], match: 'path-prefix', forwardAuth: true, basic: true, attributes: ['email', 'name', 'groups', 'badge'] },
        { id: 'app-admin', name: 'Administration', urls: [`${APP}/admin/`], match: 'path-prefix', forwardAuth: true, groups: ['navy'] },
        { id: 'wiki', name: 'Wiki', urls: [`${WIKI}/`], match: 'path-prefix', forwardAuth: true, groups: ['staff'] },
        { id: 'strong', name: 'Strong', urls: ['http://strong.example/'], match: 'path-prefix', forwardAuth: true, basic: true, acr: '2' },
        { id: 'secure', name: 'Secure', urls: ['https://secure.example/'], match: 'path-prefix', forwardAuth: true },
        { id: 'tenants', name: 'Tenants', urls: ['https://*.tenants.example/'], match: 'wildcard-host', forwardAuth: true },
        { id: 'navy', name: 'Navy', urls: ['http://navy.example/'], match: 'path-prefix', forwardAuth: true, basic: true, groups: ['navy'] },
        { id: 'closed', name: 'Closed', urls: ['http://closed.example/'], match: 'path-prefix', forwardAuth: true, enabled: false },
        { id: 'shop', name: 'Shop', urls: ['http://shop.example/'], match: 'path-prefix', basic: true },
        { id: 'plain', name: 'Plain', urls: ['http://plain.example/'], match: 'path-prefix' },
      ],
      resources: [
        { id: `${APP}/`, name: 'Application', scopes: [{ name: 'app:read', description: 'Read' }] },
        { id: `${WIKI}/`, name: 'Wiki', scopes: [{ name: 'wiki:read', description: 'Read' }] },
      ],
      clients: [
        { id: 'web', name: 'Web', redirectUris: ['http://web.example/callback'], secret: CLIENT_SECRET, scopes: ['openid', 'app:read', 'wiki:read'], resources: [`${APP}/`, `${WIKI}/`], grantTypes: ['authorization_code', 'client_credentials'], firstParty: true },
      ],
    }),
  });
  walk = new Walk(platform, APP);
});
afterAll(() => platform?.close());

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly at?: string;
  readonly method?: 'GET' | 'POST';
  readonly follow?: boolean;
}

/** What a proxy does with a request of `browser` to a protected host: it hands on the cookies of that host and asks. */
function ask(address: string, { headers = {}, at = '/forward-auth', method = 'GET' }: Asked & { cookie?: string } = {}, jar?: Hosts): Promise<Page> {
  const cookie = jar?.cookies(address);
  return new Browser({ accept: '*/*' }).visit(`${platform.url}${at}`, {
    method,
    follow: false,
    headers: { 'x-original-url': address, 'x-original-method': 'GET', ...(cookie ? { cookie } : {}), ...headers },
  });
}
const PAGE = { accept: 'text/html' };

/** A browser with its cookies for protected hosts that nobody serves: it goes to them through the platform, as through a proxy. */
class Hosts {
  readonly browser = new Browser();
  private readonly jar = new Map<string, Map<string, string>>();

  cookies(address: string): string {
    return [...(this.jar.get(new URL(address).hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async visit(address: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    const page = await ask(address, { headers: { ...PAGE, ...headers } }, this);
    const host = new URL(address).hostname;
    for (const line of [page.headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = line.split(';');
      const cut = pair.indexOf('=');
      if (!this.jar.has(host)) this.jar.set(host, new Map());
      if (/Max-Age=0/.test(line)) this.jar.get(host)!.delete(pair.slice(0, cut));
      else this.jar.get(host)!.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
    return page;
  }

  /** To the sign-in and back to the protected host, until something is not a redirect any more. */
  async go(address: string, who = 'ada'): Promise<Page> {
    let page = await this.visit(address);
    for (let hops = 0; page.status === 303 && hops < 8; hops++) {
      const next = String(page.headers['location']);
      if (!next.startsWith(platform.url)) {
        page = await this.visit(next);
        continue;
      }
      page = await this.browser.visit(next, { until: (url) => !url.startsWith(platform.url) });
      if (page.status === 200 && page.body.includes('name="password"')) {
        page = await this.browser.submit(page, { login: who, password: PASSWORD }, { until: (url) => !url.startsWith(platform.url) });
      }
    }
    return page;
  }

  cookie(address: string, name: string): string | undefined {
    return this.jar.get(new URL(address).hostname)?.get(name);
  }
  setCookie(address: string, name: string, value: string): void {
    const host = new URL(address).hostname;
    if (!this.jar.has(host)) this.jar.set(host, new Map());
    this.jar.get(host)!.set(name, value);
  }
}

const location = (page: Page): string => String(page.headers['location'] ?? '');
const errorOf = (page: Page): string | undefined => /data-error="([^"]+)"/.exec(page.body)?.[1] ?? (page.body.startsWith('{') ? (JSON.parse(page.body) as { code: string }).code : undefined);
const basic = (username: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` });
const sessionsOf = async (username: string): Promise<number> =>
  Number((await platform.rows<{ count: string }>('session-store', `SELECT count(*) FROM session WHERE username = '${username}' AND ended_at IS NULL`))[0]!.count);

describe('people at a protected host', () => {
  it('are sent to sign in, come back once with a ticket, and are let in by a cookie of that host', async () => {
    const hosts = new Hosts();
    const first = await hosts.visit(`${APP}/reports?year=2026&q=a%20b`);
    expect([first.status, location(first).startsWith(`${platform.url}/cas/login?service=http%3A%2F%2Fapp.example%2F.latchkey%2Fenter%3F`)]).toEqual([303, true]);
    const inside = await hosts.go(`${APP}/reports?year=2026&q=a%20b`);
    expect([inside.status, inside.headers['remote-user']]).toEqual([200, 'ada']);
    expect(inside.headers).toMatchObject({ 'remote-name': 'Person ada', 'remote-email': 'ada@example.org', 'cache-control': 'no-store' });
    expect((await hosts.visit(`${APP}/other`)).status).toBe(200);
  });

  it('come back to where they wanted to go, with what they asked for', async () => {
    const hosts = new Hosts();
    await hosts.go(`${WIKI}/`);
    const seen: string[] = [];
    let page = await hosts.visit(`${APP}/reports?year=2026&ticket=5`);
    while (page.status === 303) {
      seen.push(location(page));
      page = location(page).startsWith(APP) ? await hosts.visit(location(page)) : await hosts.browser.visit(location(page), { follow: false });
    }
    expect([page.status, seen.at(-1)]).toEqual([200, `${APP}/reports?year=2026&ticket=5`]);
  });

  it('sign in once for all of them', async () => {
    const hosts = new Hosts();
    await hosts.go(`${APP}/`);
    const page = await hosts.visit(`${WIKI}/`);
    const back = await hosts.browser.visit(location(page), { until: (url) => url.startsWith(WIKI) });
    expect([back.status, location(back)]).toEqual([303, expect.stringContaining('ticket=ST-')]);
  });

  it('one sign-out closes every protected host at once, and nothing is sent to any of them (INV-4)', async () => {
    const hosts = new Hosts();
    await hosts.go(`${APP}/`);
    await hosts.go(`${WIKI}/`);
    const kept = [hosts.cookies(`${APP}/`), hosts.cookies(`${WIKI}/`)];
    const bye = await hosts.browser.visit(`${platform.url}/cas/logout`);
    expect([bye.body.includes('Application'), bye.body.includes('Wiki'), bye.body.includes('Could not be reached')]).toEqual([true, true, false]);
    for (const [index, address] of [`${APP}/`, `${WIKI}/`].entries()) {
      await eventually(async () => expect((await ask(address, { headers: { cookie: kept[index]! } })).status).toBe(401), 2_000);
      expect((await hosts.visit(address)).status).toBe(303);
    }
    expect(await platform.rows('cas', "SELECT 1 FROM delivery WHERE application IN ('app', 'wiki')")).toEqual([]);
  });

  it('a visit stands in the ledger like any other', async () => {
    await new Hosts().go(`${WIKI}/`, 'victim');
    expect(await platform.rows('cas', "SELECT v.service FROM visit v JOIN person p USING (subject) WHERE p.username = 'victim'")).toEqual([{ service: 'wiki' }]);
  });

  it('signing out at the host ends the session too', async () => {
    const hosts = new Hosts();
    await hosts.go(`${APP}/`);
    const out = await hosts.visit(`${APP}/.latchkey/sign-out`);
    expect([out.status, location(out), hosts.cookie(APP, 'latchkey-visit-app')]).toEqual([303, `${platform.url}/cas/logout`, undefined]);
  });

  it('a path that can be read in two ways is let in only where the whole host is one service', async () => {
    const hosts = new Hosts();
    await hosts.go(`${WIKI}/`);
    await hosts.go(`${APP}/`);
    const paths = ['/api/queues/%2F/orders', '/a/%2e%2e/b', '/a//b/..;/c', '/100%', '/a|b'];
    for (const path of paths) {
      expect([path, (await ask(WIKI + path, {}, hosts)).status]).toEqual([path, 200]);
      expect([path, (await ask(APP + path, {}, hosts)).status]).toEqual([path, path === '/a|b' ? 200 : 400]);
      expect([path, (await ask(WIKI + path)).status]).toEqual([path, 401]);
    }
    const begun = await new Hosts().visit(`${WIKI}/api/queues/%2F/orders?x=%2F`);
    expect(location(begun)).toContain(encodeURIComponent('to=%2Fapi%2Fqueues%2F%252F%2Forders%3Fx%3D%252F'));
  });

  it('who is not in a group of the service gets a page that says so, and no way in', async () => {
    const hosts = new Hosts();
    const page = await hosts.go(`${WIKI}/`, 'grace');
    expect([page.status, errorOf(page)]).toEqual([403, 'not_admitted']);
  });

  it('two services of one host have a visit each', async () => {
    const hosts = new Hosts();
    await hosts.go(`${APP}/`, 'grace');
    expect((await hosts.visit(`${APP}/admin/users`)).status).toBe(303);
    expect((await hosts.go(`${APP}/admin/users`, 'grace')).status).toBe(200);
    expect((await hosts.visit(`${APP}/`)).status).toBe(200);
    expect(hosts.cookie(APP, 'latchkey-visit-app-admin')).not.toBe(hosts.cookie(APP, 'latchkey-visit-app'));
  });

  it('scripts of a page are told, and not sent anywhere nor asked for a password by the browser', async () => {
    for (const headers of [{ ...PAGE, 'sec-fetch-mode': 'cors' }, { ...PAGE, 'x-requested-with': 'XMLHttpRequest' }]) {
      const page = await ask(`${APP}/api`, { headers });
      expect([page.status, page.headers['www-authenticate']]).toEqual([401, 'Bearer realm="app"']);
    }
  });
});

describe('a cookie of a protected host is good for nothing else', () => {
  let hosts: Hosts;
  let cookie: string;
  beforeAll(async () => {
    hosts = new Hosts();
    await hosts.go(`${APP}/`);
    cookie = hosts.cookie(APP, 'latchkey-visit-app')!;
  });
  it.each([
    ['another host', WIKI, 'latchkey-visit-wiki'],
    ['another host, under its own name', WIKI, 'latchkey-visit-app'],
    ['another service of the host', `${APP}/admin`, 'latchkey-visit-app-admin'],
    ['the same host on another port', `${APP}:8081`, 'latchkey-visit-app'],
  ])('at %s', async (_where, address, name) => expect((await ask(`${address}/`, { headers: { cookie: `${name}=${cookie}` } })).status).not.toBe(200));
  it('at the platform itself', async () => {
    const account = await new Browser().visit(`${platform.url}/account`, { follow: false, headers: { cookie: `latchkey=${cookie}; latchkey-visit-app=${cookie}` } });
    expect([account.status, location(account)]).toEqual([303, '/cas/login?then=account']);
  });
  it('and the cookie of the session is none at a host', async () => {
    const session = hosts.browser.cookie(platform.url, 'latchkey')!;
    for (const name of ['latchkey', 'latchkey-visit-app']) expect((await ask(`${APP}/`, { headers: { cookie: `${name}=${session}` } })).status).toBe(401);
  });
  it('at another host that is registered by the same pattern', async () => {
    const tenant = new Hosts();
    expect((await tenant.go('https://a.tenants.example/')).status).toBe(200);
    const header = tenant.cookies('https://a.tenants.example/');
    expect((await ask('https://a.tenants.example/x', { headers: { cookie: header } })).status).toBe(200);
    expect((await ask('https://b.tenants.example/x', { headers: { cookie: header } })).status).toBe(401);
  });
  it('on https is set by that very host, and over TLS alone (RFC 6265bis §4.1.3.2)', async () => {
    const secure = new Hosts();
    const begin = await secure.visit('https://secure.example/');
    expect(begin.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-latchkey-visitor=[^;]{32}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)]);
    expect((await secure.go('https://secure.example/')).status).toBe(200);
    const cookie = secure.cookie('https://secure.example/', '__Host-latchkey-visit-secure')!;
    expect((await ask('https://secure.example/', { headers: { cookie: `__Host-latchkey-visit-secure=${cookie}` } })).status).toBe(200);
    expect((await ask('https://secure.example/', { headers: { cookie: `latchkey-visit-secure=${cookie}` } })).status).toBe(401);
  });
  it('is read by no script and sent along from no other site, and so is the one before it (RFC 6265bis)', async () => {
    const other = new Hosts();
    const begin = await other.visit(`${WIKI}/`);
    expect(begin.headers['set-cookie']).toEqual([expect.stringMatching(/^latchkey-visitor=[^;]{32}; Path=\/; HttpOnly; SameSite=Lax$/)]);
    const form = await other.browser.visit(location(begin));
    const back = await other.browser.submit(form, { login: 'ada', password: PASSWORD }, { until: (url) => !url.startsWith(platform.url) });
    const entered = await other.visit(location(back));
    expect(entered.headers['set-cookie']).toEqual([expect.stringMatching(/^latchkey-visit-wiki=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)]);
  });
});

describe('the sign-in that a browser began is the one that it ends (login CSRF, RFC 9700 §4.7)', () => {
  /** The address with a ticket that a person of the attacker got, and did not visit. */
  async function withTicket(hosts: Hosts, who: string, address = `${APP}/`): Promise<string> {
    const page = await hosts.visit(address);
    const form = await hosts.browser.visit(location(page), { until: (url) => !url.startsWith(platform.url) });
    const done = form.status === 303 ? form : await hosts.browser.submit(form, { login: who, password: PASSWORD }, { until: (url) => !url.startsWith(platform.url) });
    return location(done);
  }

  it('a ticket of somebody else signs nobody in as them, with a sign-in of their own begun or not', async () => {
    const attackers = await withTicket(new Hosts(), 'grace');
    const victim = new Hosts();
    const plain = await victim.visit(attackers);
    await victim.visit(`${APP}/`);
    const begun = await victim.visit(attackers);
    for (const page of [plain, begun]) expect([page.status, errorOf(page), page.headers['set-cookie']]).toEqual([403, 'begun_elsewhere', undefined]);
    expect(victim.cookie(APP, 'latchkey-visit-app')).toBeUndefined();
  });

  it('a ticket is good once (INV-1)', async () => {
    const hosts = new Hosts();
    const address = await withTicket(hosts, 'ada');
    expect((await hosts.visit(address)).status).toBe(303);
    const again = await hosts.visit(address);
    expect([again.status, errorOf(again)]).toEqual([403, 'not_entered']);
  });

  it('a ticket is good at the address it was issued for, and at no other', async () => {
    const hosts = new Hosts();
    const address = new URL(await withTicket(hosts, 'ada'));
    address.searchParams.set('to', '/elsewhere');
    const changed = await hosts.visit(`${address.origin}${address.pathname}?state=${address.searchParams.get('state')}&to=%2Felsewhere&ticket=${address.searchParams.get('ticket')}`);
    expect([changed.status, errorOf(changed)]).toEqual([403, 'not_entered']);
  });

  it('a ticket of another service is none', async () => {
    const hosts = new Hosts();
    const address = new URL(await withTicket(hosts, 'ada'));
    const shop = location(await hosts.browser.visit(`${platform.url}/cas/login?service=${encodeURIComponent('http://plain.example/')}`, { follow: false }));
    const ticket = new URL(shop).searchParams.get('ticket')!;
    const page = await hosts.visit(address.href.replace(/ticket=.*$/, `ticket=${ticket}`));
    expect([page.status, errorOf(page)]).toEqual([403, 'not_entered']);
  });

  it('a ticket of a protected host is good at the endpoints for CAS clients too, once', async () => {
    const hosts = new Hosts();
    const address = await withTicket(hosts, 'ada');
    const [, service, ticket] = /^(.*)&ticket=(.*)$/.exec(address)!;
    const validate = async () => (await new Browser().visit(`${platform.url}/cas/p3/serviceValidate?${new URLSearchParams({ service: service!, ticket: ticket! }).toString()}`)).body;
    expect([await validate(), await validate()]).toEqual([expect.stringContaining('<cas:user>ada<'), expect.stringContaining('INVALID_TICKET')]);
  });
});

describe('nobody is sent to an address that is not registered', () => {
  it.each([
    ['another host', 'http://evil.example/'],
    ['a host that begins like one of ours', 'http://app.example.evil.example/'],
    ['the user part of an address', 'http://app.example@evil.example/'],
    ['another scheme', 'https://app.example/'],
    ['a service that is not behind forward auth', 'http://plain.example/'],
    ['a service that is switched off', 'http://closed.example/'],
    ['two ways to read a path', `${APP}/x/..%2fadmin/`],
    ['a path that climbs', `${APP}/x/../admin/`],
    ['something that is no address', 'javascript:alert(1)'],
  ])('%s', async (_what, address) => {
    for (const at of ['/forward-auth', '/.latchkey/check', '/.latchkey/sign-in', '/.latchkey/enter', '/.latchkey/sign-out']) {
      const page = await ask(address, { at, headers: { ...PAGE, ...basic('ada', PASSWORD) } });
      expect([[400, 403].includes(page.status), location(page), page.headers['set-cookie']]).toEqual([true, '', undefined]);
    }
  });

  it('where the way back leads is on the same host', async () => {
    for (const to of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
      const hosts = new Hosts();
      const page = await hosts.visit(`${APP}/.latchkey/sign-in?to=${encodeURIComponent(to)}`);
      const form = await hosts.browser.visit(location(page));
      const back = location(await hosts.browser.submit(form, { login: 'ada', password: PASSWORD }, { until: (url) => !url.startsWith(platform.url) }));
      expect(new URL(location(await hosts.visit(back))).origin).toBe(APP);
    }
  });

  it('headers that do not agree are refused: a client may have sent one of them', async () => {
    const hosts = new Hosts();
    await hosts.go(`${APP}/`);
    const traefik = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'wiki.example', 'x-forwarded-uri': '/' };
    expect((await ask(`${APP}/`, { headers: traefik }, hosts)).status).toBe(400);
  });

  it('without a word of what was asked for there is no answer', async () => {
    const page = await new Browser(PAGE).visit(`${platform.url}/forward-auth`, { follow: false });
    expect([page.status, location(page)]).toEqual([400, '']);
  });
});

describe('what the application is told', () => {
  let told: Page;
  beforeAll(async () => {
    const hosts = new Hosts();
    await hosts.go(`${APP}/`);
    told = await ask(`${APP}/`, { headers: { 'remote-user': 'root', 'remote-groups': 'wheel', 'x-latchkey-attribute-badge': '0' } }, hosts);
  });
  it('is not what a client sent', () => expect([told.headers['remote-user'], told.headers['x-latchkey-attribute-role']]).toEqual(['ada', undefined]));
  it('cannot end a header, and is given back by decoding once', () => {
    expect(told.headers['x-latchkey-attribute-badge']).toBe('1%0D%0ARemote-User: root,Zo%C3%AB');
    expect(told.headers['remote-groups']).toBe('staff,a%2Cb');
  });
  it('is no more than the entry of the service names', async () => {
    const hosts = new Hosts();
    await hosts.go(`${WIKI}/`);
    const page = await ask(`${WIKI}/`, {}, hosts);
    expect([page.headers['remote-user'], page.headers['remote-email'], Object.keys(page.headers).filter((name) => name.startsWith('x-latchkey-'))]).toEqual(['ada', '', []]);
  });
});

describe('Envoy asks with the path of the request and the name of its host', () => {
  const envoy = (path: string, host: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET') =>
    new Browser({ accept: '*/*' }).visit(`${platform.url}/forward-auth${path}`, { method, follow: false, headers: { host, 'x-forwarded-proto': 'http', ...headers } });

  it('and is answered like the others', async () => {
    const hosts = new Hosts();
    await hosts.go(`${APP}/`);
    const cookie = hosts.cookies(`${APP}/`);
    expect((await envoy('/api?x=1', 'app.example', { cookie })).headers['remote-user']).toBe('ada');
    expect((await envoy('/api', 'app.example', { cookie }, 'POST')).status).toBe(200);
    expect((await envoy('/api', 'wiki.example', { cookie })).status).toBe(401);
    expect(location(await envoy('/', 'app.example', PAGE))).toContain(encodeURIComponent(`${APP}/.latchkey/enter`));
  });
  it('and nothing else is served under another name', async () => {
    expect((await envoy('/', 'evil.example', PAGE)).status).toBe(403);
    expect((await new Browser().visit(`${platform.url}/cas/login`, { headers: { host: 'app.example' } })).status).toBe(421);
  });
});

it('a request that is let in by a visit costs one trip to Redis (design, section 9)', async () => {
  const hosts = new Hosts();
  await hosts.go(`${APP}/`);
  await hosts.visit(`${APP}/`);
  const counts = platform.inside?.counts;
  counts?.reset();
  expect((await hosts.visit(`${APP}/`)).status).toBe(200);
  if (counts !== undefined) expect([counts.asks.length, counts.trips.length, counts.statements.length]).toEqual([0, 1, 0]);
});

describe('scripts at a protected host', () => {
  it('are told what to bring (RFC 6750 §3, RFC 7617 §2)', async () => {
    const bare = await ask(`${APP}/api`);
    expect([bare.status, bare.headers['www-authenticate'], location(bare)]).toEqual([401, 'Bearer realm="app", Basic realm="app", charset="UTF-8"', '']);
    expect((await ask(`${WIKI}/api`)).headers['www-authenticate']).toBe('Bearer realm="wiki"');
  });

  it('get in by HTTP Basic where the service takes it, with one session however often they ask, and a visit in the ledger', async () => {
    for (let i = 0; i < 4; i++) expect((await ask(`${APP}/api`, { headers: basic('robot', SCRIPT) })).headers['remote-user']).toBe('robot');
    const replicas = platform.split === null ? 1 : 2;
    expect(await sessionsOf('robot')).toBeLessThanOrEqual(replicas);
    expect((await platform.rows('cas', "SELECT v.service FROM visit v JOIN person p USING (subject) WHERE p.username = 'robot'")).length).toBeLessThanOrEqual(replicas);
    const page = await ask(`${APP}/api`, { headers: basic('robot', SCRIPT) });
    expect(page.headers['set-cookie']).toBeUndefined();
  });

  it('do not get in by it where the service does not, nor where it asks for a second factor', async () => {
    expect((await ask(`${WIKI}/api`, { headers: basic('ada', PASSWORD) })).status).toBe(401);
    const strong = await ask('http://strong.example/', { headers: basic('ada', PASSWORD) });
    expect([strong.status, strong.headers['www-authenticate']]).toEqual([401, 'Bearer realm="strong"']);
  });

  it('do not get in by what nginx calls a sign-in: it looks at no password a second time', async () => {
    expect((await ask(`${APP}/api`, { at: '/.latchkey/sign-in', headers: basic('robot', SCRIPT) })).status).toBe(401);
    expect((await ask(`${APP}/api`, { at: '/.latchkey/check', headers: basic('robot', SCRIPT) })).status).toBe(200);
  });

  it('are refused where the person is not in a group of the service, password or not', async () => {
    const refused = await ask('http://navy.example/', { headers: basic('ada', PASSWORD) });
    expect([refused.status, errorOf(refused), refused.headers['remote-user']]).toEqual([403, 'not_admitted', undefined]);
    expect((await ask('http://navy.example/', { headers: basic('grace', PASSWORD) })).headers['remote-user']).toBe('grace');
  });

  it('are out at once when the person is disabled, or has another password (INV-4)', async () => {
    const old = basic('changed', PASSWORD);
    expect((await ask(`${APP}/`, { headers: old })).status).toBe(200);
    await platform.rows('session-store', "UPDATE session SET ended_at = now(), end_reason = 'admin' WHERE username = 'changed'");
    await platform.rows('cas', "UPDATE person SET enabled = false WHERE username = 'changed'");
    if (platform.split === null) await platform.inside!.hot.drop(`session:v1:main:{${(await platform.rows<{ sid: string }>('session-store', "SELECT sid FROM session WHERE username = 'changed'"))[0]!.sid}}`);
    else await platform.forget();
    await eventually(async () => expect((await ask(`${APP}/`, { headers: old })).status).toBe(401), 2_000);
  });

  it('who guesses has to wait, longer each time (security.md 4.1)', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 14; i++) statuses.push((await ask(`${APP}/`, { headers: basic('victim', `guess ${i}`) })).status);
    expect([statuses.slice(0, 10).every((status) => status === 401), statuses.at(-1)]).toEqual([true, 429]);
    const right = await ask(`${APP}/`, { headers: basic('victim', PASSWORD) });
    expect([right.status, Number(right.headers['retry-after']) > 0]).toEqual([429, true]);
    expect((await ask(`${APP}/`, { at: '/.latchkey/check', headers: basic('victim', PASSWORD) })).status).toBe(403);
  });
});

describe('access tokens at a protected host (RFC 6750, RFC 9068 §4)', () => {
  const code = { client: 'web', redirectUri: 'http://web.example/callback', scope: 'openid app:read' };
  async function tokenFor(browser: Browser, resource: string, scope: string): Promise<string> {
    const answer = await walk.authorize(browser, { ...code, scope, extra: { resource } });
    const page = await walk.token(
      { grant_type: 'authorization_code', code: answer.get('code')!, redirect_uri: code.redirectUri, code_verifier: 'verifier-0123456789-0123456789-0123456789-0123456789', resource },
      { id: 'web', secret: CLIENT_SECRET },
    );
    return (JSON.parse(page.body) as { access_token: string }).access_token;
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('open it for the person behind them, and say by which client and for what; they end with the session', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    const token = await tokenFor(browser, `${APP}/`, 'openid app:read');
    const page = await ask(`${APP}/api`, { headers: bearer(token) });
    expect([page.status, page.headers['remote-user'], page.headers['x-latchkey-client'], page.headers['x-latchkey-scope']]).toEqual([200, 'ada', 'web', expect.stringContaining('app:read')]);
    await browser.visit(`${platform.url}/cas/logout`);
    await eventually(async () => expect((await ask(`${APP}/api`, { headers: bearer(token) })).status).toBe(401), 2_000);
  });

  it('open no host that they are not for', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    const page = await ask(`${APP}/api`, { headers: bearer(await tokenFor(browser, `${WIKI}/`, 'openid wiki:read')) });
    expect([page.status, page.headers['www-authenticate']]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
  });

  it('open nothing without a person behind them: nobody would know whose name to give (INV-8)', async () => {
    const answer = await walk.token({ grant_type: 'client_credentials', scope: 'app:read', resource: `${APP}/` }, { id: 'web', secret: CLIENT_SECRET });
    const token = (JSON.parse(answer.body) as { access_token: string }).access_token;
    expect((await ask(`${APP}/api`, { headers: bearer(token) })).status).toBe(401);
  });

  it.each(['x', 'a.b.c', `${'A'.repeat(3_000)}`, '!'])('and %# is none', async (token) => expect((await ask(`${APP}/api`, { headers: bearer(token) })).status).toBe(401));
});

describe('HTTP Basic at /cas/login, for services that take it', () => {
  const login = (service: string, headers: Record<string, string> = {}, more = '') =>
    new Browser({ accept: '*/*' }).visit(`${platform.url}/cas/login?service=${encodeURIComponent(service)}${more}`, { follow: false, headers });

  it('gives a ticket and no cookie: a script does not become a browser that is signed in', async () => {
    const page = await login('http://shop.example/a', basic('robot', SCRIPT));
    expect([page.status, location(page), page.headers['set-cookie']]).toEqual([303, expect.stringMatching(/^http:\/\/shop\.example\/a\?ticket=ST-/), undefined]);
    const [, ticket] = /ticket=(.*)$/.exec(location(page))!;
    const validated = await new Browser().visit(`${platform.url}/cas/p3/serviceValidate?service=${encodeURIComponent('http://shop.example/a')}&ticket=${ticket}`);
    expect(validated.body).toContain('<cas:user>robot<');
  });

  it('asks a script for it, and shows a browser the page', async () => {
    const script = await login('http://shop.example/');
    expect([script.status, script.headers['www-authenticate']]).toEqual([401, 'Basic realm="shop", charset="UTF-8"']);
    expect((await login('http://shop.example/', { accept: 'text/html,*/*;q=0.8' })).status).toBe(200);
  });

  it('refuses a wrong password, and never asks a browser in a window of its own', async () => {
    const wrong = await login('http://shop.example/', basic('ada', 'wrong'));
    expect([wrong.status, location(wrong)]).toEqual([401, '']);
    const browser = await login('http://shop.example/', { ...basic('ada', PASSWORD), ...PAGE, 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' });
    expect([browser.status, location(browser), browser.headers['www-authenticate']]).toEqual([200, '', undefined]);
  });

  it('counts for nothing at a service that does not take it', async () => {
    const page = await login('http://plain.example/', basic('ada', PASSWORD));
    expect([page.status, location(page)]).toEqual([200, '']);
  });

  it('lets who has a session in by it, and tells nothing to gateway', async () => {
    const browser = new Browser({ accept: '*/*' });
    await walk.signIn(browser);
    const page = await browser.visit(`${platform.url}/cas/login?service=${encodeURIComponent('http://shop.example/')}`, { follow: false });
    expect(location(page)).toContain('ticket=ST-');
    expect(location(await login('http://shop.example/', {}, '&gateway=true'))).toBe('http://shop.example/');
  });

  it('renew is satisfied by the password of the request (CAS 3.0 §2.1.1)', async () => {
    await login('http://shop.example/', basic('robot', SCRIPT));
    const page = await login('http://shop.example/', basic('robot', SCRIPT), '&renew=true');
    const [, ticket] = /ticket=(.*)$/.exec(location(page))!;
    const validated = await new Browser().visit(`${platform.url}/cas/serviceValidate?renew=true&service=${encodeURIComponent('http://shop.example/')}&ticket=${ticket}`);
    expect(validated.body).toContain('<cas:user>robot<');
  });
});
