import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startCalendar, type Running } from './app.ts';
import { Browser } from '../test/browser.ts';
import { credentials, fakeLatchkey, type FakeLatchkey } from '../test/fake-latchkey.ts';

let latchkey: FakeLatchkey;
let calendar: Running;
let ahead = 0;

beforeAll(async () => {
  latchkey = await fakeLatchkey();
  calendar = await startCalendar({
    ...credentials,
    host: '127.0.0.1',
    port: 0,
    latchkeyUrl: latchkey.url,
    boxOfficeUrl: latchkey.url,
    now: () => Date.now() + ahead,
    log: () => undefined,
  });
});

afterAll(async () => {
  await calendar.close();
  await latchkey.close();
});

beforeEach(() => {
  ahead = 0;
  Object.assign(latchkey, { deny: false, withdrawn: false, lifeS: 300, refreshes: 0, apiStatus: 200, sid: 'sid-1', beforeTokens: async () => undefined });
});

describe('sign-in (OpenID Connect Core 1.0 §3.1, RFC 7636, RFC 8707)', () => {
  it('asks with PKCE, state, nonce and the resource it wants to read', async () => {
    const asked = new URL((await new Browser(calendar.url).get('/sign-in')).location).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid profile orders:read',
      resource: `${latchkey.url}/api`,
      redirect_uri: `${calendar.url}/callback`,
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
    });
  });

  it('shows the name and the orders of the person, with a token for Box Office alone (RFC 8707 §2.2)', async () => {
    const browser = new Browser(calendar.url);
    const { cookies } = await browser.signIn();
    expect(cookies.join()).toMatch(/calendar_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax/);
    const page = await browser.page('/');
    expect(page).toContain('Ada Lovelace');
    expect(page).toContain('data-order="ABCDE-23456"');
  });

  it('is refused in a browser that did not begin it, and used once', async () => {
    const victim = new Browser(calendar.url);
    await victim.get('/sign-in');
    const { location } = await new Browser(calendar.url).get('/sign-in');
    const back = new URL((await fetch(location, { redirect: 'manual' })).headers.get('location') ?? '');
    const answer = await victim.get(`/callback${back.search}`);
    expect(answer.status).toBe(400);
    expect(answer.cookies).toEqual([]);
  });

  it('that the person declines ends on a friendly page', async () => {
    latchkey.deny = true;
    const answer = await new Browser(calendar.url).signIn();
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('data-error="access_denied"');
  });

  it('says so while the provider is away, and starts without it', async () => {
    const alone = await startCalendar({ ...credentials, host: '127.0.0.1', port: 0, latchkeyUrl: 'http://127.0.0.1:1', boxOfficeUrl: latchkey.url, log: () => undefined });
    expect((await new Browser(alone.url).get('/sign-in')).status).toBe(502);
    expect((await new Browser(alone.url).get('/healthz')).text).toBe('ok');
    await alone.close();
  });
});

describe('access to the orders', () => {
  it('is renewed once, though five pages ask at the same time (RFC 9700 §4.14.2)', async () => {
    const browser = new Browser(calendar.url);
    await browser.signIn();
    latchkey.refreshes = 0;
    ahead = 290_000;
    const pages = await Promise.all(Array.from({ length: 5 }, () => browser.page('/')));
    expect(pages.every((page) => page.includes('data-order'))).toBe(true);
    expect(latchkey.refreshes).toBe(1);
  });

  it('that was withdrawn asks to connect again, and keeps the person signed in', async () => {
    const browser = new Browser(calendar.url);
    await browser.signIn();
    ahead = 290_000;
    latchkey.withdrawn = true;
    const page = await browser.page('/');
    expect(page).toContain('data-reconnect');
    expect(page).toContain('Ada Lovelace');
  });

  it('that Box Office refuses asks to connect again; one that it cannot decide does not', async () => {
    const browser = new Browser(calendar.url);
    await browser.signIn();
    latchkey.apiStatus = 503;
    expect(await browser.page('/')).not.toContain('data-reconnect');
    latchkey.apiStatus = 403;
    expect(await browser.page('/')).toContain('data-reconnect');
  });
});

describe('sign-out (OpenID Connect RP-Initiated Logout 1.0 §2)', () => {
  it('ends the own session, then goes to the provider with the ID token', async () => {
    const browser = new Browser(calendar.url);
    await browser.signIn();
    const { location } = await browser.post('/sign-out');
    const url = new URL(location);
    expect(url.pathname).toBe('/oauth2/logout');
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${calendar.url}/`);
    expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/);
    expect(await browser.page('/')).not.toContain('Ada Lovelace');
  });

  it('needs a form of its own site', async () => {
    const browser = new Browser(calendar.url);
    await browser.signIn();
    expect((await browser.post('/sign-out', 'http://127.0.0.1:1')).status).toBe(403);
    expect(await browser.page('/')).toContain('Ada Lovelace');
  });
});

describe('back-channel logout (OpenID Connect Back-Channel Logout 1.0)', () => {
  it('ends the sessions of the sid and no other (§2.7)', async () => {
    const [first, second, other] = [new Browser(calendar.url), new Browser(calendar.url), new Browser(calendar.url)];
    await first.signIn();
    await second.signIn();
    latchkey.sid = 'sid-2';
    await other.signIn();
    expect((await deliver(await latchkey.logoutToken({ sid: 'sid-1' }))).status).toBe(200);
    expect(await first.page('/')).not.toContain('Ada Lovelace');
    expect(await second.page('/')).not.toContain('Ada Lovelace');
    expect(await other.page('/')).toContain('Ada Lovelace');
    expect((await deliver(await latchkey.logoutToken({ sid: 'sid-1' }))).status).toBe(200);
  });

  it('that overtakes the sign-in it belongs to leaves nobody signed in', async () => {
    latchkey.sid = 'sid-3';
    latchkey.beforeTokens = async () => {
      await deliver(await latchkey.logoutToken({}));
    };
    const browser = new Browser(calendar.url);
    expect((await browser.signIn()).status).toBe(400);
    expect(await browser.page('/')).not.toContain('Ada Lovelace');
  });

  it('with a person and no session ends all of that person (§2.7)', async () => {
    latchkey.sid = 'sid-4';
    const browser = new Browser(calendar.url);
    await browser.signIn();
    expect((await deliver(await latchkey.logoutToken({ sid: undefined, sub: 'person-1' }))).status).toBe(200);
    expect(await browser.page('/')).not.toContain('Ada Lovelace');
  });

  it.each([
    ['for another client', { aud: 'somebody-else' }],
    ['from another issuer', { iss: 'http://127.0.0.1:1' }],
    ['with neither sid nor sub', { sid: undefined }],
    ['with a nonce', { nonce: 'n' }],
    ['without the event', { events: {} }],
    ['with an event that is no object', { events: { 'http://schemas.openid.net/event/backchannel-logout': true } }],
    ['without a jti', { jti: undefined }],
    ['without an iat', { iat: undefined }],
    ['that is old', { iat: Math.floor(Date.now() / 1000) - 3600, exp: Math.floor(Date.now() / 1000) + 120 }],
    ['that has expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
  ])('refuses a token %s (§2.6)', async (_what, change) => {
    latchkey.sid = 'sid-5';
    const browser = new Browser(calendar.url);
    await browser.signIn();
    const response = await deliver(await latchkey.logoutToken(change));
    expect(response.status).toBe(400);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await browser.page('/')).toContain('Ada Lovelace');
  });

  it('refuses an ID token, a token of unknown key, and one that was used before (§2.6)', async () => {
    latchkey.sid = 'sid-6';
    expect((await deliver(await latchkey.logoutToken({}, { typ: 'JWT' }))).status).toBe(400);
    expect((await deliver(await latchkey.logoutToken({}, { kid: 'k2' }))).status).toBe(400);
    const token = await latchkey.logoutToken({});
    expect((await deliver(token)).status).toBe(200);
    expect((await deliver(token)).status).toBe(400);
    expect((await deliver('nonsense')).status).toBe(400);
  });
});

const deliver = (token: string) =>
  fetch(`${calendar.url}/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
