import { createServer, request, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, freePort, type Page } from '@latchkey/testing';
import { PASSWORD } from '../platform/declaration.ts';
import { deploy, type Deployment } from '../platform/deploy.ts';
import { eventually } from '../platform/eventually.ts';
import { PROXIES, entryOf, hostOf, startProxy, type Proxy, type ProxyName } from './proxies.ts';

const ports = new Map<ProxyName, number>();
const proxies = new Map<ProxyName, Proxy>();
let platform: Deployment;
let application: Server;
let applicationPort: number;
/** Requests that reached the application, by path. */
const reached: string[] = [];

beforeAll(async () => {
  for (const name of PROXIES) ports.set(name, await freePort());
  applicationPort = await freePort();
  application = createServer((request, response) => {
    reached.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
  });
  await new Promise<void>((resolve) => application.listen(applicationPort, '127.0.0.1', resolve));
  const person = (username: string, groups: string[]) => ({ username, name: `Person ${username}`, password: PASSWORD, groups, attributes: { email: [`${username}@example.org`] } });
  platform = await deploy({
    environment: { LATCHKEY_SIGN_IN_NETWORK_LIMIT: '100000' },
    declaration: `people: ${JSON.stringify([person('ada', ['staff', 'analysts']), person('grace', ['navy'])])}\nservices:\n${PROXIES.map((name) => entryOf(name, ports.get(name)!)).join('')}`,
  });
  for (const name of PROXIES) proxies.set(name, await startProxy(name, { port: ports.get(name)!, platform: platform.port, application: applicationPort }));
});
afterAll(async () => {
  for (const proxy of proxies.values()) await proxy.stop();
  await platform?.close();
  application?.closeAllConnections();
  await new Promise((resolve) => (application === undefined ? resolve(null) : application.close(resolve)));
});

interface Seen {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}
const seenBy = (page: Page): Seen => {
  if (!page.body.startsWith('{')) throw new Error(`not the application: ${page.status} ${page.url}\n${page.body.slice(0, 500)}`);
  return JSON.parse(page.body) as Seen;
};
const identity = ({ headers }: Seen) => [headers['remote-user'], headers['remote-name'], headers['remote-email'], headers['remote-groups']];
const basic = (username: string, password = PASSWORD) => ({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` });
const ADA = ['ada', 'Person ada', 'ada@example.org', 'staff,analysts'];
const FORGED = { 'remote-user': 'root', 'remote-groups': 'wheel', remote_user: 'root', 'x-latchkey-attribute-role': 'root' };

describe.each(PROXIES.map((name) => [name] as const))('%s protects an application with the files of docs/forward-auth', (name) => {
  const url = (path = '/') => proxies.get(name)!.url + path;
  const script = (path: string, headers: Record<string, string> = {}) => new Browser({ accept: '*/*' }).visit(url(path), { follow: false, headers });
  const enter = async (browser: Browser, path = '/', login = 'ada') => {
    const form = await browser.visit(url(path));
    return form.body.includes('name="password"') ? browser.submit(form, { login, password: PASSWORD }) : form;
  };

  it('people sign in on the way, and are where they wanted to be', async () => {
    const browser = new Browser();
    const form = await browser.visit(url('/wiki/page?year=2026&q=a%20b'));
    expect([form.url.startsWith(`${platform.url}/cas/login`), form.body.includes(`Behind ${name}`)]).toEqual([true, true]);
    const inside = await browser.submit(form, { login: 'ada', password: PASSWORD });
    expect([inside.url, seenBy(inside).url, identity(seenBy(inside))]).toEqual([url('/wiki/page?year=2026&q=a%20b'), '/wiki/page?year=2026&q=a%20b', ADA]);
    const again = await browser.visit(url('/other'), { follow: false });
    expect([again.status, identity(seenBy(again))]).toEqual([200, ADA]);
  });

  it('what a client says of itself does not reach the application', async () => {
    const browser = new Browser();
    await enter(browser);
    const { headers } = seenBy(await browser.visit(url('/'), { headers: FORGED }));
    expect(identity({ url: '', headers })).toEqual(ADA);
    const left = Object.entries(headers).filter(([, value]) => /root|wheel/.test(value));
    // nginx cannot take away headers whose names it does not know: docs/forward-auth.md says so.
    expect(left).toEqual(name === 'nginx' ? [['x-latchkey-attribute-role', 'root']] : []);
  });

  it('scripts are told what to bring, and nothing of theirs reaches the application before', async () => {
    const before = reached.length;
    const bare = await script('/api');
    const challenge = String(bare.headers['www-authenticate']);
    expect([bare.status, challenge.includes(`Bearer realm="${name}"`), challenge.includes(`Basic realm="${name}"`), bare.headers['location']]).toEqual([401, true, true, undefined]);
    const wrong = await script('/api', basic('ada', 'wrong'));
    const forged = await script('/api', FORGED);
    const refused = await script('/api', basic('grace'));
    expect([wrong.status, forged.status, refused.status, reached.length]).toEqual([401, 401, 403, before]);
  });

  it('scripts get in by HTTP Basic, and the password stays behind', async () => {
    const { headers } = seenBy(await script('/api', basic('ada')));
    expect([...identity({ url: '', headers }), headers['authorization']]).toEqual([...ADA, undefined]);
  });

  /** Signed in at another protected host. */
  const elsewhere = async () => {
    const other = PROXIES.find((each) => each !== name)!;
    const browser = new Browser();
    const form = await browser.visit(proxies.get(other)!.url);
    await browser.submit(form, { login: 'ada', password: PASSWORD });
    return { host: hostOf(other, ports.get(other)!), cookie: `latchkey-visit-${other}=${browser.cookie(proxies.get(other)!.url, `latchkey-visit-${other}`)}` };
  };

  it('who may enter another host does not enter this one under its name (RFC 9112 §3.2.2)', async () => {
    const { host, cookie } = await elsewhere();
    const before = reached.length;
    // With the name of the other alone, and with both: in the first line of the request and as Host.
    for (const path of ['/secret', url('/secret'), `http://${host}/secret`]) {
      await new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port: ports.get(name), path, headers: { host, cookie, accept: '*/*' } });
        sent.on('response', (response) => response.resume().on('end', resolve)).on('error', reject).end();
      });
    }
    expect(reached.slice(before)).toEqual([]);
  });

  it('no header of a client makes it ask about another address', async () => {
    const before = reached.length;
    const { host, cookie } = await elsewhere();
    const tried = [
      { 'x-original-url': `http://${host}/` },
      { 'x-forwarded-host': host },
      { 'x-forwarded-uri': '/', 'x-forwarded-host': host, 'x-forwarded-proto': 'http' },
      { 'x-original-url': `http://${host}/`, 'x-forwarded-uri': '/', 'x-forwarded-host': host, 'x-forwarded-proto': 'http' },
    ];
    for (const headers of tried) expect((await script('/secret', { cookie, ...headers })).status).toBeGreaterThanOrEqual(400);
    expect(reached.slice(before)).toEqual(['GET /']);
  });

  it('a path arrives as it was sent, also one with an encoded slash', async () => {
    const browser = new Browser();
    await enter(browser);
    const page = await browser.visit(url('/api/queues/%2F/a%20b?c=%2F'), { follow: false });
    // Apache refuses encoded slashes unless it is told otherwise (AllowEncodedSlashes).
    if (name === 'apache') expect(page.status).toBe(404);
    else expect(seenBy(page).url).toBe('/api/queues/%2F/a%20b?c=%2F');
  });

  it('who is not in a group of the service stays outside', async () => {
    const before = reached.length;
    const page = await enter(new Browser(), '/', 'grace');
    expect([page.status, page.body.includes('data-error="not_admitted"'), reached.length]).toEqual([403, true, before]);
  });

  it('one sign-out closes it at once (INV-4)', async () => {
    const browser = new Browser();
    await enter(browser);
    await browser.visit(`${platform.url}/cas/logout`);
    await eventually(async () => expect((await browser.visit(url('/'), { follow: false })).status).toBe(303), 2_000);
    expect((await browser.visit(url('/'))).url.startsWith(`${platform.url}/cas/login`)).toBe(true);
  });

  it('signing out at /.latchkey/sign-out ends the session', async () => {
    const browser = new Browser();
    await enter(browser);
    const out = await browser.visit(url('/.latchkey/sign-out'));
    expect([out.status, out.url.startsWith(`${platform.url}/cas/signed-out`)]).toEqual([200, true]);
    expect((await browser.visit(url('/'), { follow: false })).status).toBe(303);
  });

  it('an application that wants a form posted gets it from who is let in, and from nobody else', async () => {
    const browser = new Browser();
    await enter(browser);
    const posted = await browser.visit(url('/form'), { method: 'POST', form: { a: 'b' }, follow: false });
    expect(seenBy(posted).url).toBe('/form');
    const before = reached.length;
    const outside = await new Browser({ accept: '*/*' }).visit(url('/form'), { method: 'POST', form: { a: 'b' }, follow: false });
    expect([outside.status, reached.length]).toEqual([401, before]);
  });
});

it.each(PROXIES)('%s lets nobody in while there is nobody to ask (INV-9)', async (name) => {
  const port = await freePort();
  const proxy = await startProxy(name, { port, platform: await freePort(), application: applicationPort });
  try {
    const before = reached.length;
    for (const headers of [{}, { accept: 'text/html' }, basic('ada'), { cookie: `latchkey-visit-${name}=x` }]) {
      expect((await new Browser({ accept: '*/*' }).visit(proxy.url, { follow: false, headers })).status).toBeGreaterThanOrEqual(500);
    }
    expect(reached.length).toBe(before);
  } finally {
    await proxy.stop();
  }
});
