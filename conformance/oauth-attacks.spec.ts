import { createHash, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '@latchkey/testing';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import { Application } from './platform/application.ts';
import { API, SECRET, declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { eventually } from './platform/eventually.ts';
import { VERIFIER, Walk, type Tokens } from './platform/walk.ts';

describe('attacks on the authorization server', () => {
  let application: Application;
  let platform: Deployment;
  let walk: Walk;
  let browser: Browser;
  let web: Tokens;
  let third: Tokens;

  beforeAll(async () => {
    application = await Application.start();
    platform = await deploy({ declaration: declaration({ application: application.url, people: 2 }) });
    walk = new Walk(platform, application.url);
    browser = new Browser();
    await walk.signIn(browser);
    web = await walk.tokens(browser);
    third = await walk.tokens(browser, walk.third);
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  const basic = (id: string, secret: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });
  const errorOf = (page: Page): unknown => (JSON.parse(page.body) as { error?: unknown }).error;
  const userinfo = (token: string): Promise<Page> => new Browser().visit(`${platform.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
  const authorize = (extra: Record<string, string>, who = browser): Promise<Page> => who.visit(walk.authorizeUrl({ ...walk.web, extra }), { follow: false });
  const back = (page: Page): URLSearchParams => {
    const location = String(page.headers['location'] ?? '');
    expect(location.startsWith(walk.web.redirectUri)).toBe(true);
    const answer = new URL(location).searchParams;
    expect(answer.get('iss')).toBe(platform.url);
    return answer;
  };
  const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> =>
    new Browser().visit(`${platform.url}${path}`, { method: 'POST', form: fields, headers, follow: false });

  describe('a value of one kind or client is nothing to another (security.md 2, shared key space)', () => {
    it('a code at another client', async () => {
      const code = await walk.code(browser, walk.web);
      const stolen = await walk.token({ grant_type: 'authorization_code', code, redirect_uri: walk.web.redirectUri, code_verifier: VERIFIER }, { id: 'other', secret: SECRET.other });
      expect([stolen.status, errorOf(stolen)]).toEqual([400, 'invalid_grant']);
      expect((await walk.redeem(code)).status).toBe(200);
    });
    it('a refresh token at another client, which does no harm to its owner', async () => {
      const stolen = await walk.refresh(web.refresh_token!, 'third');
      expect([stolen.status, errorOf(stolen)]).toEqual([400, 'invalid_grant']);
      expect((await walk.refresh(web.refresh_token!, 'web')).status).toBe(200);
    });
    it.each(['access_token', 'id_token'] as const)('an %s in place of a refresh token or a code', async (kind) => {
      const asRefresh = await walk.refresh(String(web[kind]), 'web');
      expect([asRefresh.status, errorOf(asRefresh)]).toEqual([400, 'invalid_grant']);
      const asCode = await walk.redeem(String(web[kind]));
      expect([asCode.status, errorOf(asCode)]).toEqual([400, 'invalid_grant']);
    });
    it.each(['refresh_token', 'id_token'] as const)('a %s in place of an access token (RFC 9068 §4)', async (kind) => {
      const page = await userinfo(String(web[kind]));
      expect(page.status).toBe(401);
      expect(page.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token"/);
    });
    it('a token for another resource at userinfo (RFC 8707 §2)', async () => {
      const code = await walk.code(browser, { ...walk.web, scope: 'openid orders:read', extra: { resource: API } });
      const fields = { grant_type: 'authorization_code', code, redirect_uri: walk.web.redirectUri, code_verifier: VERIFIER, resource: API };
      const tokens = JSON.parse((await walk.token(fields, { id: 'web', secret: SECRET.web })).body) as Tokens;
      expect(decodeJwt(tokens.access_token).aud).toEqual(API);
      expect((await userinfo(tokens.access_token)).status).toBe(401);
    });
    it.each(['access_token', 'id_token'] as const)('an %s of a person at the admin API', async (kind) => {
      const page = await new Browser().visit(`${platform.url}/admin/v1/people`, { headers: { authorization: `Bearer ${String(web[kind])}` } });
      expect([401, 403]).toContain(page.status);
    });
  });

  describe('forged tokens (RFC 8725 §3.1)', () => {
    const claims = (): Record<string, unknown> => ({ ...decodeJwt(web.access_token), scope: 'openid profile email' });
    it('without a signature', async () => expect((await userinfo(new UnsecuredJWT(claims()).encode())).status).toBe(401));
    it.each(['ES256', 'HS256'] as const)('signed %s by a stranger, under a key id of ours', async (alg) => {
      const { kid } = decodeProtectedHeader(web.access_token);
      const jwks = (await new Browser().visit(`${platform.url}/oauth2/jwks`)).body;
      // HS256 with our public key as the secret is the confusion of RFC 8725 §2.1.
      const key = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createHash('sha256').update(jwks).digest();
      const forged = await new SignJWT(claims()).setProtectedHeader({ alg, typ: 'at+jwt', ...(kind(kid) ? { kid } : {}) }).sign(key);
      expect((await userinfo(forged)).status).toBe(401);
    });
    it('one changed byte', async () => {
      const [header, payload, signature] = web.access_token.split('.') as [string, string, string];
      const changed = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'somebody-else' })).toString('base64url');
      expect((await userinfo(`${header}.${changed}.${signature}`)).status).toBe(401);
    });
  });

  describe('PKCE cannot be left out or weakened (RFC 7636 §4, RFC 9700 §2.1.1)', () => {
    it.each([
      ['no challenge', { code_challenge: '', code_challenge_method: '' }],
      ['plain', { code_challenge_method: 'plain' }],
      ['a challenge that is none', { code_challenge: 'short' }],
    ])('%s is refused', async (_how, extra) => expect(back(await authorize(extra)).get('error')).toBe('invalid_request'));
    it.each([undefined, '', 'x'.repeat(43), 'x'.repeat(200)])('verifier %p redeems nothing', async (verifier) => {
      const code = await walk.code(browser, walk.web);
      const fields = { grant_type: 'authorization_code', code, redirect_uri: walk.web.redirectUri, ...(verifier === undefined ? {} : { code_verifier: verifier }) };
      const answer = await walk.token(fields, { id: 'web', secret: SECRET.web });
      expect(answer.status).toBe(400);
      expect((await walk.redeem(code)).status).toBe(200);
    });
  });

  describe('prompt and max_age (OpenID Connect Core 1.0 §3.1.2.1)', () => {
    it('none without a session is login_required, by redirect', async () => expect(back(await authorize({ prompt: 'none' }, new Browser())).get('error')).toBe('login_required'));
    it('none with another value is invalid_request', async () => expect(back(await authorize({ prompt: 'none login' })).get('error')).toBe('invalid_request'));
    it.each([{ prompt: 'login' }, { max_age: '0' }])('%p asks for the password again, and the session alone does not answer it', async (extra) => {
      const page = await authorize(extra as unknown as Record<string, string>);
      const login = new URL(String(page.headers['location']), platform.url);
      expect(login.pathname).toBe('/cas/login');
      const pending = login.searchParams.get('pending')!;
      const again = await browser.visit(`${platform.url}/oauth2/authorize?pending=${encodeURIComponent(pending)}`, { follow: false });
      expect(new URL(String(again.headers['location']), platform.url).pathname).toBe('/cas/login');
    });
    it.each(['-1', 'abc', '1e3', '99999999999999999999'])('max_age %s is never taken for fresh enough', async (max_age) => {
      const page = await authorize({ max_age });
      const location = String(page.headers['location'] ?? '');
      if (max_age.startsWith('9')) expect(page.status).toBeLessThan(500);
      else expect(new URL(location).searchParams.get('error')).toBe('invalid_request');
    });
  });

  describe('a pending request is data of one browser (design §5)', () => {
    const pendingOf = async (who: Browser): Promise<string> => {
      const page = await authorize({}, who);
      return new URL(String(page.headers['location']), platform.url).searchParams.get('pending')!;
    };
    const resume = (who: Browser, pending: string): Promise<Page> => who.visit(`${platform.url}/oauth2/authorize?${new URLSearchParams({ pending })}`, { follow: false });

    it('a changed byte anywhere is an error page, never a redirect', async () => {
      const who = new Browser();
      const pending = await pendingOf(who);
      for (let at = 0; at < pending.length; at += 17) {
        const broken = `${pending.slice(0, at)}${pending[at] === 'A' ? 'B' : 'A'}${pending.slice(at + 1)}`;
        const page = await resume(who, broken);
        expect([at, page.status >= 400, page.headers['location']]).toEqual([at, true, undefined]);
      }
    });
    it('the interaction of another request does not fit', async () => {
      const who = new Browser();
      const [one, two] = [await pendingOf(who), await pendingOf(who)];
      const page = await resume(who, `${one.split('.')[0]}.${two.split('.').slice(1).join('.')}`);
      expect([page.status >= 400, page.headers['location']]).toEqual([true, undefined]);
    });
    it('the cancel link answers the client of the request, and nobody else', async () => {
      const who = new Browser();
      const pending = await pendingOf(who);
      const page = await who.visit(`${platform.url}/oauth2/authorize?${new URLSearchParams({ pending, cancel: '1' })}`, { follow: false });
      expect(back(page).get('error')).toBe('access_denied');
      const stranger = await new Browser().visit(`${platform.url}/oauth2/authorize?${new URLSearchParams({ pending, cancel: '1' })}`, { follow: false });
      expect(stranger.headers['location']).toBeUndefined();
    });
  });

  describe('more than was granted', () => {
    it.each([
      ['scope', { scope: 'openid profile email' }, 'invalid_scope'],
      ['resource', { resource: API }, 'invalid_target'],
    ])('%s cannot grow at a refresh (RFC 6749 §6, RFC 8707 §2.2)', async (_what, more, error) => {
      const answer = await walk.token({ grant_type: 'refresh_token', refresh_token: web.refresh_token!, ...more }, { id: 'web', secret: SECRET.web });
      expect([answer.status, [error, 'invalid_grant'].includes(String(errorOf(answer)))]).toEqual([400, true]);
    });
    it('a client asks for a scope it was not given', async () => {
      const answer = await walk.token({ grant_type: 'client_credentials', scope: 'admin', resource: `${platform.url}/admin` }, { id: 'robot', secret: SECRET.service });
      expect(answer.status).toBe(400);
    });
    it('a client uses a grant type it was not given', async () => {
      const answer = await walk.token({ grant_type: 'client_credentials', scope: 'openid' }, { id: 'web', secret: SECRET.web });
      expect([answer.status, errorOf(answer)]).toEqual([400, 'unauthorized_client']);
    });
  });

  describe('client authentication (RFC 6749 §2.3)', () => {
    const fields = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    it.each([
      ['a wrong secret', {}, () => basic('robot', 'wrong')],
      ['no secret', {}, () => basic('robot', '')],
      ['an unknown client', {}, () => basic('nobody', 'x')],
      ['two methods at once', { client_id: 'robot', client_secret: SECRET.service }, () => basic('robot', SECRET.service)],
      ['the secret in the body for a client of the header', { client_id: 'robot', client_secret: SECRET.service }, () => ({})],
      ['a confidential client by its name alone', { client_id: 'robot' }, () => ({})],
      ['two names', { client_id: 'web' }, () => basic('robot', SECRET.service)],
      ['broken base64', {}, () => ({ authorization: 'Basic %%%' })],
      ['no colon', {}, () => ({ authorization: `Basic ${Buffer.from('robot').toString('base64')}` })],
    ])('%s is refused and gives no token', async (_how, more, headers) => {
      const answer = await form('/oauth2/token', { ...fields, ...more } as Record<string, string>, headers());
      expect([400, 401]).toContain(answer.status);
      expect(['invalid_client', 'invalid_request']).toContain(errorOf(answer));
      expect(answer.body).not.toContain('access_token');
    });
    it('the same answer for an unknown client and a wrong secret', async () => {
      const [unknown, wrong] = [await form('/oauth2/token', fields, basic('nobody', 'x')), await form('/oauth2/token', fields, basic('robot', 'x'))];
      expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
    });
  });

  describe('what others hold is not told', () => {
    it('introspection by a client that a token is not for says inactive (RFC 7662 §2.2)', async () => {
      const page = await form('/oauth2/introspect', { token: web.access_token }, basic('other', SECRET.other));
      expect(JSON.parse(page.body)).toEqual({ active: false });
    });
    it('introspection without authentication is refused', async () => expect((await form('/oauth2/introspect', { token: web.access_token })).status).toBe(401));
    it('revocation by another client revokes nothing (RFC 7009 §2.1)', async () => {
      await form('/oauth2/revoke', { token: web.refresh_token! }, basic('other', SECRET.other));
      expect((await walk.refresh(web.refresh_token!, 'web')).status).toBe(200);
    });
    it('revocation of what never was is 200 (RFC 7009 §2.2)', async () => expect((await form('/oauth2/revoke', { token: 'nothing' }, basic('web', SECRET.web))).status).toBe(200));
  });

  describe('sign-out (OpenID Connect RP-Initiated Logout 1.0 §2, §3)', () => {
    const logout = (fields: Record<string, string>, who: Browser): Promise<Page> => who.visit(`${platform.url}/oauth2/logout?${new URLSearchParams(fields)}`, { follow: false });
    const evil = 'https://evil.example/';
    it.each([
      ['a foreign address', async () => ({ id_token_hint: web.id_token!, post_logout_redirect_uri: evil })],
      ['an address with more behind it', async () => ({ id_token_hint: web.id_token!, post_logout_redirect_uri: `${application.url}/bye?x=1` })],
      ['an address of another client', async () => ({ id_token_hint: third.id_token!, post_logout_redirect_uri: `${application.url}/bye` })],
      ['a hint without a signature', async () => ({ id_token_hint: new UnsecuredJWT(decodeJwt(web.id_token!)).encode(), post_logout_redirect_uri: `${application.url}/bye` })],
      ['no hint at all', async () => ({ post_logout_redirect_uri: evil })],
    ])('%s is led to by nobody, and ends no session unasked', async (_what, fields) => {
      const page = await logout(await fields(), browser);
      expect(page.headers['location'] === undefined || !String(page.headers['location']).startsWith('http')).toBe(true);
      expect((await browser.visit(`${platform.url}/account`)).body).not.toContain('name="password"');
    });
    it('a hint of another person asks before it signs anybody out', async () => {
      const other = new Browser();
      await walk.signIn(other, 'grace');
      await logout({ id_token_hint: web.id_token!, post_logout_redirect_uri: `${application.url}/bye` }, other);
      expect((await other.visit(`${platform.url}/account`)).body).not.toContain('name="password"');
    });
  });

  describe('transport', () => {
    it('tokens are never cached (RFC 6749 §5.1)', async () => {
      const answer = await walk.token({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }, { id: 'robot', secret: SECRET.service });
      expect([answer.headers['cache-control'], answer.headers['pragma']]).toEqual(['no-store', 'no-cache']);
    });
    it.each(['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke'])('GET %s gives nothing', async (path) => expect([404, 405]).toContain((await new Browser().visit(`${platform.url}${path}?grant_type=client_credentials`)).status));
    it('credentials in the address of the token endpoint are not read', async () => {
      const page = await new Browser().visit(`${platform.url}/oauth2/token?client_id=robot&client_secret=${SECRET.service}&grant_type=client_credentials`, { method: 'POST', form: {} });
      expect(page.status).toBeGreaterThanOrEqual(400);
    });
    it('JSON at the token endpoint is no request', async () => {
      const page = await new Browser().visit(`${platform.url}/oauth2/token`, { method: 'POST', json: { grant_type: 'client_credentials' }, headers: basic('robot', SECRET.service) });
      expect([400, 415]).toContain(page.status);
    });
    it('no other site reads an authorization, sign-in or consent answer', async () => {
      for (const path of ['/oauth2/authorize', '/cas/login', '/consent', '/account']) {
        const page = await new Browser().visit(`${platform.url}${path}`, { headers: { origin: 'https://evil.example' }, follow: false });
        expect(page.headers['access-control-allow-origin']).toBeUndefined();
      }
    });
    it('an access token in the query of userinfo is not read (RFC 9700 §4.3.2)', async () => {
      expect((await new Browser().visit(`${platform.url}/oauth2/userinfo?access_token=${web.access_token}`)).status).toBe(401);
    });
  });

  it('a client that was switched off issues nothing and its tokens are dead, within a second', async () => {
    const mine = await walk.tokens(browser);
    const { entry } = (await walk.admin('GET', '/clients/web')).body as { entry: object };
    expect((await walk.admin('PUT', '/clients/web', { ...entry, enabled: false })).status).toBe(200);
    await eventually(async () => expect((await walk.refresh(mine.refresh_token!, 'web')).status).toBeGreaterThanOrEqual(400), 1_000);
    expect((await userinfo(mine.access_token)).status).toBe(401);
    const page = await authorize({});
    expect([page.status >= 400, page.headers['location']]).toEqual([true, undefined]);
  });
});

function kind(kid: unknown): kid is string {
  return typeof kid === 'string';
}
