import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '@latchkey/testing';
import { declaration, SECRET } from './platform/declaration.ts';
import { SHAPE, deploy, type Deployment } from './platform/deploy.ts';
import { CHALLENGE, Walk, type Tokens } from './platform/walk.ts';

const APPLICATION = 'http://127.0.0.1:1';
const SPA = 'https://spa.example.org';

const REFUSALS = [400, 401, 413, 415];

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

describe('the authorization server as an HTTP server', () => {
  let platform: Deployment;
  let walk: Walk;
  let tokens: Tokens;

  beforeAll(async () => {
    const file = JSON.parse(declaration({ application: APPLICATION })) as { clients: object[] };
    file.clients.push({ id: 'spa', name: 'Spa', authentication: 'none', firstParty: true, redirectUris: [`${SPA}/cb`], grantTypes: ['authorization_code', 'refresh_token'] });
    platform = await deploy({ declaration: JSON.stringify(file), environment: { LATCHKEY_CLIENT_FAILURES_PER_MINUTE: '100000' } });
    walk = new Walk(platform, APPLICATION);
    const browser = new Browser();
    await walk.signIn(browser);
    tokens = await walk.tokens(browser);
  });
  afterAll(() => platform?.close());

  function send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
    const { host, port } = new URL(platform.url);
    const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers: { host, accept: '*/*', ...form, ...headers } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
  const basic = (id: string, secret: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });

  describe('another method is 405 and says which to use (RFC 9110 §15.5.6)', () => {
    const allowed: [string, string][] = [
      ['/oauth2/token', 'POST, OPTIONS'],
      ['/oauth2/introspect', 'POST'],
      ['/oauth2/revoke', 'POST, OPTIONS'],
      ['/oauth2/userinfo', 'GET, HEAD, POST, OPTIONS'],
      ['/oauth2/authorize', 'GET, HEAD, POST'],
      ['/oauth2/logout', 'GET, HEAD, POST'],
      ['/oauth2/logout/confirm', 'POST'],
      ['/oauth2/signed-out', 'GET, HEAD'],
      ['/oauth2/jwks', 'GET, HEAD'],
      ['/.well-known/openid-configuration', 'GET, HEAD'],
    ];
    it.each(allowed)('%s: %s', async (path, allow) => {
      // nginx answers TRACE itself: such a request never comes to us through it.
      const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', ...(SHAPE === 'embedded' ? ['TRACE'] : [])];
      for (const method of methods) {
        const answer = await send(method, path);
        if (allow.split(', ').includes(method)) expect([method, answer.status === 405]).toEqual([method, false]);
        else expect([method, answer.status, answer.headers['allow']]).toEqual([method, 405, allow]);
      }
    });
    it('what is not there is 404', async () => expect((await send('GET', '/oauth2/nothing')).status).toBe(404));
  });

  describe('userinfo challenges (RFC 6750 §3, §3.1)', () => {
    it.each([undefined, 'Basic d2ViOng=', 'DPoP abc', 'Bearerabc def'])('%j is no bearer token: 401 without an error code', async (authorization) => {
      const answer = await send('GET', '/oauth2/userinfo', authorization === undefined ? {} : { authorization });
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="latchkey"']);
    });
    it.each(['Bearer', 'Bearer a b', 'Bearer é'])('%j is malformed: 400 invalid_request, with the scheme', async (authorization) => {
      const answer = await send('GET', '/oauth2/userinfo', { authorization: Buffer.from(authorization).toString('latin1') });
      expect(answer.status).toBe(400);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="latchkey", error="invalid_request"/);
    });
    it('two tokens, or one token twice: 400', async () => {
      for (const body of [`access_token=${tokens.access_token}&access_token=${tokens.access_token}`, 'access_token=a&access_token=']) {
        expect((await send('POST', '/oauth2/userinfo', {}, body)).status).toBe(400);
      }
      expect((await send('POST', '/oauth2/userinfo', { authorization: `Bearer ${tokens.access_token}` }, `access_token=${tokens.access_token}`)).status).toBe(400);
    });
    it('a dead token: 401 invalid_token; one without openid: 403 with the scope that it takes', async () => {
      expect((await send('GET', '/oauth2/userinfo', { authorization: 'Bearer x.y.z' })).headers['www-authenticate']).toContain('error="invalid_token"');
      const browser = new Browser();
      await walk.signIn(browser);
      const { access_token } = await walk.tokens(browser, { ...walk.web, scope: 'profile' });
      const answer = await send('GET', '/oauth2/userinfo', { authorization: `Bearer ${access_token}` });
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([403, expect.stringMatching(/error="insufficient_scope".*scope="openid"/)]);
    });
  });

  describe('other origins (security.md 4.4)', () => {
    const cors = (answer: Answer): unknown => answer.headers['access-control-allow-origin'];
    it('an answer to a client is for its own origins, not for those of another client', async () => {
      const own = await send('POST', '/oauth2/token', { origin: SPA }, 'grant_type=refresh_token&refresh_token=x&client_id=spa');
      const other = await send('POST', '/oauth2/token', { origin: APPLICATION }, 'grant_type=refresh_token&refresh_token=x&client_id=spa');
      expect([cors(own), cors(other), other.headers['vary']]).toEqual([SPA, undefined, 'Origin']);
      const userinfo = (origin: string): Promise<Answer> => send('GET', '/oauth2/userinfo', { origin, authorization: `Bearer ${tokens.access_token}` });
      expect([cors(await userinfo(APPLICATION)), cors(await userinfo(SPA))]).toEqual([APPLICATION, undefined]);
      const revoke = (origin: string): Promise<Answer> => send('POST', '/oauth2/revoke', { origin }, 'client_id=spa&token=x');
      expect([cors(await revoke(SPA)), cors(await revoke(APPLICATION))]).toEqual([SPA, undefined]);
    });
    it.each(['https://evil.example', 'null', 'https://spa.example.org.evil.example', 'http://spa.example.org', 'https://spa.example.org:444', `${SPA}/`])('%s reads nothing', async (origin) => {
      for (const path of ['/oauth2/token', '/oauth2/revoke', '/oauth2/userinfo']) {
        expect([path, cors(await send('OPTIONS', path, { origin })), cors(await send('POST', path, { origin }, 'client_id=spa'))]).toEqual([path, undefined, undefined]);
      }
    });
    it('cookies never count across origins', async () => {
      for (const path of ['/oauth2/token', '/oauth2/userinfo', '/oauth2/jwks', '/oauth2/authorize', '/oauth2/logout', '/oauth2/introspect']) {
        for (const method of ['GET', 'POST', 'OPTIONS']) expect((await send(method, path, { origin: SPA })).headers['access-control-allow-credentials']).toBeUndefined();
      }
    });
  });

  describe('odd parameters lead nowhere but to the registered address, and never to a 500 (RFC 6749 §3.1, §4.1.2.1)', () => {
    const request = { client_id: 'web', redirect_uri: `${APPLICATION}/callback`, response_type: 'code', scope: 'openid', state: 's', nonce: 'n', code_challenge: CHALLENGE, code_challenge_method: 'S256', prompt: 'none' };
    const names = [...Object.keys(request), 'response_mode', 'max_age', 'id_token_hint', 'login_hint', 'resource', 'claims', 'request', 'request_uri', 'registration', 'acr_values', 'ui_locales', 'display', 'pending', 'cancel', 'interaction', '__proto__', 'constructor'];
    const values = ['', '%00', '%ff%fe', '%', '%zz', '+', '%0d%0aLocation:%20https://evil.example', '%3Cscript%3Ealert(1)%3C/script%3E', '%F0%9F%94%91', '%ED%A0%80', '[]', '{}', 'null', 'a'.repeat(5_000), '../../etc', 'https://evil.example/', '-1', '1e999'];
    const leads = (answer: Answer): void => {
      const location = answer.headers['location'];
      expect([200, 303, 400, 413, 429]).toContain(answer.status);
      if (location === undefined) return;
      expect(String(location)).toMatch(/^(http:\/\/127\.0\.0\.1:1\/callback[?#]|\/cas\/login\?pending=|\/oauth2\/signed-out$)/);
      expect(String(location)).not.toMatch(/[\r\n\0]/);
    };
    it.each(names)('%s at /oauth2/authorize', async (name) => {
      const others = Object.entries(request).filter(([other]) => other !== name).map(([other, value]) => `${other}=${encodeURIComponent(value)}`).join('&');
      for (const value of values) {
        for (const query of [`${others}&${name}=${value}`, `${others}&${name}=${value}&${name}=x`, `${others}&${name}[]=${value}`]) {
          const answer = await send('GET', `/oauth2/authorize?${query}`, { accept: 'text/html' });
          leads(answer);
          expect(answer.body).not.toContain('<script>alert');
          if (name !== 'resource' && query.endsWith('=x')) expect(answer.headers['location']).toBeUndefined();
        }
      }
    });
    it.each(['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state', 'logout_hint', 'ui_locales', 'receipt', 'request'])('%s at /oauth2/logout and its pages', async (name) => {
      for (const value of values) {
        for (const path of ['/oauth2/logout', '/oauth2/signed-out']) {
          const answer = await send('GET', `${path}?${name}=${value}`, { accept: 'text/html' });
          leads(answer);
          expect(answer.body).not.toContain('<script>alert');
        }
        leads(await send('POST', '/oauth2/logout/confirm', { accept: 'text/html' }, `${name}=${value}`));
      }
    });
    it('what is reflected into a form_post page is text (OAuth 2.0 Form Post Response Mode §2)', async () => {
      const state = '"><script>alert(1)</script>';
      const answer = await send('GET', `/oauth2/authorize?${new URLSearchParams({ ...request, state, response_mode: 'form_post' })}`);
      expect([answer.status, answer.body.includes('<script>alert'), answer.body.includes('&lt;script')]).toEqual([200, false, true]);
    });
  });

  describe('odd bodies at the endpoints of clients are a plain refusal, never a 500 and never a token', () => {
    const header = basic('robot', SECRET.service);
    const bodies: [string, string | undefined, Record<string, string>][] = [
      ['nothing', undefined, {}],
      ['an empty form', '', {}],
      ['JSON', '{"grant_type":"client_credentials"}', { 'content-type': 'application/json' }],
      ['broken JSON', '{', { 'content-type': 'application/json' }],
      ['plain text', 'grant_type=client_credentials', { 'content-type': 'text/plain' }],
      ['multipart', 'grant_type=client_credentials', { 'content-type': 'multipart/form-data; boundary=x' }],
      ['a type that only begins so', 'grant_type=client_credentials', { 'content-type': 'application/x-www-form-urlencodedx' }],
      ['70 KB', `grant_type=client_credentials&x=${'y'.repeat(70_000)}`, {}],
      ['5000 fields', `grant_type=client_credentials${'&a'.repeat(5_000)}`, {}],
      ['a repeated parameter', 'grant_type=client_credentials&grant_type=client_credentials', {}],
      ['a repeated empty parameter', 'grant_type=client_credentials&scope=&scope=', {}],
      ['a zero byte in the scope', 'grant_type=client_credentials&scope=orders:read%00', {}],
      ['a zero byte in the resource', 'grant_type=client_credentials&resource=%00', {}],
      ['bytes that are no UTF-8', 'grant_type=client_credentials&scope=%ff%fe', {}],
      ['a grant type of inherited names', 'grant_type=__proto__', {}],
      ['a grant type in capitals', 'grant_type=CLIENT_CREDENTIALS', {}],
      ['zero bytes in place of a code', `grant_type=authorization_code&code=%00&redirect_uri=%00&code_verifier=${'v'.repeat(43)}`, {}],
      ['zero bytes in place of a refresh token', 'grant_type=refresh_token&refresh_token=%00', {}],
      ['token', 'token=%00', {}],
    ];
    it.each(bodies)('%s', async (_what, body, headers) => {
      for (const path of ['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke']) {
        const answer = await send('POST', path, { ...header, ...headers }, body);
        if (path !== '/oauth2/token' && body?.startsWith('token=')) expect(answer.status).toBe(200);
        else expect(REFUSALS).toContain(answer.status);
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.body).not.toMatch(/access_token|"active":true/);
      }
    });
    it.each(['Basic', 'Basic =', 'Basic Og==', `Basic ${Buffer.from(':').toString('base64')}`, `Basic ${Buffer.from('robot:%zz').toString('base64')}`, `Basic ${Buffer.from('robot\0:x').toString('base64')}`, `Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString('base64')}`, 'Bearer x', 'Negotiate x'])('Authorization: %s', async (authorization) => {
      const answer = await send('POST', '/oauth2/token', { authorization }, 'grant_type=client_credentials');
      expect([answer.status, JSON.parse(answer.body).error, answer.headers['www-authenticate']]).toEqual([401, 'invalid_client', expect.stringMatching(/^Basic /)]);
    });
    it('both halves of Basic are form-encoded (RFC 6749 §2.3.1), every character percent-encoded or none', async () => {
      const all = (text: string): string => [...text].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('');
      for (const [id, secret] of [['robot', SECRET.service], [all('robot'), all(SECRET.service)]] as const) {
        expect((await send('POST', '/oauth2/token', basic(id, secret), 'grant_type=client_credentials')).status).toBe(200);
      }
    });
  });
});
