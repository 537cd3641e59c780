import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { applyDeclarationTo } from '@latchkey/all-in-one';
import { Browser, launchPlatform, type Launched, type Page } from '@latchkey/testing';
import { UnsecuredJWT, decodeJwt } from 'jose';
import { API, SECRET, declaration } from './platform/declaration.ts';
import { VERIFIER, Walk, type CodeRequest, type Tokens } from './platform/walk.ts';

const APPLICATION = 'http://127.0.0.1:1';

interface Declared {
  readonly people: { username: string; groups: string[]; enabled?: boolean }[];
  readonly clients: Record<string, unknown>[];
  readonly resources: Record<string, unknown>[];
}

describe('mixed-up browsers, people, clients and times', () => {
  let platform: Launched;
  let walk: Walk;

  beforeAll(async () => {
    platform = await launchPlatform({ declaration: declared(), environment: { LATCHKEY_SIGN_IN_NETWORK_LIMIT: '100000' } });
    walk = new Walk(platform, APPLICATION);
  });
  afterAll(() => platform?.close());

  function declared(change: (file: Declared) => void = () => undefined): string {
    const file = JSON.parse(declaration({ application: APPLICATION, people: 12 })) as Declared;
    file.clients.push({ id: 'staff', name: 'For staff', authentication: 'none', firstParty: true, redirectUris: [`${APPLICATION}/staff-app`], groups: ['staff'], grantTypes: ['authorization_code', 'refresh_token'], scopes: ['openid', 'profile', 'offline_access'] });
    change(file);
    return JSON.stringify(file);
  }
  const apply = async (change: (file: Declared) => void = () => undefined): Promise<void> => {
    await applyDeclarationTo(platform, declared(change).replaceAll('{{url}}', platform.url), 'changed.yaml');
    for (const room of ['token-issuer', 'consent'] as const) await platform.rooms.get(room)!.runJob('registry');
  };
  const signedIn = async (username = 'ada'): Promise<Browser> => {
    const browser = new Browser();
    await walk.signIn(browser, username);
    return browser;
  };
  const staff = (): CodeRequest => ({ client: 'staff', redirectUri: `${APPLICATION}/staff-app`, scope: 'openid profile offline_access' });
  const post = (path: string, form: Record<string, string>, client: 'web' | 'other'): Promise<Page> =>
    new Browser().visit(`${platform.url}${path}`, { method: 'POST', form, headers: { authorization: `Basic ${Buffer.from(`${client}:${SECRET[client]}`).toString('base64')}` } });
  const userinfo = (token: string): Promise<Page> => new Browser().visit(`${platform.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
  const refreshAs = (token: string, client: string): Promise<Page> => walk.token({ grant_type: 'refresh_token', refresh_token: token, client_id: client });
  const asks = (browser: Browser, extra: Record<string, string> = {}, request = walk.third): Promise<Page> => browser.visit(walk.authorizeUrl({ ...request, extra }), { follow: false });
  const to = (page: Page): URL => new URL(String(page.headers['location'] ?? 'about:blank'), platform.url);
  const resume = (browser: Browser, pending: string): Promise<Page> => browser.visit(`${platform.url}/oauth2/authorize?${new URLSearchParams({ pending })}`, { follow: false });

  it('every answer carries the data of its own session alone, with a dozen people at once (INV-8)', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, async (_, index) => {
      const browser = await signedIn(`p${index}`);
      return { browser, sid: browser.cookie(platform.url, 'latchkey')!.split('-')[0], username: `p${index}` };
    }));
    const rounds = Array.from({ length: 4 }, () => people).flat();
    const seen = await Promise.all(rounds.map(async ({ browser, sid, username }) => {
      const tokens = await walk.tokens(browser);
      const again = JSON.parse((await walk.refresh(tokens.refresh_token!, 'web')).body) as Tokens;
      const person = JSON.parse((await userinfo(again.access_token)).body) as { sub: string; preferred_username: string };
      for (const token of [tokens.access_token, tokens.id_token!, again.access_token, again.id_token!]) {
        const { sid: its, sub } = decodeJwt(token);
        expect([its, sub]).toEqual([sid, person.sub]);
      }
      expect(person.preferred_username).toBe(username);
      return person.sub;
    }));
    expect(new Set(seen).size).toBe(people.length);
  });

  describe('a consent is a fact of one person, session, client and interaction', () => {
    const toConsent = async (browser: Browser): Promise<string> => {
      const page = await asks(browser, { prompt: 'consent' });
      expect(to(page).pathname).toBe('/consent');
      return to(page).searchParams.get('pending')!;
    };
    const allow = async (browser: Browser, pending: string, decision = 'allow'): Promise<Page> =>
      browser.submit(await browser.visit(`${platform.url}/consent?${new URLSearchParams({ pending })}`), { decision }, { follow: false });

    it('given for one interaction it answers no other', async () => {
      const browser = await signedIn('p0');
      const [one, two] = [await toConsent(browser), await toConsent(browser)];
      await allow(browser, one);
      expect(to(await resume(browser, one)).searchParams.get('code')).not.toBeNull();
      expect(to(await resume(browser, two)).pathname).toBe('/consent');
    });
    it('given in one session it does not answer for whoever signs in next in this browser', async () => {
      const browser = await signedIn('p1');
      const pending = await toConsent(browser);
      await allow(browser, pending);
      await browser.visit(`${platform.url}/cas/logout`);
      await walk.signIn(browser, 'p2');
      expect(to(await resume(browser, pending)).pathname).toBe('/consent');
    });
    it('a form that was shown to one person decides nothing for another', async () => {
      const browser = await signedIn('p3');
      const pending = await toConsent(browser);
      const shown = await browser.visit(`${platform.url}/consent?${new URLSearchParams({ pending })}`);
      await browser.visit(`${platform.url}/cas/logout`);
      await walk.signIn(browser, 'p4');
      expect((await browser.submit(shown, { decision: 'allow' }, { follow: false })).status).toBe(403);
      expect(to(await resume(browser, pending)).pathname).toBe('/consent');
    });
    it('a denial goes back as access_denied, and is asked anew the next time', async () => {
      const browser = await signedIn('p5');
      const pending = await toConsent(browser);
      await allow(browser, pending, 'deny');
      expect(to(await resume(browser, pending)).searchParams.get('error')).toBe('access_denied');
      expect(to(await asks(browser)).pathname).toBe('/consent');
      expect(to(await asks(browser, { prompt: 'none' })).searchParams.get('error')).toBe('consent_required');
    });
    it.each(['', 'yes', 'ALLOW', 'allow '])('the decision %j is none', async (decision) => {
      const browser = await signedIn('p6');
      const pending = await toConsent(browser);
      expect((await allow(browser, pending, decision)).status).toBe(403);
      expect(to(await resume(browser, pending)).pathname).toBe('/consent');
    });
    it('“not you?” keeps the request for whoever signs in then', async () => {
      const browser = await signedIn('p4');
      const pending = await toConsent(browser);
      const shown = await browser.visit(`${platform.url}/consent?${new URLSearchParams({ pending })}`);
      const [, link = ''] = /href="(\/cas\/login\?pending=[^"]*renew=true[^"]*)"/.exec(shown.body) ?? [];
      const form = await browser.visit(new URL(link.replaceAll('&amp;', '&'), platform.url).href);
      const asked = await browser.submit(form, { login: 'grace', password: 'correct horse battery staple' });
      expect(new URL(asked.url).pathname).toBe('/consent');
      expect(asked.body).toContain('Grace Hopper');
      const back = await browser.submit(asked, { decision: 'allow' }, { until: (url) => url.startsWith(APPLICATION) });
      const tokens = JSON.parse((await walk.redeem(to(back).searchParams.get('code')!, walk.third)).body) as Tokens;
      expect(JSON.parse((await userinfo(tokens.access_token)).body)).toMatchObject({ preferred_username: 'grace' });
    });
    it('in another browser the pending request opens nothing, also not for the same person', async () => {
      const browser = await signedIn('p7');
      const pending = await toConsent(browser);
      const other = await signedIn('p7');
      const page = await other.visit(`${platform.url}/consent?${new URLSearchParams({ pending })}`, { follow: false });
      expect([page.status, page.body.includes('name="decision"')]).toEqual([400, false]);
    });
  });

  it('an answered pending request gives another code, never the same again, and each is used once (INV-1)', async () => {
    const browser = new Browser();
    const page = await browser.visit(walk.authorizeUrl(walk.web), { until: (url) => url.startsWith(APPLICATION) });
    const pending = new URL(page.url).searchParams.get('pending')!;
    await browser.submit(page, { login: 'p8', password: 'correct horse battery staple' }, { until: (url) => url.startsWith(APPLICATION) });
    const codes = [to(await resume(browser, pending)), to(await resume(browser, pending))].map(({ searchParams }) => searchParams.get('code')!);
    expect(new Set(codes).size).toBe(2);
    for (const code of codes) {
      expect((await walk.redeem(code)).status).toBe(200);
      expect((await walk.redeem(code)).status).toBe(400);
    }
  });

  it('a session that ends between the code and its redemption gives nothing, whoever ended it', async () => {
    const ends: ((browser: Browser) => Promise<unknown>)[] = [
      (browser) => browser.visit(`${platform.url}/cas/logout`),
      (browser) => walk.admin('DELETE', `/sessions/${browser.cookie(platform.url, 'latchkey')!.split('-')[0]}`),
    ];
    for (const end of ends) {
      const browser = await signedIn('p9');
      const code = await walk.code(browser, { ...walk.web, scope: 'openid offline_access' });
      await end(browser);
      expect((await walk.redeem(code)).body).not.toContain('access_token');
    }
  });

  it('a person disabled in the middle of a flow gets nothing, nor does their client', async () => {
    const browser = await signedIn('p10');
    const code = await walk.code(browser, { ...walk.web, scope: 'openid offline_access' });
    const tokens = await walk.tokens(browser, { ...walk.web, scope: 'openid offline_access' });
    const { body } = await walk.admin('GET', '/people?search=p10');
    const { subject } = (body as { items: { subject: string }[] }).items[0]!;
    expect((await walk.admin('POST', `/people/${subject}/disable`)).status).toBeLessThan(300);
    const answers = [await walk.redeem(code), await walk.refresh(tokens.refresh_token!, 'web'), await userinfo(tokens.access_token)];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 401]);
    expect((await walk.introspect(tokens.access_token)).active).toBe(false);
    expect(to(await asks(browser, { prompt: 'none' }, walk.web)).searchParams.get('error')).toBe('login_required');
  });

  it('after a change of password the session in which it was made goes on, what other sessions gave does not', async () => {
    const [here, elsewhere] = [await signedIn('p11'), await signedIn('p11')];
    const offline = { ...walk.web, scope: 'openid offline_access' };
    const before = [await walk.tokens(here, offline), await walk.tokens(elsewhere, offline)];
    const inFlight = [await walk.code(here, offline), await walk.code(elsewhere, offline)];
    const page = await here.visit(`${platform.url}/account/password`);
    const changed = await here.submit(page, { current: 'correct horse battery staple', password: 'seven purple giraffes dancing' });
    expect(changed.status).toBe(200);
    for (const { refresh_token } of before) expect((await walk.refresh(refresh_token!, 'web')).status).toBe(400);
    for (const code of inFlight) expect((await walk.redeem(code)).status).toBe(400);
    const after = await walk.tokens(here, offline);
    expect((await walk.refresh(after.refresh_token!, 'web')).status).toBe(200);
    expect(to(await asks(elsewhere, { prompt: 'none' }, walk.web)).searchParams.get('error')).toBe('login_required');
  });

  describe('what an administrator takes away while grants live', () => {
    afterEach(() => apply());

    it('a group: the client of that group issues nothing more to the person', async () => {
      const browser = await signedIn();
      const tokens = await walk.tokens(browser, staff());
      const code = await walk.code(browser, staff());
      await apply((file) => { file.people.find(({ username }) => username === 'ada')!.groups = ['latchkey-admins']; });
      expect((await refreshAs(tokens.refresh_token!, 'staff')).body).not.toContain('access_token');
      expect((await walk.redeem(code, staff())).body).not.toContain('access_token');
      expect((await userinfo(tokens.access_token)).status).toBe(401);
      expect(to(await asks(browser, {}, staff())).searchParams.get('error')).toBe('access_denied');
    });
    it('a scope: it is in no token from now on, and userinfo tells nothing of it', async () => {
      const browser = await signedIn();
      const request = { ...walk.web, scope: 'openid profile email' };
      const tokens = await walk.tokens(browser, request);
      const code = await walk.code(browser, request);
      await apply((file) => { file.clients.find(({ id }) => id === 'web')!['scopes'] = ['openid', 'profile']; });
      const answers = [await walk.refresh(tokens.refresh_token!, 'web'), await walk.redeem(code)].map(({ body }) => JSON.parse(body) as Tokens);
      expect(answers.map((answer) => answer['scope'])).toEqual(['openid profile', 'openid profile']);
      expect((await userinfo(tokens.access_token)).body).not.toContain('email');
    });
    it('a grant type: no refresh, and no more refresh tokens', async () => {
      const browser = await signedIn();
      const tokens = await walk.tokens(browser);
      const code = await walk.code(browser, walk.web);
      await apply((file) => { file.clients.find(({ id }) => id === 'web')!['grantTypes'] = ['authorization_code']; });
      expect(JSON.parse((await walk.refresh(tokens.refresh_token!, 'web')).body)).toMatchObject({ error: 'unauthorized_client' });
      expect((await walk.redeem(code)).body).not.toContain('refresh_token');
    });
    it('a redirect address: a code on its way to it is still for who knows the verifier, a new request shows a page', async () => {
      const browser = await signedIn();
      await apply((file) => { file.clients.find(({ id }) => id === 'web')!['redirectUris'] = [`${APPLICATION}/elsewhere`]; });
      const page = await asks(browser, {}, walk.web);
      expect([page.status, page.headers['location']]).toEqual([400, undefined]);
    });
    it('the secret: the old one opens nothing', async () => {
      const tokens = await walk.tokens(await signedIn());
      await apply((file) => { file.clients.find(({ id }) => id === 'web')!['secret'] = 'another-secret-0123456789-0123456789-01234'; });
      for (const [path, form] of [['/oauth2/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }], ['/oauth2/introspect', { token: tokens.access_token }], ['/oauth2/revoke', { token: tokens.access_token }]] as const) {
        expect((await post(path, form, 'web')).status).toBe(401);
      }
    });
    it('the client itself', async () => {
      const browser = await signedIn();
      const [tokens, code] = [await walk.tokens(browser), await walk.code(browser, walk.web)];
      expect((await walk.admin('DELETE', '/clients/web')).status).toBeLessThan(300);
      await platform.rooms.get('token-issuer')!.runJob('registry');
      expect([(await walk.refresh(tokens.refresh_token!, 'web')).status, (await walk.redeem(code)).status, (await userinfo(tokens.access_token)).status]).toEqual([401, 401, 401]);
      expect((await asks(browser, {}, walk.web)).headers['location']).toBeUndefined();
    });
  });

  describe('a redirect address is the registered one, byte for byte (RFC 9700 §2.1, §4.1.3)', () => {
    const registered = `${APPLICATION}/callback`;
    const family = [
      `${registered}/`, `${registered}?`, `${registered}?a=b`, `${registered}#`, `${registered}#f`, `${registered}%20`, ` ${registered}`, `${registered} `, `${registered}\n`, `${registered}\0`,
      `${registered}/../callback`, `${registered}/.`, `${registered};a`, `${registered}%2f`, `${registered}%3f`, registered.toUpperCase(), registered.replace('http:', 'HTTP:'), registered.replace('http:', 'https:'),
      registered.replace('http://', 'http:/'), registered.replace('http://', 'http:///'), registered.replace('http://', '//'), registered.replace('//', '\\\\'), registered.replace('//', '//user@'), registered.replace('//', '//user:pass@'),
      registered.replace('127.0.0.1', '127.0.0.1.evil.example'), registered.replace('127.0.0.1', 'evil.example'), registered.replace('127.0.0.1', '127.1'), registered.replace('127.0.0.1', '2130706433'), registered.replace('127.0.0.1', '0x7f000001'),
      registered.replace('127.0.0.1', '127.0.0.2'), registered.replace('127.0.0.1', 'localhost'), registered.replace('127.0.0.1', '[::1]'), registered.replace('127.0.0.1', '127.0.0.1.'), registered.replace('127.0.0.1:1', '127.0.0.1:1@evil.example'),
      registered.replace('127.0.0.1:1', '127.0.0.1:1\\@evil.example'), registered.replace('127.0.0.1:1', 'evil.example#@127.0.0.1:1'), registered.replace('127.0.0.1:1', 'evil.example?@127.0.0.1:1'), registered.replace(':1/', ':99999/'), registered.replace(':1/', ':01/'),
      registered.replace(':1/', ':-1/'), registered.replace(':1/', ':/'), registered.replace('callback', 'Callback'), registered.replace('callback', 'call%62ack'), registered.replace('callback', 'callback%00'), `${APPLICATION}//callback`, `${APPLICATION}/./callback`,
      `${APPLICATION}/third`, `${APPLICATION}/`, APPLICATION, '/callback', 'callback', 'javascript:alert(1)', 'data:text/html,x', `javascript:${registered}`, `\u0000${registered}`, registered.replace('callback', 'сallback'),
    ];
    it.each(family)('%j', async (redirectUri) => {
      const page = await asks(await anybody(), {}, { ...walk.web, redirectUri });
      expect([page.status, page.headers['location']]).toEqual([400, undefined]);
      expect(page.body).toContain('data-error="redirect_uri_not_registered"');
    });
    let somebody: Browser | null = null;
    const anybody = async (): Promise<Browser> => (somebody ??= await signedIn());
    it('nor may the redemption name another than the request did', async () => {
      const browser = await anybody();
      for (const redirect_uri of ['', `${registered}/`, `${APPLICATION}/third`, registered.replace(':1/', ':2/')]) {
        const code = await walk.code(browser, walk.web);
        const answer = await walk.token({ grant_type: 'authorization_code', code, redirect_uri, code_verifier: VERIFIER }, { id: 'web', secret: SECRET.web });
        expect(answer.status).toBe(400);
        expect((await walk.redeem(code)).status).toBe(200);
      }
    });
  });

  describe('id_token_hint is an ID token of ours and nothing else (OpenID Connect Core 1.0 §3.1.2.1, RFC 8725 §3.11)', () => {
    it('anything else of ours, or of nobody, hints at nothing and ends no session', async () => {
      const browser = await signedIn();
      const tokens = await walk.tokens(browser);
      const [header, payload, signature] = tokens.id_token!.split('.') as [string, string, string];
      const retyped = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(header, 'base64url').toString()), typ: 'at+jwt' })).toString('base64url');
      const hints = [tokens.access_token, tokens.refresh_token!, new UnsecuredJWT(decodeJwt(tokens.id_token!)).encode(), `${header}.${payload}.`, `${header}.${payload}`, `${retyped}.${payload}.${signature}`, 'x', '.', '..', `${tokens.id_token!}.x`];
      for (const id_token_hint of hints) {
        expect(to(await asks(browser, { id_token_hint, prompt: 'none' }, walk.web)).searchParams.get('error')).toBe('invalid_request');
        const page = await browser.visit(`${platform.url}/oauth2/logout?${new URLSearchParams({ id_token_hint })}`, { follow: false });
        expect([page.status, page.headers['location'], page.headers['set-cookie']]).toEqual([400, undefined, undefined]);
      }
      expect(to(await asks(browser, { id_token_hint: tokens.id_token!, prompt: 'none' }, walk.web)).searchParams.get('code')).not.toBeNull();
    });
    it('of somebody else gives nobody a code', async () => {
      const [ada, grace] = [await signedIn(), await signedIn('grace')];
      const { id_token } = await walk.tokens(ada);
      expect(to(await asks(grace, { id_token_hint: id_token!, prompt: 'none' }, walk.web)).searchParams.get('error')).toBe('login_required');
      expect(to(await asks(grace, { id_token_hint: id_token! }, walk.web)).pathname).toBe('/cas/login');
    });
  });

  describe('opaque tokens', () => {
    const opaque = (file: Declared): void => { file.clients.find(({ id }) => id === 'web')!['accessToken'] = 'opaque'; };
    afterEach(() => apply());
    it('are read by us alone, in one place, whole', async () => {
      await apply(opaque);
      const tokens = await walk.tokens(await signedIn());
      expect(tokens.access_token).toMatch(/^at_/);
      expect((await userinfo(tokens.access_token)).status).toBe(200);
      const turned = [tokens.access_token.slice(3), `AT_${tokens.access_token.slice(3)}`, `${tokens.access_token}A`, tokens.access_token.slice(0, -1), `at_${tokens.access_token}`];
      for (let at = 3; at < tokens.access_token.length; at += 23) turned.push(`${tokens.access_token.slice(0, at)}${tokens.access_token[at] === 'A' ? 'B' : 'A'}${tokens.access_token.slice(at + 1)}`);
      for (const token of turned) expect((await userinfo(token)).status).toBe(401);
      expect((await walk.refresh(tokens.access_token, 'web')).status).toBe(400);
      expect((await walk.redeem(tokens.access_token)).status).toBe(400);
      expect(JSON.parse((await post('/oauth2/introspect', { token: tokens.access_token }, 'other')).body)).toEqual({ active: false });
    });
    it('what else we seal is none: a pending request, a receipt of a sign-out', async () => {
      const browser = await signedIn();
      const pending = to(await asks(browser, { prompt: 'login' }, walk.web)).searchParams.get('pending')!;
      const { id_token } = await walk.tokens(browser);
      const receipt = to(await browser.visit(`${platform.url}/oauth2/logout?${new URLSearchParams({ id_token_hint: id_token! })}`, { follow: false })).searchParams.get('receipt')!;
      for (const sealed of [pending.split('.')[1]!, receipt]) expect((await userinfo(`at_${sealed}`)).status).toBe(401);
      expect((await resume(browser, `${pending.split('.')[0]}.${receipt}`)).status).toBe(400);
    });
  });

  describe('tokens of other clients', () => {
    it('are neither introspected nor revoked, in either form', async () => {
      const tokens = await walk.tokens(await signedIn(), { ...walk.web, scope: 'openid orders:read', extra: { resource: API } });
      for (const token of [tokens.access_token, tokens.refresh_token!]) {
        expect(JSON.parse((await post('/oauth2/introspect', { token }, 'other')).body)).toEqual({ active: false });
        expect((await post('/oauth2/revoke', { token }, 'other')).status).toBe(200);
      }
      expect((await walk.introspect(tokens.access_token)).active).toBe(true);
      expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(200);
    });
    it('a wrong token_type_hint hides nothing (RFC 7009 §2.1, RFC 7662 §2.1)', async () => {
      const tokens = await walk.tokens(await signedIn());
      expect(JSON.parse((await post('/oauth2/introspect', { token: tokens.access_token, token_type_hint: 'refresh_token' }, 'web')).body)).toMatchObject({ active: true });
      await post('/oauth2/revoke', { token: tokens.access_token, token_type_hint: 'refresh_token' }, 'web');
      expect((await walk.refresh(tokens.refresh_token!, 'web')).status).toBe(400);
    });
  });
});
