import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable, HotStoreUnavailable, memoryHotStore, type Database, type HotStore } from '@latchkey/store';
import { Browser, launchPlatform, type Launched, type Page } from '@latchkey/testing';
import { API, SECRET, declaration } from './platform/declaration.ts';
import { Walk } from './platform/walk.ts';

const APPLICATION = 'http://127.0.0.1:1';
const COMMANDS = ['get', 'put', 'swap', 'drop', 'take', 'takeBound', 'count'] as const;
type Command = (typeof COMMANDS)[number];
type Away = 'token-issuer' | 'session-store' | 'consent' | 'cas';

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

describe('fail closed: with a store away nothing is issued, and nothing is told that is not so (INV-7, INV-9)', () => {
  const { hot, broken } = breakable(memoryHotStore({ now: () => Date.now() }));
  let platform: Launched;
  let walk: Walk;
  let mend: () => void = () => undefined;

  beforeAll(async () => {
    platform = await launchPlatform({ declaration: declaration({ application: APPLICATION }), hot, environment: { LATCHKEY_SIGN_IN_NETWORK_LIMIT: '100000' } });
    walk = new Walk(platform, APPLICATION);
  });
  afterAll(() => platform?.close());
  beforeEach(() => {
    broken.clear();
    mend();
    mend = () => undefined;
  });

  /** The Postgres of a room does not answer, until it is mended. */
  function away(room: Away): void {
    const database = platform.rooms.get(room)!.infra.postgres as { -readonly [K in keyof Database]: Database[K] };
    const { query, transaction, assertReachable } = database;
    const fail = async (): Promise<never> => Promise.reject(new DatabaseUnavailable('unreachable', '127.0.0.1:1', 'PostgreSQL is away'));
    database.query = fail;
    database.transaction = fail;
    database.assertReachable = fail;
    mend = () => Object.assign(database, { query, transaction, assertReachable });
  }
  const signedIn = async (): Promise<Browser> => {
    const browser = new Browser();
    await walk.signIn(browser);
    return browser;
  };
  const post = (path: string, form: Record<string, string>): Promise<Page> =>
    new Browser().visit(`${platform.url}${path}`, { method: 'POST', form, headers: { authorization: `Basic ${Buffer.from(`web:${SECRET.web}`).toString('base64')}` } });
  const userinfo = (token: string): Promise<Page> => new Browser().visit(`${platform.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
  const isAway = (page: Page): boolean => page.status === 503 && !/access_token|"active"/.test(page.body);

  describe.each(COMMANDS)('hot store without %s', (command) => {
    it('a code is good for the one who is in, or there is none', async () => {
      const browser = await signedIn();
      broken.add(command);
      const page = await browser.visit(walk.authorizeUrl(walk.web), { follow: false });
      const code = new URL(String(page.headers['location'] ?? 'about:blank')).searchParams.get('code');
      if (code === null) {
        expect(isAway(page)).toBe(true);
        return;
      }
      const answer = await walk.redeem(code);
      if (answer.status === 200) expect((await walk.redeem(code)).status).not.toBe(200);
      else expect(isAway(answer)).toBe(true);
    });
    it('tokens of somebody who is in stay, or the caller is told to come again; nothing dies of it', async () => {
      const browser = await signedIn();
      const tokens = await walk.tokens(browser);
      const third = await walk.tokens(browser, walk.third);
      broken.add(command);
      for (const page of [await walk.refresh(tokens.refresh_token!, 'web'), await walk.refresh(third.refresh_token!, 'third'), await userinfo(tokens.access_token)]) {
        expect([200, 503]).toContain(page.status);
      }
      broken.clear();
      expect((await walk.refresh(third.refresh_token!, 'third')).status).toBe(200);
      expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(200);
    });
    it('somebody who signed out stays out', async () => {
      const browser = await signedIn();
      const code = await walk.code(browser, walk.web);
      const tokens = await walk.tokens(browser);
      const cookie = browser.cookie(platform.url, 'latchkey')!;
      await browser.visit(`${platform.url}/cas/logout`);
      browser.setCookie(platform.url, 'latchkey', cookie);
      broken.add(command);
      expect((await walk.redeem(code)).body).not.toContain('access_token');
      expect((await walk.refresh(tokens.refresh_token!, 'web')).body).not.toContain('access_token');
      expect((await userinfo(tokens.access_token)).status).toBeGreaterThanOrEqual(400);
      const page = await browser.visit(walk.authorizeUrl({ ...walk.web, extra: { prompt: 'none' } }), { follow: false });
      expect(String(page.headers['location'] ?? '')).not.toContain('code=');
    });
  });

  it('hot store without counters: nobody gets to try client secrets', async () => {
    broken.add('count');
    const guess = await walk.token({ grant_type: 'client_credentials' }, { id: 'robot', secret: 'wrong' });
    expect(isAway(guess)).toBe(true);
  });

  describe('without the Postgres of the token issuer', () => {
    it('no code, refresh token or introspection is answered, and each is as good as before when it is back', async () => {
      const browser = await signedIn();
      const code = await walk.code(browser, walk.web);
      const tokens = await walk.tokens(browser);
      const third = await walk.tokens(browser, walk.third);
      away('token-issuer');
      const answers = [
        await walk.refresh(tokens.refresh_token!, 'web'),
        await walk.refresh(third.refresh_token!, 'third'),
        await post('/oauth2/introspect', { token: tokens.access_token }),
        await post('/oauth2/introspect', { token: tokens.refresh_token! }),
        await userinfo(tokens.access_token),
        await walk.redeem(code),
      ];
      expect(answers.map(isAway)).toEqual(answers.map(() => true));
      mend();
      // A code whose redemption failed in the middle is used up: a new sign-in, no harm (INV-7).
      expect((await walk.redeem(code)).body).not.toContain('access_token');
      expect((await walk.introspect(tokens.access_token)).active).toBe(true);
      expect((await walk.refresh(third.refresh_token!, 'third')).status).toBe(200);
    });
    it('a revocation is not told as done (INV-3)', async () => {
      const tokens = await walk.tokens(await signedIn());
      away('token-issuer');
      expect(isAway(await post('/oauth2/revoke', { token: tokens.refresh_token! }))).toBe(true);
      mend();
      expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(200);
    });
    it('a withdrawal is not told as done, and is finished by the clock', async () => {
      const browser = await signedIn();
      const third = await walk.tokens(browser, walk.third);
      const page = await browser.visit(`${platform.url}/consent/applications`);
      away('token-issuer');
      expect((await browser.submit(page, {})).status).toBe(503);
      mend();
      await platform.rooms.get('consent')!.runJob('repeat withdrawals');
      expect((await walk.refresh(third.refresh_token!, 'third')).status).toBe(400);
    });
  });

  it('without the truth about sessions nothing that needs one is issued or called dead', async () => {
    const browser = await signedIn();
    const code = await walk.code(browser, walk.web);
    const tokens = await walk.tokens(browser);
    const third = await walk.tokens(browser, walk.third);
    broken.add('get');
    away('session-store');
    const answers = [
      await browser.visit(walk.authorizeUrl(walk.web), { follow: false }),
      await browser.visit(walk.authorizeUrl({ ...walk.web, extra: { prompt: 'none' } }), { follow: false }),
      await walk.redeem(code),
      await walk.refresh(tokens.refresh_token!, 'web'),
      await walk.refresh(third.refresh_token!, 'third'),
      await post('/oauth2/introspect', { token: tokens.access_token }),
      await userinfo(tokens.access_token),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(answers.some(({ headers }) => headers['location'] !== undefined)).toBe(false);
    broken.clear();
    mend();
    expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(200);
    expect((await walk.refresh(third.refresh_token!, 'third')).status).toBe(200);
  });

  it('without the truth about sessions no sign-out is told as done', async () => {
    const browser = await signedIn();
    const tokens = await walk.tokens(browser);
    away('session-store');
    const page = await browser.visit(`${platform.url}/oauth2/logout?${new URLSearchParams({ id_token_hint: tokens.id_token!, post_logout_redirect_uri: `${APPLICATION}/bye` })}`, { follow: false });
    expect([page.status, page.headers['location'], page.headers['set-cookie']]).toEqual([503, undefined, undefined]);
  });

  it('without the truth about consent no third-party client gets a code', async () => {
    const browser = await signedIn();
    await walk.tokens(browser, walk.third);
    away('consent');
    const page = await browser.visit(walk.authorizeUrl(walk.third), { follow: false });
    expect([page.status, page.headers['location']]).toEqual([503, undefined]);
  });

  it('without the truth about people userinfo tells nothing', async () => {
    const tokens = await walk.tokens(await signedIn());
    away('cas');
    const page = await userinfo(tokens.access_token);
    expect([page.status, page.body.includes('"sub"')]).toEqual([503, false]);
  });

  const machine = (): Promise<Page> => walk.token({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }, { id: 'robot', secret: SECRET.service });
  it('a machine without any person does not need the hot store', async () => {
    for (const command of COMMANDS) broken.add(command);
    expect((await machine()).status).toBe(200);
  });
  it('without the truth a machine gets nothing, nor a browser a code, though neither costs a statement (INV-9)', async () => {
    const browser = await signedIn();
    away('token-issuer');
    expect(isAway(await machine())).toBe(true);
    const page = await browser.visit(walk.authorizeUrl(walk.web), { follow: false });
    expect(String(page.headers['location'] ?? '')).not.toContain('code=');
  });
});
