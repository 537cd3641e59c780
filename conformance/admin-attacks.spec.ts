import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform, type Launched, type Page } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { API, PASSWORD, SECRET, declaration } from './platform/declaration.ts';
import { Walk } from './platform/walk.ts';

const GOOD = 'seven purple giraffes dancing';
const lines: string[] = [];
let application: Application;
let platform: Launched;
let walk: Walk;

beforeAll(async () => {
  application = await Application.start();
  platform = await launchPlatform({
    declaration: declaration({ application: application.url }),
    environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort },
    log: (line) => void lines.push(line),
  });
  walk = new Walk(platform, application.url);
});
afterAll(async () => {
  await platform?.close();
  await application?.close();
});

const call = (method: string, path: string, token?: string, json?: unknown, headers: Record<string, string> = {}): Promise<Page> =>
  new Browser({ accept: 'application/json' }).visit(`${platform.url}/admin/v1${path}`, {
    method: method as 'GET',
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(json === undefined ? {} : { json }),
  });
const operator = async (scope: string): Promise<string> => {
  const answer = await walk.token({ grant_type: 'client_credentials', scope, resource: `${platform.url}/admin` }, { id: 'operator', secret: SECRET.admin });
  return (JSON.parse(answer.body) as { access_token: string }).access_token;
};
const SERVICE = { name: 'New', urls: ['https://new.example/'] };

describe('who may use the admin API (RFC 9068 §4; RFC 8725 §3.1, §3.11)', () => {
  it('no token of another kind, audience, issuer or key', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    const tokens = await walk.tokens(browser, { ...walk.web, scope: 'openid profile orders:read', extra: { resource: API } });
    const robot = JSON.parse((await walk.token({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }, { id: 'robot', secret: SECRET.service })).body) as { access_token: string };
    const good = await operator('admin');
    const [head, body, signature] = good.split('.') as [string, string, string];
    const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signed = (extra: object): string => {
      const input = `${b64({ ...header, alg: 'RS256', ...extra })}.${body}`;
      return `${input}.${createSign('sha256').update(input).sign(own.privateKey).toString('base64url')}`;
    };
    const jwk = createPublicKey(own.privateKey).export({ format: 'jwk' });
    const refused = [
      tokens.access_token,
      tokens.id_token!,
      robot.access_token,
      `${head}.${body}.`,
      `${b64({ ...header, alg: 'none' })}.${body}.`,
      `${head}.${b64({ ...claims, sub: 'ada' })}.${signature}`,
      `${head}.${body}.${signature}AAAA`,
      signed({}),
      signed({ jwk }),
      signed({ kid: 'none', x5c: ['x'], jku: `${application.url}/jwks` }),
      browser.cookie(platform.url, 'latchkey')!,
      '',
      'x',
    ];
    for (const token of refused) expect([token.slice(0, 40), (await call('GET', '/people', token)).status]).toEqual([token.slice(0, 40), 401]);
    expect((await call('GET', '/people', good)).status).toBe(200);
    expect(application.told.some(({ path }) => path.includes('jwks'))).toBe(false);
  });

  it('a session cookie is no permission, and a token in the query or form is none', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    const token = await operator('admin');
    expect((await browser.visit(`${platform.url}/admin/v1/people`)).status).toBe(401);
    expect((await browser.visit(`${platform.url}/admin/v1/people?access_token=${token}`)).status).toBe(401);
  });

  it('the scope to read writes nothing, by no route and no method', async () => {
    const token = await operator('admin:read');
    const document = JSON.parse((await new Browser().visit(`${platform.url}/admin/openapi.json`)).body) as { paths: Record<string, Record<string, unknown>> };
    const writes = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).filter((method) => ['put', 'post', 'delete', 'patch'].includes(method)).map((method) => [method.toUpperCase(), path] as const));
    expect(writes.length).toBeGreaterThan(12);
    for (const [method, path] of writes) {
      const address = path.replace('/admin/v1', '').replaceAll(/\{\w+\}/g, 'x');
      expect([method, path, (await call(method, address, token, method === 'DELETE' ? undefined : {})).status]).toEqual([method, path, 403]);
    }
    expect((await call('GET', '/people', token)).status).toBe(200);
    const smuggled = await call('GET', '/people', token, undefined, { 'x-http-method-override': 'DELETE' });
    expect(smuggled.status).toBe(200);
  });
});

describe('what a body may set', () => {
  it.each([
    ['/services/mass', { ...SERVICE, origin: 'built-in' }],
    ['/services/mass', { ...SERVICE, revision: 1 }],
    ['/services/mass', { ...SERVICE, id: 'other' }],
    ['/services/mass', { ...SERVICE, tenant: 'other' }],
    ['/clients/mass', { name: 'M', redirectUris: ['https://m.example/cb'], secretHash: 'A'.repeat(43) }],
    ['/clients/mass', { name: 'M', redirectUris: ['https://m.example/cb'], secret: 'x' }],
    ['/people', { username: 'mass', name: 'Mass', subject: 'chosen' }],
    ['/people', { username: 'mass', name: 'Mass', tenant: 'other' }],
    ['/people', { username: 'mass', name: 'Mass', groups: 'latchkey-admins' }],
    ['/people', JSON.parse('{"username":"mass","name":"Mass","__proto__":{"enabled":false}}') as object],
  ])('%s refuses %j', async (path, body) => {
    const { status } = await call('PUT', path, await operator('admin'), body);
    expect(status).toBe(400);
    expect((await call('GET', path === '/people' ? '/people?search=mass' : path, await operator('admin'))).body).not.toContain('"name":"M');
  });

  it('what belongs to Latchkey itself is not changed or deleted', async () => {
    const token = await operator('admin');
    const resource = `/resource?id=${encodeURIComponent(`${platform.url}/admin`)}`;
    expect((await call('PUT', '/clients/latchkey-admin', token, { name: 'Mine', redirectUris: ['https://evil.example/'] })).status).toBe(409);
    expect((await call('POST', '/clients/latchkey-admin/secret', token)).status).toBe(409);
    expect((await call('DELETE', '/clients/latchkey-admin', token)).status).toBe(409);
    expect((await call('PUT', resource, token, { name: 'Mine', scopes: [{ name: 'x', description: 'x' }] })).status).toBe(409);
    expect((await call('DELETE', resource, token)).status).toBe(409);
  });

  it.each(['limit=0', 'limit=-1', 'limit=201', 'limit=1e9', 'limit=NaN', 'limit=1&limit=2', 'after=%00', 'search=%00', 'search=', 'unknown=1'])('a list refuses %s', async (query) => {
    expect((await call('GET', `/people?${query}`, await operator('admin:read'))).status).toBe(400);
  });
  it.each(['before=x', 'before=2026-01-01T00:00:00.000000Z~%00', "before=2026-01-01T00:00:00.000000Z~' OR 1=1", 'since=yesterday', 'actor=%00', 'before=9999-99-99T99:99:99.999999Z~x', 'before=2026-02-30T00:00:00.000000Z~x', 'before=0000-01-01T00:00:00.000000Z~x', 'since=0000-01-01T00:00:00Z', 'until=2026-01-01T00:00:00%2B23:00'])('the audit refuses %s', async (query) => {
    expect((await call('GET', `/audit?${query}`, await operator('admin:read'))).status).toBe(400);
  });
  it.each(['/sessions?before=x', '/sessions?before=9999-99-99T99:99:99Z', '/sessions?before=0000-01-01T00:00:00Z', '/sessions/%00', '/people/%00', "/people/'", '/services/%00', '/services/..%2fclients', '/sessions?person=%00'])('%s is no fault of the server', async (path) => {
    expect((await call('GET', path, await operator('admin:read'))).status).toBeLessThan(500);
  });
  it('a search finds its signs, and does not match by them', async () => {
    for (const search of ['%25', '_', '%5C']) expect((await call('GET', `/people?search=${search}`, await operator('admin:read'))).body).toContain('"items":[]');
  });
});

describe('changes made at once (RFC 9110 §13.1)', () => {
  it('of 20 who create only what is new, one does', async () => {
    const token = await operator('admin');
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('PUT', '/services/race', token, SERVICE, { 'if-none-match': '*' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(412)]);
  });
  it.each(['W/"1"', '1', '"1" OR', '"99999999999999999999"', '""'])('If-Match: %s is refused', async (tag) => {
    expect([400, 412]).toContain((await call('PUT', '/services/race', await operator('admin'), SERVICE, { 'if-match': tag })).status);
  });
});

describe('secrets stay where they are (ASVS 16.2.5, 13.3.4)', () => {
  const used = new Set<string>();
  const keep = (...secrets: (string | null | undefined)[]): void => secrets.forEach((secret) => secret && used.add(secret));

  it('no hash, key or secret in any answer of the admin API', async () => {
    const token = await operator('admin');
    await call('PUT', '/clients/shown-once', token, { name: 'Once', redirectUris: ['https://once.example/cb'] });
    const reads = ['/clients', '/clients/web', '/clients/shown-once', '/people', '/services', '/sessions', '/audit?limit=200', '/deliveries'];
    const answers = [...(await Promise.all(reads.map((path) => call('GET', path, token)))), await call('POST', '/keys/rotate', token)];
    for (const { status, body } of answers) {
      expect(status).toBeLessThan(300);
      expect(body).not.toMatch(/secretHash|secret_hash|passwordHash|password_hash|argon2|"secret":|"d":|"p":|"q":|"k":|sealed|PRIVATE/);
    }
  });

  it('every write has an actor in the audit', async () => {
    const token = await operator('admin');
    const { body } = await call('PUT', '/people', token, { username: 'audited', name: 'Audited', password: GOOD });
    const { subject } = JSON.parse(body) as { subject: string };
    const browser = new Browser();
    await walk.signIn(browser, 'audited', GOOD);
    const sid = browser.cookie(platform.url, 'latchkey')!.split('-')[0]!;
    const writes: [string, string, unknown, string][] = [
      ['PUT', '/services/audited', SERVICE, 'service.created'],
      ['PUT', '/services/audited', { ...SERVICE, name: 'Newer' }, 'service.updated'],
      ['DELETE', '/services/audited', undefined, 'service.deleted'],
      ['PUT', '/clients/audited', { name: 'A', redirectUris: ['https://a.example/cb'] }, 'client.created'],
      ['POST', '/clients/audited/secret', undefined, 'client.secret-rotated'],
      ['DELETE', '/clients/audited', undefined, 'client.deleted'],
      ['PUT', `/resource?id=${encodeURIComponent('https://audited.example/')}`, { name: 'R', scopes: [{ name: 'r:r', description: 'Read' }] }, 'resource.created'],
      ['DELETE', `/resource?id=${encodeURIComponent('https://audited.example/')}`, undefined, 'resource.deleted'],
      ['DELETE', `/sessions/${sid}`, undefined, 'session.ended-by-admin'],
      ['DELETE', `/people/${subject}/sessions`, undefined, 'person.sessions-ended-by-admin'],
      ['POST', `/people/${subject}/password`, { password: `${GOOD} again` }, 'person.password-set-by-admin'],
      ['POST', `/people/${subject}/disable`, undefined, 'person.disabled-by-admin'],
      ['POST', `/people/${subject}/enable`, undefined, 'person.enabled-by-admin'],
      ['DELETE', `/people/${subject}`, undefined, 'person.deleted-by-admin'],
    ];
    for (const [method, path, json] of writes) expect([path, (await call(method, path, token, json)).status < 300]).toEqual([path, true]);
    const { items } = JSON.parse((await call('GET', '/audit?limit=200&actor=client:operator', token)).body) as { items: { action: string }[] };
    expect(items.map(({ action }) => action)).toEqual(expect.arrayContaining(['person.put-by-admin', ...writes.map(([, , , action]) => action)]));
    keep(GOOD, `${GOOD} again`, browser.cookie(platform.url, 'latchkey')!.split('-')[1]);
  });

  it('none of the secrets of a whole day stands in the log', async () => {
    const browser = new Browser();
    const login = await browser.visit(`${platform.url}/cas/login`);
    keep(/name="csrf" value="([^"]+)"/.exec(login.body)?.[1], PASSWORD, 'typed-into-the-name-field', ...Object.values(SECRET));
    await walk.signIn(browser, 'typed-into-the-name-field', 'a wrong password of somebody');
    keep('a wrong password of somebody');
    const start = await browser.visit(walk.authorizeUrl(walk.web), { follow: false });
    keep(new URL(String(start.headers['location']), platform.url).searchParams.get('pending'));
    await walk.signIn(browser);
    keep(browser.cookie(platform.url, 'latchkey'), browser.cookie(platform.url, 'latchkey')?.split('-')[1], browser.cookie(platform.url, 'latchkey-flow'));
    const unused = await walk.ticket(browser);
    const other = await walk.ticket(browser);
    await walk.validate(unused, '/second');
    await walk.validate(other);
    keep(unused, other);
    const code = await walk.code(browser, walk.web);
    const tokens = JSON.parse((await walk.redeem(code)).body) as Record<string, string>;
    keep(code, tokens['access_token'], tokens['refresh_token'], tokens['id_token']);
    await walk.redeem(code);
    await walk.refresh('nonsense-refresh-token', 'third');
    await walk.token({ grant_type: 'client_credentials' }, { id: 'robot', secret: 'a-wrong-client-secret' });
    keep('nonsense-refresh-token', 'a-wrong-client-secret');
    keep(await operator('admin'));
    await browser.visit(`${platform.url}/admin/setup?token=a-set-up-link-that-is-none`);
    await browser.visit(`${platform.url}/cas/login?service=${encodeURIComponent('https://evil.example/?key=in-a-service-url')}`);
    keep('a-set-up-link-that-is-none', 'in-a-service-url');
    await browser.visit(`${platform.url}/cas/logout`);
    await application.hears(({ form }) => form.get('logoutRequest')?.includes(other) === true);
    expect(lines.length).toBeGreaterThan(10);
    expect(used.size).toBeGreaterThan(18);
    const log = lines.join('\n');
    expect([...used].filter((secret) => log.includes(secret) || log.includes(encodeURIComponent(secret)))).toEqual([]);
    expect(log).not.toMatch(/argon2id|BEGIN [A-Z ]*PRIVATE|postgres:\/\/[^:]+:[^@]+@/);
  });
});
