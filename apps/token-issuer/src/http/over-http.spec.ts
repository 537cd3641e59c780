import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutboundRequest } from '@latchkey/outbound';
import { Browser, launchPlatform, type Launched, type Page } from '@latchkey/testing';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { CHALLENGE, SECRET, VERIFIER } from '../testing/kit.ts';

const CALLBACK = 'http://127.0.0.1:9/callback';
const DECLARATION = `
people:
  - username: ada
    name: Ada Lovelace
    password: correct horse battery staple
    attributes: { email: [ada@example.org] }
resources:
  - id: http://127.0.0.1:9/api
    name: Orders
    scopes: [{ name: "orders:read", description: See orders }]
    introspectedBy: [api]
clients:
  - id: web
    name: Web
    secret: '${SECRET}'
    firstParty: true
    grantTypes: [authorization_code, refresh_token, client_credentials]
    redirectUris: [${CALLBACK}]
    backchannelLogoutUri: http://127.0.0.1:9/backchannel
    postLogoutRedirectUris: ["http://127.0.0.1:9/bye"]
    scopes: [openid, email, "orders:read"]
    resources: ["http://127.0.0.1:9/api"]
  - id: spa
    name: Spa
    authentication: none
    redirectUris: [${CALLBACK}]
    scopes: [openid, email]
  - id: api
    name: Api
    secret: '${SECRET}'
    grantTypes: [client_credentials]
    scopes: []
`;

const sent: OutboundRequest[] = [];
let platform: Launched;
beforeAll(async () => {
  const outbound = { send: async (request: OutboundRequest) => (sent.push(request), { status: 200, headers: {}, body: '' }) };
  platform = await launchPlatform({ declaration: DECLARATION, outbound, environment: { LATCHKEY_CLIENT_FAILURES_PER_MINUTE: '1000' } });
});
afterAll(() => platform.close());

const at = (path: string, parameters: Record<string, string> = {}) => {
  const query = new URLSearchParams(parameters).toString();
  return `${platform.url}${path}${query === '' ? '' : `?${query}`}`;
};
const request = (over: Record<string, string> = {}) => ({
  ...{ client_id: 'web', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email', state: 's', nonce: 'n' },
  ...{ code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  ...over,
});
const away = (url: string) => url.startsWith('http://127.0.0.1:9/');
const locationOf = (page: Page) => new URL(String(page.headers['location']), page.url);
const basic = (id: string, secret = SECRET) => ({ authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(secret).replaceAll('%20', '+')}`).toString('base64')}` });
const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  new Browser().visit(at(path), { method: 'POST', form, headers, follow: false });

async function signedIn(over: Record<string, string> = {}): Promise<{ browser: Browser; code: string; page: Page }> {
  const browser = new Browser();
  const form = await browser.visit(at('/oauth2/authorize', request(over)));
  const page = await browser.submit(form, { login: 'ada', password: 'correct horse battery staple' }, { until: away });
  return { browser, page, code: locationOf(page).searchParams.get('code') ?? '' };
}
async function tokens(code: string): Promise<Record<string, string>> {
  const page = await post('/oauth2/token', { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER }, basic('web'));
  return JSON.parse(page.body) as Record<string, string>;
}

describe('a sign-in over HTTP (OpenID Connect Core 1.0 §3.1)', () => {
  it('goes from the request by the sign-in page back to the client, and its tokens hold', async () => {
    const { page, code } = await signedIn();
    expect(Object.fromEntries(locationOf(page).searchParams)).toEqual({ code, state: 's', iss: platform.url });
    expect(page.status).toBe(303);
    const given = await tokens(code);
    const discovery = JSON.parse((await new Browser().visit(at('/.well-known/openid-configuration'))).body) as { jwks_uri: string };
    const keys = JSON.parse((await new Browser().visit(discovery.jwks_uri)).body) as Parameters<typeof createLocalJWKSet>[0];
    expect(keys.keys.length).toBeGreaterThanOrEqual(4);
    const set = createLocalJWKSet(keys);
    const idToken = await jwtVerify(given['id_token']!, set, { issuer: platform.url, audience: 'web', algorithms: ['RS256'] });
    expect(idToken.payload).toMatchObject({ nonce: 'n' });
    await jwtVerify(given['access_token']!, set, { issuer: platform.url, audience: platform.url, typ: 'at+jwt' });
    const userinfo = await new Browser().visit(at('/oauth2/userinfo'), { headers: { authorization: `Bearer ${given['access_token']}` } });
    expect(JSON.parse(userinfo.body)).toEqual({ sub: idToken.payload.sub, email: 'ada@example.org' });
  });

  it('asks nothing the second time, and comes back by POST as well (cookies of a cross-site POST stay home)', async () => {
    const { browser } = await signedIn();
    const page = await browser.visit(at('/oauth2/authorize'), { method: 'POST', form: request(), headers: { origin: 'https://elsewhere.example' }, until: away });
    expect(locationOf(page).searchParams.get('code')).not.toBeNull();
    const form = await browser.visit(at('/oauth2/authorize', request({ response_mode: 'form_post' })));
    expect(form.body).toContain(`action="${CALLBACK}"`);
    expect(form.headers['content-security-policy']).toContain("form-action 'self' http://127.0.0.1:9");
  });

  it('shows the sign-in page again for prompt=login, and lets the person cancel', async () => {
    const { browser } = await signedIn();
    const form = await browser.visit(at('/oauth2/authorize', request({ prompt: 'login' })));
    expect(form.url).toContain('/cas/login');
    expect(form.body).toMatch(/type="password"/);
    const back = await browser.submit(form, { login: 'ada', password: 'correct horse battery staple' }, { until: away });
    expect(locationOf(back).searchParams.get('code')).not.toBeNull();
    const pending = new URL(form.url).searchParams.get('pending')!;
    const cancelled = await browser.visit(at('/oauth2/authorize', { pending, cancel: '1' }), { until: away });
    expect(Object.fromEntries(locationOf(cancelled).searchParams)).toMatchObject({ error: 'access_denied', state: 's' });
  });

  it('of another browser is an error page, never a redirect', async () => {
    const victim = new Browser();
    const form = await victim.visit(at('/oauth2/authorize', request()));
    const stolen = await new Browser().visit(form.url.replace('/cas/login', '/oauth2/authorize'), { follow: false });
    expect(stolen.status).toBe(400);
    expect(stolen.headers['location']).toBeUndefined();
    expect(stolen.body).toContain('data-error="pending_request_foreign"');
  });

  it.each([
    ['redirect_uri is not registered for this client', { redirect_uri: 'https://evil.example/"><script>' }],
    ['redirect_uri is missing', { redirect_uri: '' }],
  ])('with a bad address shows the fixed phrase: %s', async (phrase, over) => {
    const page = await new Browser().visit(at('/oauth2/authorize', request(over)), { follow: false });
    expect([page.status, page.headers['location']]).toEqual([400, undefined]);
    expect(page.body).toContain(phrase);
    expect(page.body).not.toContain('evil.example');
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
  });
});

describe('what leaves over HTTP', () => {
  it('are JSON errors with their status and headers (RFC 6749 §5.2, RFC 6750 §3)', async () => {
    const wrong = await post('/oauth2/token', { grant_type: 'client_credentials' }, basic('web', 'wrong'));
    expect(wrong.status).toBe(401);
    expect(wrong.headers).toMatchObject({ 'www-authenticate': expect.stringMatching(/^Basic /), 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(JSON.parse(wrong.body)).toMatchObject({ error: 'invalid_client' });
    const repeated = await new Browser().visit(at('/oauth2/token'), { method: 'POST', form: new URLSearchParams('grant_type=a&grant_type=a'), headers: basic('web') });
    expect([repeated.status, JSON.parse(repeated.body).error]).toEqual([400, 'invalid_request']);
    const query = await new Browser().visit(at('/oauth2/token', { client_secret: 'x' }), { method: 'POST', form: { grant_type: 'x' } });
    expect([query.status, JSON.parse(query.body).error]).toEqual([400, 'invalid_request']);
    const json = await new Browser().visit(at('/oauth2/token'), { method: 'POST', json: {} });
    expect([json.status, JSON.parse(json.body).error]).toEqual([400, 'invalid_request']);
    const large = await post('/oauth2/token', { grant_type: 'x'.repeat(70_000) });
    expect([large.status, JSON.parse(large.body).error]).toEqual([413, 'invalid_request']);
    const bare = await new Browser().visit(at('/oauth2/userinfo'));
    expect([bare.status, bare.headers['www-authenticate']]).toEqual([401, 'Bearer realm="latchkey"']);
    const bad = await new Browser().visit(at('/oauth2/userinfo'), { headers: { authorization: 'Bearer x' } });
    expect([bad.status, bad.headers['www-authenticate']]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
  });

  it('is readable for anybody where it is public, for origins of clients where it is theirs (security.md 4.4)', async () => {
    const visit = (path: string, origin: string, method: 'GET' | 'POST' = 'GET') => new Browser().visit(at(path), { method, headers: { origin }, ...(method === 'POST' ? { form: { a: 'b' } } : {}) });
    for (const path of ['/oauth2/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
      expect((await visit(path, 'https://any.example')).headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': expect.stringContaining('max-age'), 'cross-origin-resource-policy': 'cross-origin' });
    }
    expect((await visit('/oauth2/token', 'http://127.0.0.1:9', 'POST')).headers['access-control-allow-origin']).toBe('http://127.0.0.1:9');
    expect((await visit('/oauth2/token', 'https://any.example', 'POST')).headers['access-control-allow-origin']).toBeUndefined();
    expect((await visit('/oauth2/authorize', 'http://127.0.0.1:9')).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is never a private key', async () => {
    expect((await new Browser().visit(at('/oauth2/jwks'))).body).not.toMatch(/"(d|p|q|dp|dq|qi|k)":/);
  });
});

describe('sign-out over HTTP (RP-Initiated Logout 1.0)', () => {
  it('by the client with its ID token ends the session and returns with state', async () => {
    const { browser, code } = await signedIn();
    const given = await tokens(code);
    const parameters = { id_token_hint: given['id_token']!, post_logout_redirect_uri: 'http://127.0.0.1:9/bye', state: 'x' };
    const page = await browser.visit(at('/oauth2/logout', parameters), { until: away });
    expect(locationOf(page).href).toBe('http://127.0.0.1:9/bye?state=x');
    const userinfo = await new Browser().visit(at('/oauth2/userinfo'), { headers: { authorization: `Bearer ${given['access_token']}` } });
    expect(userinfo.status).toBe(401);
    expect((await browser.visit(at('/oauth2/authorize', request({ prompt: 'none' })), { until: away })).headers['location']).toContain('login_required');
  });

  it('without a hint asks, then says who is told', async () => {
    const { browser, code } = await signedIn();
    await tokens(code);
    const question = await browser.visit(at('/oauth2/logout'));
    expect(question.status).toBe(200);
    const forged = await new Browser().submit(question, {});
    expect(forged.body).toContain('data-error="form_not_ours"');
    const done = await browser.submit(question, {});
    expect(done.url).toContain('/oauth2/signed-out?receipt=');
    expect(done.body).toContain('Signed out');
    expect(done.body).toContain('Web');
  });

  it('reaches the client by its back channel, and the page says so (Back-Channel Logout 1.0 §2.5)', async () => {
    const { browser, code } = await signedIn();
    const { sid } = decodeJwt((await tokens(code))['id_token']!);
    let page = await browser.submit(await browser.visit(at('/oauth2/logout')), {});
    const tellings = () => sent.map(({ body }) => decodeJwt(new URLSearchParams(body).get('logout_token')!)).filter((claims) => claims['sid'] === sid);
    while (tellings().length === 0 || !page.body.includes('data-state="told"')) page = await browser.visit(page.url);
    expect(tellings()).toHaveLength(1);
  });
});

describe('what a request may cost (design, section 9)', () => {
  const cost = async <T>(work: () => Promise<T>) => {
    platform.counts.reset();
    const result = await work();
    const { asks, trips, statements } = platform.counts;
    return { result, asks: [...asks], trips: [...trips], statements: [...statements] };
  };
  const sizes = ({ asks, trips, statements }: { asks: string[]; trips: string[]; statements: string[] }) => [asks.length, trips.length, statements.length];

  it('authorize, code, refresh, introspection, userinfo and client_credentials keep to the table', async () => {
    const { browser } = await signedIn();
    const authorize = await cost(() => browser.visit(at('/oauth2/authorize', request({ scope: 'openid email orders:read' })), { until: away, follow: false }));
    expect(sizes(authorize)).toEqual([0, 2, 0]);
    const redeemed = await cost(() => tokens(locationOf(authorize.result).searchParams.get('code')!));
    expect(sizes(redeemed)).toEqual([0, 2, 1]);
    const form = { grant_type: 'refresh_token', refresh_token: redeemed.result['refresh_token']! };
    const refreshed = await cost(() => post('/oauth2/token', form, basic('web')));
    expect(refreshed.result.status).toBe(200);
    expect(sizes(refreshed)).toEqual([0, 1, 1]);
    const introspected = await cost(() => post('/oauth2/introspect', { token: redeemed.result['access_token']! }, basic('api')));
    expect(JSON.parse(introspected.result.body)).toMatchObject({ active: true });
    expect(sizes(introspected)).toEqual([0, 1, 1]);
    const userinfo = await cost(() => new Browser().visit(at('/oauth2/userinfo'), { headers: { authorization: `Bearer ${redeemed.result['access_token']}` } }));
    expect(userinfo.result.status).toBe(200);
    expect(userinfo.asks).toHaveLength(1);
    expect(userinfo.trips).toHaveLength(1);
    expect(userinfo.statements.filter((statement) => statement.startsWith('token'))).toHaveLength(1);
    const own = await cost(() => post('/oauth2/token', { grant_type: 'client_credentials', scope: 'orders:read' }, basic('web')));
    expect(own.result.status).toBe(200);
    expect(sizes(own)).toEqual([0, 0, 0]);
  });
});

it('the verifier of these tests is the one of their challenge', () => {
  expect(createHash('sha256').update(VERIFIER).digest('base64url')).toBe(CHALLENGE);
});
