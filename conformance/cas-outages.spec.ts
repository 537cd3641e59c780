import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable, HotStoreUnavailable, memoryHotStore, type Database, type HotStore } from '@latchkey/store';
import { Browser, launchPlatform, type Launched, type Page } from '@latchkey/testing';
import { PASSWORD, declaration } from './platform/declaration.ts';
import { Walk } from './platform/walk.ts';

const APPLICATION = 'http://127.0.0.1:1';
const COMMANDS = ['get', 'put', 'swap', 'drop', 'take', 'takeBound', 'count'] as const;
type Command = (typeof COMMANDS)[number];

/** A hot store of which single commands can be made to fail. */
function breakable(inner: HotStore): { hot: HotStore; broken: Set<Command> } {
  const broken = new Set<Command>();
  const hot = new Proxy(inner, {
    get(target, property, receiver) {
      if (broken.has(property as Command)) return async () => Promise.reject(new HotStoreUnavailable('127.0.0.1:1', 'does not answer'));
      return Reflect.get(target, property, receiver) as unknown;
    },
  });
  return { hot, broken };
}

/** A room whose Postgres does not answer, until it is mended. */
function away(platform: Launched, room: 'cas' | 'session-store' | 'token-issuer'): () => void {
  const database = platform.rooms.get(room)!.infra.postgres as { -readonly [K in keyof Database]: Database[K] };
  const { query, transaction, assertReachable } = database;
  const fail = async (): Promise<never> => Promise.reject(new DatabaseUnavailable('unreachable', '127.0.0.1:1', 'PostgreSQL is away'));
  database.query = fail;
  database.transaction = fail;
  database.assertReachable = fail;
  return () => Object.assign(database, { query, transaction, assertReachable });
}

describe('fail closed: never issue, never tell a success that does not last (INV-3, INV-7, INV-9)', () => {
  const { hot, broken } = breakable(memoryHotStore({ now: () => Date.now() }));
  let platform: Launched;
  let walk: Walk;

  beforeAll(async () => {
    platform = await launchPlatform({ declaration: declaration({ application: APPLICATION }), hot, environment: { LATCHKEY_SIGN_IN_NETWORK_LIMIT: '100000' } });
    walk = new Walk(platform, APPLICATION);
  });
  afterAll(() => platform?.close());
  beforeEach(() => broken.clear());

  const cookieOf = (browser: Browser): string => browser.cookie(platform.url, 'latchkey') ?? '';
  const signedIn = async (username = 'ada'): Promise<Browser> => {
    const browser = new Browser();
    await walk.signIn(browser, username);
    expect(cookieOf(browser)).not.toBe('');
    return browser;
  };
  const livesStill = async (cookie: string): Promise<boolean> =>
    (await new Browser().visit(`${platform.url}/account`, { follow: false, headers: { cookie: `latchkey=${cookie}` } })).status === 200;
  const post = async (browser: Browser, username = 'ada'): Promise<Page> =>
    browser.submit(await browser.visit(`${platform.url}/cas/login`), { login: username, password: PASSWORD }, { follow: false });
  const rowOf = async (cookie: string): Promise<{ ended_at: Date | null }> =>
    (await platform.rooms.get('session-store')!.infra.postgres.query<{ ended_at: Date | null }>('SELECT ended_at FROM session WHERE sid = $1', [cookie.split('-')[0]])).rows[0]!;

  it.each(COMMANDS)('hot store without %s: a ticket is valid for the one who is in, or there is none', async (command) => {
    const browser = await signedIn();
    broken.add(command);
    const page = await browser.visit(`${platform.url}/cas/login?service=${encodeURIComponent(`${APPLICATION}/shop`)}`, { follow: false });
    const ticket = /ticket=(ST-\w+)/.exec(String(page.headers['location'] ?? ''))?.[1];
    if (ticket === undefined) expect([503, 500]).toContain(page.status);
    const told = ticket === undefined ? '' : await walk.validate(ticket);
    broken.clear();
    if (command === 'take') {
      expect(told).toContain('INTERNAL_ERROR');
      expect(told).not.toContain('<cas:user>');
    }
    if (ticket !== undefined && told.includes('<cas:user>')) expect(await walk.validate(ticket)).toContain('INVALID_TICKET');
  });

  it('hot store without counters: nobody gets to try a password', async () => {
    broken.add('count');
    const browser = new Browser();
    const page = await post(browser);
    expect([page.status, cookieOf(browser)]).toEqual([503, '']);
  });

  it('hot store without DEL: the end stands, nobody is told it succeeded, and the copy goes as soon as it can', async () => {
    const browser = await signedIn();
    const cookie = cookieOf(browser);
    expect(await livesStill(cookie)).toBe(true);
    broken.add('drop');
    const page = await browser.visit(`${platform.url}/cas/logout`, { follow: false });
    expect([page.status, cookieOf(browser)]).toEqual([503, cookie]);
    expect((await rowOf(cookie)).ended_at).not.toBeNull();
    broken.clear();
    const store = platform.rooms.get('session-store')!;
    await store.infra.postgres.query("UPDATE copy_drop SET at = at - interval '1 minute'");
    await store.runJob('repeat copy drops');
    expect(await livesStill(cookie)).toBe(false);
  });

  it('a repeated logout after that succeeds', async () => {
    const browser = await signedIn();
    const cookie = cookieOf(browser);
    broken.add('drop');
    expect((await browser.visit(`${platform.url}/cas/logout`, { follow: false })).status).toBe(503);
    broken.clear();
    expect((await browser.visit(`${platform.url}/cas/logout`, { follow: false })).status).toBe(303);
    expect(await livesStill(cookie)).toBe(false);
  });

  it.each(['/cas/logout', '/oauth2/logout'])('%s repeated while the copy can neither be read nor deleted is not told as done either (INV-4)', async (path) => {
    const browser = await signedIn();
    const cookie = cookieOf(browser);
    broken.add('drop');
    broken.add('get');
    expect((await browser.visit(`${platform.url}/cas/logout`, { follow: false })).status).toBe(503);
    expect((await browser.visit(`${platform.url}${path}`, { follow: false })).status).toBe(503);
    broken.clear();
    // The other one asks first (200), unless the copy that was owed is gone by then: nobody is left to be asked.
    expect(path === '/cas/logout' ? [303] : [200, 303]).toContain((await browser.visit(`${platform.url}${path}`, { follow: false })).status);
    if (path === '/cas/logout') expect(await livesStill(cookie)).toBe(false);
  });

  it('postgres of cas away: a sign-in, a validation and a change of password issue nothing and change nothing', async () => {
    const browser = await signedIn();
    const ticket = await walk.ticket(browser);
    const form = await browser.visit(`${platform.url}/account/password`);
    const fresh = new Browser();
    const login = await fresh.visit(`${platform.url}/cas/login`);
    const mend = away(platform, 'cas');
    try {
      const told = await walk.validate(ticket);
      expect(told).toContain('INTERNAL_ERROR');
      const page = await fresh.submit(login, { login: 'ada', password: PASSWORD }, { follow: false });
      expect([page.status, cookieOf(fresh)]).toEqual([503, '']);
      const entering = await browser.visit(`${platform.url}/cas/login?service=${encodeURIComponent(`${APPLICATION}/shop`)}`, { follow: false });
      expect([entering.status, String(entering.headers['location'] ?? '')]).toEqual([503, '']);
      const changed = await browser.submit(form, { current: PASSWORD, password: 'seven purple giraffes dancing' }, { follow: false });
      expect(changed.status).toBe(503);
    } finally {
      mend();
    }
    expect(await walk.validate(ticket)).toContain('INVALID_TICKET');
    await signedIn();
  });

  it('postgres of session-store away: nobody comes in, and nobody is told that they are out', async () => {
    const browser = await signedIn();
    const cookie = cookieOf(browser);
    expect(await livesStill(cookie)).toBe(true);
    const account = await browser.visit(`${platform.url}/account`);
    const which = [...account.body.matchAll(/<form\b[^>]*>/g)].findIndex(([tag]) => tag.includes('end-all'));
    const fresh = new Browser();
    const login = await fresh.visit(`${platform.url}/cas/login`);
    const { body } = await walk.admin('GET', '/people?search=grace');
    const { subject } = (body as { items: { subject: string }[] }).items[0]!;
    const grace = await signedIn('grace');
    const mend = away(platform, 'session-store');
    try {
      const answers = [
        await browser.visit(`${platform.url}/cas/logout`, { follow: false }),
        await browser.submit(account, {}, { which, follow: false }),
        await fresh.submit(login, { login: 'ada', password: PASSWORD }, { follow: false }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
      expect([cookieOf(browser), cookieOf(fresh)]).toEqual([cookie, '']);
      expect((await walk.admin('POST', `/people/${subject}/disable`)).status).toBe(503);
      expect((await walk.admin('DELETE', `/sessions/${cookie.split('-')[0]}`)).status).toBe(503);
    } finally {
      mend();
    }
    // What was owed (a person disabled, and one who signed out everywhere) is paid by the clock, though nobody asks again.
    await platform.rooms.get('cas')!.runJob('end what changes of people end');
    expect([await livesStill(cookieOf(grace)), await livesStill(cookie)]).toEqual([false, false]);
    await walk.admin('POST', `/people/${subject}/enable`);
  });

  it('the token issuer away: signing out everywhere is not told as done, and is finished by the clock though nobody asks again', async () => {
    const browser = await signedIn();
    const cookie = cookieOf(browser);
    const offline = await walk.tokens(browser, { ...walk.web, scope: 'openid offline_access', extra: { prompt: 'consent' } });
    expect((await walk.refresh(offline.refresh_token!, 'web')).status).toBe(200);
    const account = await browser.visit(`${platform.url}/account`);
    const which = [...account.body.matchAll(/<form\b[^>]*>/g)].findIndex(([tag]) => tag.includes('end-all'));
    const mend = away(platform, 'token-issuer');
    try {
      expect((await browser.submit(account, {}, { which, follow: false })).status).toBe(503);
    } finally {
      mend();
    }
    await platform.rooms.get('cas')!.runJob('end what changes of people end');
    expect([await livesStill(cookie), (await walk.refresh(offline.refresh_token!, 'web')).status]).toEqual([false, 400]);
  });
});
