import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { SECRET, declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { Walk } from './platform/walk.ts';

describe('bad input gets a clear error and changes nothing', () => {
  let application: Application;
  let platform: Deployment;
  let walk: Walk;
  let browser: Browser;

  beforeAll(async () => {
    application = await Application.start();
    platform = await deploy({ declaration: declaration({ application: application.url }) });
    walk = new Walk(platform, application.url);
    browser = new Browser();
    await walk.signIn(browser);
  });
  afterAll(async () => {
    await platform?.close();
    await application?.close();
  });

  const explains = (page: Page, code: string): void => {
    expect(page.headers['location']).toBeUndefined();
    expect(page.body).toContain(`data-error="${code}"`);
    expect(page.body).not.toMatch(/\bat .+\.(ts|js):\d+/);
  };
  const login = (service: string): Promise<Page> => browser.visit(`${platform.url}/cas/login?service=${encodeURIComponent(service)}`, { follow: false });

  it('an unregistered service gets an error page, never a redirect or a ticket', async () => explains(await login('https://evil.example/'), 'service_not_registered'));
  it('a service that is switched off gets an error page', async () => {
    const page = await login(`${application.url}/off`);
    expect(page.headers['location']).toBeUndefined();
    expect(page.body).toMatch(/data-error="[a-z_]+"/);
  });
  it('a person outside the groups of a service gets an error page', async () => {
    const page = await login(`${application.url}/staff`);
    expect(page.headers['location']).toBeUndefined();
    expect(page.status).toBe(403);
  });

  it.each([
    ['https://evil.example/cb'],
    ['URL/callback/..'],
    ['URL/callback?x=1'],
    ['URL/callback#f'],
    ['URL/Callback'],
    ['URL/callback%0d%0aset-cookie:a=b'],
    ['http://user@127.0.0.1/callback'],
    ['javascript:alert(1)'],
  ])('a foreign redirect_uri %s gets an error page, never a redirect (RFC 6749 §4.1.2.1)', async (uri) => {
    const redirectUri = uri.replace('URL', application.url);
    const page = await browser.visit(walk.authorizeUrl({ client: 'web', redirectUri }), { follow: false });
    expect(page.headers['location']).toBeUndefined();
    expect(page.status).toBe(400);
    expect(page.body).toContain('data-error=');
  });

  it('an unknown client gets an error page that does not repeat its name unescaped', async () => {
    const page = await browser.visit(walk.authorizeUrl({ client: '<script>alert(1)</script>', redirectUri: walk.web.redirectUri }), { follow: false });
    expect(page.status).toBe(400);
    expect(page.headers['location']).toBeUndefined();
    expect(page.body).not.toContain('<script>alert(1)');
  });

  it.each(['client_id', 'redirect_uri'])('a repeated %s gets an error page (RFC 6749 §3.1)', async (name) => {
    const url = new URL(walk.authorizeUrl(walk.web));
    url.searchParams.append(name, url.searchParams.get(name)!);
    const page = await browser.visit(url.href, { follow: false });
    expect(page.status).toBe(400);
    expect(page.headers['location']).toBeUndefined();
  });

  it.each(['scope', 'state', 'nonce', 'response_type', 'code_challenge', 'prompt'])('a repeated %s is invalid_request (RFC 6749 §3.1)', async (name) => {
    const url = new URL(walk.authorizeUrl({ ...walk.web, extra: { prompt: 'none' } }));
    url.searchParams.append(name, url.searchParams.get(name)!);
    const page = await browser.visit(url.href, { follow: false });
    const location = String(page.headers['location'] ?? '');
    if (page.status === 400) expect(page.body).toContain('data-error=');
    else {
      expect(location.startsWith(walk.web.redirectUri)).toBe(true);
      expect(new URL(location).searchParams.get('error')).toBe('invalid_request');
      expect(new URL(location).searchParams.get('iss')).toBe(platform.url);
    }
  });

  it.each(['service', 'ticket'])('a repeated %s at validation is INVALID_REQUEST (CAS 3.0 §2.5.3)', async (name) => {
    const ticket = await walk.ticket(browser);
    const query = new URLSearchParams({ service: `${application.url}/shop`, ticket });
    query.append(name, query.get(name)!);
    const page = await new Browser().visit(`${platform.url}/cas/p3/serviceValidate?${query}`);
    expect(page.body).toContain('code="INVALID_REQUEST"');
  });

  it('a repeated parameter at the token endpoint is invalid_request', async () => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read' });
    form.append('scope', 'orders:read');
    const page = await new Browser().visit(`${platform.url}/oauth2/token`, {
      method: 'POST',
      form,
      headers: { authorization: `Basic ${Buffer.from(`robot:${SECRET.service}`).toString('base64')}` },
    });
    expect([page.status, JSON.parse(page.body).error]).toEqual([400, 'invalid_request']);
  });

  it.each(['/oauth2/token', '/cas/login', '/oauth2/introspect', '/oauth2/revoke'])('an oversized form at %s is refused with 413', async (path) => {
    const page = await new Browser().visit(`${platform.url}${path}`, { method: 'POST', form: { login: 'x'.repeat(70_000) } });
    expect(page.status).toBe(413);
  });

  it('an oversized address is refused', async () => {
    const page = await new Browser().visit(`${platform.url}/cas/login?service=${'x'.repeat(9_000)}`);
    expect(page.status).toBe(414);
  });

  it.each(['//cas/login', '/cas/../admin/v1/people', '/cas;x=1/login', '/cas%2flogin', '/%2e%2e/internal', '/internal/cas/list-people', '/internal/session-store/end'])(
    'the path %s is served by nobody',
    async (path) => {
      // URL parsers fold some of these before they are sent, so the request line is written by hand.
      const status = await rawStatus(platform.port, `POST ${path} HTTP/1.1\r\nHost: localhost:${platform.port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      expect([400, 404]).toContain(status);
    },
  );

  it('an unknown Host is refused, and never becomes an address of ours', async () => {
    const status = await rawStatus(platform.port, 'GET /.well-known/openid-configuration HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(status).toBe(421);
  });

  it('a wrong password and an unknown name get the same answer, which never says which it was', async () => {
    const answer = async (username: string): Promise<Page> => walk.signIn(new Browser(), username, 'wrong password entirely');
    const [known, unknown] = [await answer('grace'), await answer('nobody-of-that-name')];
    expect(known.status).toBe(unknown.status);
    const strip = (page: Page): string => page.body.replaceAll(/(grace|nobody-of-that-name)/g, 'NAME').replaceAll(/nonce="[^"]*"|value="[A-Za-z0-9_-]{20,}"/g, '');
    expect(strip(known)).toBe(strip(unknown));
  });

  it('a sign-in form without its token, or from another origin, signs nobody in', async () => {
    const fresh = new Browser();
    const page = await fresh.visit(`${platform.url}/cas/login`);
    const forged = await fresh.visit(`${platform.url}/cas/login`, { method: 'POST', form: { login: 'ada', password: 'correct horse battery staple' } });
    expect(fresh.cookie(platform.url, 'latchkey')).toBeUndefined();
    expect(forged.status).toBeGreaterThanOrEqual(400);
    await fresh.submit(page, { login: 'ada', password: 'correct horse battery staple' }, { headers: { origin: 'https://evil.example' } });
    expect(fresh.cookie(platform.url, 'latchkey')).toBeUndefined();
  });

  it('a pending request begun in one browser cannot be finished in another', async () => {
    const victim = new Browser();
    const page = await victim.visit(walk.authorizeUrl(walk.web), { follow: false });
    const login = new URL(String(page.headers['location']), platform.url);
    const pending = login.searchParams.get('pending')!;
    const other = await browser.visit(`${platform.url}/oauth2/authorize?pending=${encodeURIComponent(pending)}`, { follow: false });
    expect(other.headers['location']).toBeUndefined();
    expect(other.body).toContain('data-error=');
  });
});

function rawStatus(port: number, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)));
  });
}
