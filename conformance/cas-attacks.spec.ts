import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '@latchkey/testing';
import { Application } from './platform/application.ts';
import { PASSWORD, declaration } from './platform/declaration.ts';
import { deploy, type Deployment } from './platform/deploy.ts';
import { Walk } from './platform/walk.ts';

/** An odd but allowed sign-in name: everything that means something in XML, JSON, HTML or a URL. */
const ODD = `o'"<b>&]]>{}\\%2f`;

let application: Application;
let platform: Deployment;
let walk: Walk;

beforeAll(async () => {
  application = await Application.start();
  const file = JSON.parse(declaration({ application: application.url })) as { people: object[]; services: object[] };
  file.people.push({
    username: ODD,
    name: `<script>alert(1)</script>`,
    password: PASSWORD,
    attributes: {
      email: ['a\r\nSet-Cookie: x=y', '</cas:email><cas:user>root</cas:user>', '","user":"root'],
      '<cas:user>root</cas:user>': ['x'],
      'a b': ['x'],
      ['__proto__']: ['polluted'],
      user: ['root'],
      isFromNewLogin: ['true'],
    },
  });
  file.services.push(
    { id: 'wide', name: 'Wide', urls: [`${application.url}/wide`], match: 'path-prefix', attributes: ['email', '<cas:user>root</cas:user>', 'a b', '__proto__', 'user', 'isFromNewLogin', 'name'] },
    { id: 'second', name: 'Second', urls: [`${application.url}/second`] },
  );
  platform = await deploy({
    declaration: JSON.stringify(file),
    environment: { LATCHKEY_OUTBOUND_ALLOW: application.hostAndPort, LATCHKEY_SIGN_IN_NETWORK_LIMIT: '100000' },
  });
  walk = new Walk(platform, application.url);
});
afterAll(async () => {
  await platform?.close();
  await application?.close();
});

const cookieOf = (browser: Browser): string => browser.cookie(platform.url, 'latchkey') ?? '';
const withCookie = (header: string, path = '/account'): Promise<Page> =>
  new Browser().visit(`${platform.url}${path}`, { follow: false, headers: { cookie: header } });
const isSignedIn = async (header: string): Promise<boolean> => (await withCookie(header)).status === 200;
const locationOf = (page: Page): string => String(page.headers['location'] ?? '');

describe('session fixation (ASVS 7.2.4)', () => {
  it('a cookie that stood before the sign-in is another one after it, and the old one is dead', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    const before = cookieOf(browser);
    await walk.signIn(browser, 'ada', PASSWORD, `${platform.url}/cas/login?renew=true`);
    const after = cookieOf(browser);
    expect(after).not.toBe(before);
    expect([await isSignedIn(`latchkey=${before}`), await isSignedIn(`latchkey=${after}`)]).toEqual([false, true]);
  });

  it('whoever plants their own cookie does not get into what the victim signs in to', async () => {
    const thief = new Browser();
    await walk.signIn(thief, 'grace');
    const planted = cookieOf(thief);
    const victim = new Browser();
    victim.setCookie(platform.url, 'latchkey', planted);
    await walk.signIn(victim, 'ada', PASSWORD, `${platform.url}/cas/login?renew=true`);
    expect(cookieOf(victim).split('-')[0]).not.toBe(planted.split('-')[0]);
    expect([await isSignedIn(`latchkey=${planted}`), await isSignedIn(`latchkey=${cookieOf(victim)}`)]).toEqual([false, true]);
  });

  it('a made-up cookie is not taken over, and its sid names no session', async () => {
    const browser = new Browser();
    browser.setCookie(platform.url, 'latchkey', `${'A'.repeat(24)}.${'B'.repeat(43)}`);
    await walk.signIn(browser);
    expect(cookieOf(browser)).not.toContain('A'.repeat(24));
  });
});

describe('cookies are read in one way only', () => {
  it.each([
    ['a secret of another session', (own: string, other: string) => `latchkey=${own.split('-')[0]}-${other.split('-')[1]}`],
    ['no secret', (own: string) => `latchkey=${own.split('-')[0]}`],
    ['an empty secret', (own: string) => `latchkey=${own.split('-')[0]}-`],
    ['a secret and more', (own: string) => `latchkey=${own}.x`],
    ['a secret in another case', (own: string) => `latchkey=${own.toUpperCase()}`],
    ['a name in another case', (own: string) => `Latchkey=${own}`],
    ['a name with a prefix', (own: string) => `x-latchkey=${own}`],
    ['the host prefix, which plain http has not', (own: string) => `__Host-latchkey=${own}`],
    ['padding', (own: string) => `latchkey=${own}=`],
    ['a bad one first', (own: string) => `latchkey=nonsense; latchkey=${own}`],
    ['a huge one', () => `latchkey=${'a'.repeat(7000)}.${'b'.repeat(7000)}`],
    ['percent signs', () => 'latchkey=%zz%00%'],
    ['a prototype', () => '__proto__=x; constructor=y; latchkey=toString'],
  ])('%s is nobody', async (_what, header) => {
    const [one, other] = [new Browser(), new Browser()];
    await walk.signIn(one);
    await walk.signIn(other, 'grace');
    const page = await withCookie(header(cookieOf(one), cookieOf(other)));
    expect([page.status, locationOf(page)]).toEqual([303, '/cas/login?then=account']);
  });

  it('every session cookie is HttpOnly, SameSite=Lax, without a Domain and lasts no longer than the browser', async () => {
    const browser = new Browser();
    const form = await browser.visit(`${platform.url}/cas/login`);
    const page = await browser.submit(form, { login: 'ada', password: PASSWORD }, { follow: false });
    const lines = [form.headers['set-cookie'], page.headers['set-cookie']].flat().filter((line) => line !== undefined);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(line).toMatch(/^latchkey(-flow)?=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
  });
});

describe('renew and gateway (CAS 3.0 §2.1.1)', () => {
  const login = (query: string, browser = new Browser()): Promise<Page> => browser.visit(`${platform.url}/cas/login?${query}`, { follow: false });
  const service = (): string => `service=${encodeURIComponent(`${application.url}/shop`)}`;

  it('gateway without a session goes back without a ticket', async () => expect(locationOf(await login(`${service()}&gateway=true`))).toBe(`${application.url}/shop`));
  it('renew wins over gateway', async () => expect((await login(`${service()}&gateway=true&renew=true`)).status).toBe(200));
  it('gateway without a service asks for a sign-in', async () => expect((await login('gateway=true')).status).toBe(200));
  it('gateway to a service that is not registered goes nowhere', async () => {
    const page = await login(`service=${encodeURIComponent('https://evil.example/')}&gateway=true`);
    expect([page.status, locationOf(page)]).toEqual([403, '']);
  });
  it('renew asks in spite of a session, and the form keeps it', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    const page = await login(`${service()}&renew=true`, browser);
    expect(page.status).toBe(200);
    const ticket = new URL(locationOf(await browser.submit(page, { login: 'ada', password: PASSWORD }, { follow: false }))).searchParams.get('ticket')!;
    expect(await walk.validate(ticket, '/shop', '&renew=true')).toContain('<cas:user>ada</cas:user>');
  });
  it('a ticket out of a session does not pass renew', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    expect(await walk.validate(await walk.ticket(browser), '/shop', '&renew=true')).toContain('INVALID_TICKET');
  });
});

describe('a service ticket is for one service, one attempt and a living session, at each endpoint (CAS 3.0 §3.1.1)', () => {
  const ENDPOINTS = ['/cas/validate', '/cas/serviceValidate', '/cas/p3/serviceValidate', '/cas/p3/serviceValidate?format=JSON'];
  const ask = async (endpoint: string, ticket: string, service = `${application.url}/shop`): Promise<string> => {
    const url = new URL(platform.url + endpoint);
    url.searchParams.set('service', service);
    url.searchParams.set('ticket', ticket);
    return (await new Browser().visit(url.href)).body;
  };
  const passed = (body: string): boolean => /^yes\n|authenticationSuccess/.test(body);
  let browser: Browser;
  beforeAll(async () => {
    browser = new Browser();
    await walk.signIn(browser);
  });

  it.each(ENDPOINTS)('%s: not at another service, and then not at its own either', async (endpoint) => {
    const ticket = await walk.ticket(browser);
    expect([passed(await ask(endpoint, ticket, `${application.url}/second`)), passed(await ask(endpoint, ticket))]).toEqual([false, false]);
  });
  it.each(ENDPOINTS)('%s: not with a service that only looks the same', async (endpoint) => {
    for (const change of [(url: string) => `${url}/`, (url: string) => `${url}?`, (url: string) => `${url}#x`, (url: string) => url.replace('/shop', '/Shop'), (url: string) => `${url} `]) {
      expect(passed(await ask(endpoint, await walk.ticket(browser), change(`${application.url}/shop`)))).toBe(false);
    }
  });
  it.each(ENDPOINTS)('%s: not a second time', async (endpoint) => {
    const ticket = await walk.ticket(browser);
    expect([passed(await ask(endpoint, ticket)), passed(await ask(endpoint, ticket))]).toEqual([true, false]);
  });
  it.each(ENDPOINTS)('%s: not after the session has ended', async (endpoint) => {
    const leaving = new Browser();
    await walk.signIn(leaving, 'grace');
    const ticket = await walk.ticket(leaving);
    await leaving.visit(`${platform.url}/cas/logout`);
    expect(passed(await ask(endpoint, ticket))).toBe(false);
  });
  it.each(ENDPOINTS)('%s: not after its person was disabled', async (endpoint) => {
    const leaving = new Browser();
    await walk.signIn(leaving, 'grace');
    const ticket = await walk.ticket(leaving);
    const { body } = await walk.admin('GET', '/people?search=grace');
    const { subject } = (body as { items: { subject: string }[] }).items[0]!;
    await walk.admin('POST', `/people/${subject}/disable`);
    expect(passed(await ask(endpoint, ticket))).toBe(false);
    await walk.admin('POST', `/people/${subject}/enable`);
  });
  it.each(ENDPOINTS)('%s: not in another form of writing', async (endpoint) => {
    for (const change of [(id: string) => id.toLowerCase(), (id: string) => ` ${id}`, (id: string) => `${id}\0`, (id: string) => id.replace('ST-', 'PT-'), () => '', () => 'ST-', () => `ST-${'A'.repeat(4000)}`]) {
      expect(passed(await ask(endpoint, change(await walk.ticket(browser))))).toBe(false);
    }
  });
});

describe('service URLs that belong to nobody (CAS 3.0 §2.1.1; RFC 9700 §4.1.3)', () => {
  const hostile = (): string[] => {
    const { host } = new URL(application.url);
    const base = application.url;
    return [
      ...['/widex', '/wid', '/wide-x', '/WIDE', '/wide/../shop', '/wide/%2e%2e/shop', '/wide/..%2fshop', '/wide/..;/shop', '/wide/.%00./shop', '/wide\\..\\shop', '/wide/%c0%ae%c0%ae/shop', '/wide?ticket=ST-x', '/wide?x;ticket=ST-x', '/wide?Ticket=ST-x', '/wide#x'].map((path) => base + path),
      `http://${host}@evil.example/wide`,
      `http://evil.example@${host}/wide`,
      `http://${host}:80@evil.example/wide`,
      `http://evil.example\\@${host}/wide`,
      `http://${host}\\.evil.example/wide`,
      `http://${host}.evil.example/wide`,
      `https://${host}/wide`,
      `http:${host}/wide`,
      `//${host}/wide`,
      `${base}/wide\r\nSet-Cookie: x=y`,
      `${base}/wide%0d%0aSet-Cookie:x=y`,
      `\t${base}/wide`,
      `${base.replace('127', '１２７')}/wide`,
      `${base.replace('127.0.0.1', '127。0。0。1')}/wide`,
      `${base.replace('127.0.0.1', '2130706433')}/wide`,
      `${base.replace('127.0.0.1', '0177.0.0.1')}/wide`,
      `${base.replace('127.0.0.1', '127.1')}/wide`,
      `${base.replace('127.0.0.1', '127.0.0.1.')}/wide`,
      `javascript:alert(1)//${base}/wide`,
      `data:text/html,${base}/wide`,
    ];
  };

  it('are refused at login, with and without a session, and never redirected to', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    for (const service of hostile()) {
      for (const visitor of [browser, new Browser()]) {
        const page = await visitor.visit(`${platform.url}/cas/login?service=${encodeURIComponent(service)}`, { follow: false });
        expect([service, page.status, locationOf(page), page.headers['set-cookie']?.includes('x=y')]).toEqual([service, 403, '', undefined]);
      }
    }
  });
  it('are never gone to after a logout', async () => {
    for (const service of hostile()) {
      const page = await new Browser().visit(`${platform.url}/cas/logout?service=${encodeURIComponent(service)}`, { follow: false });
      expect([service, locationOf(page)]).toEqual([service, '/cas/signed-out']);
    }
  });
  it('a prefix admits what is below it, and nothing beside it', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    for (const path of ['/wide', '/wide/', '/wide/a?b=c', '/wide?b=c']) expect(await walk.ticket(browser, path)).toMatch(/^ST-/);
  });
  it.each(['url', 'then', 'redirect', 'next', 'TARGET', 'returnTo', 'post_logout_redirect_uri'])('the parameter %s leads nowhere, at login and at logout', async (name) => {
    const browser = new Browser();
    await walk.signIn(browser);
    for (const path of ['/cas/login', '/account', '/cas/signed-out', '/cas/logout']) {
      const page = await browser.visit(`${platform.url}${path}?${name}=${encodeURIComponent('https://evil.example/')}`, { follow: false });
      expect(locationOf(page)).not.toContain('evil');
      expect(page.body).not.toContain('evil.example');
    }
  });
});

describe('what an application is told cannot be bent by names and values', () => {
  const answer = async (format: 'XML' | 'JSON'): Promise<Page> => {
    const browser = new Browser();
    await walk.signIn(browser, ODD);
    const ticket = await walk.ticket(browser, '/wide');
    return new Browser().visit(`${platform.url}/cas/p3/serviceValidate?format=${format}&service=${encodeURIComponent(`${application.url}/wide`)}&ticket=${ticket}`);
  };

  it('in XML: one user, and values as they are', async () => {
    const { body, headers } = await answer('XML');
    expect(body.match(/<cas:user>/g)).toHaveLength(2);
    expect(body).toContain(`<cas:authenticationSuccess><cas:user>o&apos;&quot;&lt;b&gt;&amp;]]&gt;{}\\%2f</cas:user><cas:attributes>`);
    expect(body.indexOf('<cas:user>root')).toBeGreaterThan(body.indexOf('<cas:attributes>'));
    expect(body.match(/<cas:isFromNewLogin>/g)).toHaveLength(1);
    expect(body).not.toMatch(/<script|<cas:email><\/cas:email>/);
    expect(headers['x']).toBeUndefined();
  });
  it('in JSON: one user, and values as they are', async () => {
    const { serviceResponse } = JSON.parse((await answer('JSON')).body) as { serviceResponse: { authenticationSuccess: { user: string; attributes: Record<string, unknown> } } };
    expect(serviceResponse.authenticationSuccess.user).toBe(ODD);
    expect(serviceResponse.authenticationSuccess.attributes['isFromNewLogin']).toBe(false);
    expect(serviceResponse.authenticationSuccess.attributes['email']).toHaveLength(3);
  });
  it('in a logout request: one name and one ticket', async () => {
    const browser = new Browser();
    await walk.signIn(browser, ODD);
    const ticket = await walk.ticket(browser, '/wide');
    await walk.validate(ticket, '/wide');
    await browser.visit(`${platform.url}/cas/logout`);
    const told = await application.hears(({ form }) => form.get('logoutRequest')?.includes(ticket) === true);
    expect(told.form.get('logoutRequest')).toContain(`<saml:NameID>o&apos;&quot;&lt;b&gt;&amp;]]&gt;{}\\%2f</saml:NameID><samlp:SessionIndex>${ticket}</samlp:SessionIndex>`);
  });
});

describe('pages show what they were given as text', () => {
  const MARK = `"'><svg/onload=alert(1)>`;
  it.each([
    '/cas/login?service=MARK', '/cas/login?pending=MARK', '/cas/login?then=MARK', '/cas/login?renew=MARK', '/cas/login?MARK=MARK', '/cas/logout?service=MARK', '/cas/signed-out?receipt=MARK',
    '/account?notice=MARK', '/admin/setup?token=MARK', '/consent?pending=MARK', '/oauth2/authorize?client_id=MARK', '/oauth2/authorize?pending=MARK', '/oauth2/logout?id_token_hint=MARK', '/cas/MARK', '/account/MARK',
    '/cas/serviceValidate?service=MARK&ticket=MARK', '/cas/p3/serviceValidate?service=a&ticket=MARK&format=MARK', '/cas/validate?service=MARK&ticket=MARK', '/admin/v1/people?search=MARK',
  ])('%s', async (path) => {
    const browser = new Browser();
    await walk.signIn(browser);
    const page = await browser.visit(platform.url + path.replaceAll('MARK', encodeURIComponent(MARK)));
    expect(page.body).not.toContain('<svg/');
    expect(page.status).toBeLessThan(500);
  });
  it('the name somebody typed, and the name of a person', async () => {
    const browser = new Browser();
    const refused = await walk.signIn(browser, MARK, 'x');
    expect(refused.body).not.toContain('<svg/');
    await walk.signIn(browser, ODD);
    expect((await browser.visit(`${platform.url}/account`)).body).not.toContain('<script>alert');
  });
  it.each(['/cas/login', '/account', '/cas/signed-out', '/cas/nothing', '/account/password', '/admin/setup?token=x'])('%s forbids framing, sniffing, caching, referrers and foreign scripts', async (path) => {
    const browser = new Browser();
    await walk.signIn(browser);
    const { headers } = await browser.visit(platform.url + path);
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'nonce-.*frame-ancestors 'none'/);
  });
});

describe('a form of ours works only for the browser it was shown to (CSRF, login CSRF)', () => {
  const FORMS: [string, Record<string, string>][] = [
    ['/cas/login', { login: 'ada', password: PASSWORD }],
    ['/account/sessions/end', { sid: 'SID' }],
    ['/account/sessions/end-all', {}],
    ['/account/password', { current: PASSWORD, password: 'seven purple giraffes dancing' }],
  ];
  it.each(FORMS)('%s', async (path, fields) => {
    const [browser, thief] = [new Browser(), new Browser()];
    await walk.signIn(browser);
    await walk.signIn(thief, 'grace');
    const cookie = cookieOf(browser);
    const token = async (of: Browser, page: string): Promise<string> => /name="csrf" value="([^"]+)"/.exec((await of.visit(platform.url + page)).body)?.[1] ?? '';
    const own = await token(browser, path === '/cas/login' ? '/cas/login?renew=true' : path.replace(/\/sessions.*/, ''));
    const foreign = await token(thief, path === '/cas/login' ? '/cas/login?renew=true' : path.replace(/\/sessions.*/, ''));
    const another = await token(browser, path === '/cas/login' ? '/account' : '/cas/login?renew=true');
    expect(own).not.toBe('');
    const form = { ...fields, ...(fields['sid'] === undefined ? {} : { sid: cookie.split('-')[0]! }) };
    const post = (csrf: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> =>
      browser.visit(platform.url + path, { method: 'POST', follow: false, form: { ...form, ...csrf }, headers: { origin: platform.url, ...headers } });
    const refused = [
      await post({}),
      await post({ csrf: '' }),
      await post({ csrf: foreign }),
      await post({ csrf: another }),
      await post({ csrf: own }, { origin: 'https://evil.example' }),
      await post({ csrf: own }, { origin: `${platform.url}.evil.example` }),
      await post({ csrf: own }, { 'sec-fetch-site': 'cross-site' }),
      await post({ csrf: own.toLowerCase() }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(Array(8).fill(403));
    expect(refused.flatMap(({ headers }) => headers['set-cookie'] ?? [])).toEqual([]);
    expect([cookieOf(browser), await isSignedIn(`latchkey=${cookie}`)]).toEqual([cookie, true]);
    expect((await walk.signIn(new Browser())).body).not.toContain('data-error');
  });

  it('a GET of what is posted changes nothing', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    for (const path of ['/account/sessions/end-all', `/account/sessions/end?sid=${cookieOf(browser).split('-')[0]}`]) {
      expect((await browser.visit(platform.url + path)).status).toBe(404);
    }
    expect(await isSignedIn(`latchkey=${cookieOf(browser)}`)).toBe(true);
  });

  it('a logout posted across sites, which brings no cookie, says signed out only when it is so (INV-3)', async () => {
    const browser = new Browser();
    await walk.signIn(browser);
    const cookie = cookieOf(browser);
    const service = `${application.url}/shop`;
    // SameSite=Lax: the browser leaves the cookie out of the post, and brings it with the GET that follows.
    const posted = await new Browser().visit(`${platform.url}/cas/logout`, { method: 'POST', form: { service }, follow: false, headers: { origin: application.url, 'sec-fetch-site': 'cross-site' } });
    expect([posted.status, posted.headers['set-cookie']]).toEqual([303, undefined]);
    const followed = await browser.visit(new URL(locationOf(posted), platform.url).href, { follow: false });
    expect(locationOf(followed)).toBe(service);
    expect(await isSignedIn(`latchkey=${cookie}`)).toBe(false);
  });
});

describe('the account page ends one’s own sessions only', () => {
  it('another person’s sid is as good as an unknown one', async () => {
    const [ada, grace] = [new Browser(), new Browser()];
    await walk.signIn(ada);
    await walk.signIn(grace, 'grace');
    const theirs = cookieOf(grace);
    const account = await ada.visit(`${platform.url}/account`);
    const which = [...account.body.matchAll(/<form\b[^>]*>/g)].findIndex(([tag]) => tag.includes('/account/sessions/end"'));
    for (const sid of [theirs.split('-')[0]!, 'A'.repeat(24), '', '\0', `${theirs.split('-')[0]}' OR 1=1--`]) {
      expect((await ada.submit(account, { sid }, { which, follow: false })).status).toBeLessThan(500);
    }
    expect(await isSignedIn(`latchkey=${theirs}`)).toBe(true);
  });
});

describe('guessing (NIST SP 800-63B-4 §3.2.2; ASVS 6.3.8)', () => {
  const guess = async (username: string, password = 'wrong', headers: Record<string, string> = {}): Promise<Page> => {
    const browser = new Browser();
    return browser.submit(await browser.visit(`${platform.url}/cas/login`), { login: username, password }, { follow: false, headers });
  };

  it('spellings of one name share one count', async () => {
    await walk.admin('PUT', '/people', { username: 'Bärbel', name: 'Bärbel', password: 'seven purple giraffes dancing' });
    const spellings = ['Bärbel', 'bärbel', 'BÄRBEL', 'ba\u0308rbel', 'BA\u0308RBEL', ' bärbel', 'bärbel ', '\u00a0bärbel'];
    const answers: number[] = [];
    for (let n = 0; n < 11; n += 1) answers.push((await guess(spellings[n % spellings.length]!)).status);
    expect(answers).toEqual([...Array(10).fill(403), 429]);
    expect((await guess('Bärbel', 'seven purple giraffes dancing')).status).toBe(429);
  });

  it.each([
    ['61 KB', 'x'.repeat(61_000)],
    ['61 KB of marks to be put in order', 'a' + '\u0301\u0316'.repeat(5_000)],
    ['NUL bytes', 'correct horse battery staple\0'],
    ['half a character', '\ud800'],
    ['an empty one', ''],
  ])('a password of %s is wrong, quickly and without a fault', async (_what, password) => {
    await walk.admin('PUT', '/people', { username: 'odd-passwords', name: 'Odd', password: 'seven purple giraffes dancing' });
    const began = Date.now();
    expect([400, 403]).toContain((await guess('odd-passwords', password)).status);
    expect(Date.now() - began).toBeLessThan(3_000);
  });

  it.each([['\0'], ['a\0b'], ['\ud800'], ['x'.repeat(50_000)], ['%00'], ["' OR 1=1 --"], ['ada\r\nX: y'], ['$1'], ['__proto__']])('the name %j is nobody’s, as any other', async (username) => {
    const page = await guess(username);
    expect([page.status, /data-error="([^"]+)"/.exec(page.body)?.[1]]).toEqual([403, 'no_match']);
  });

  it('a wrong password of a known and of an unknown name, and a disabled person with the right one, are answered alike: status, headers, size', async () => {
    await walk.admin('PUT', '/people', { username: 'disabled-one', name: 'Disabled', password: 'seven purple giraffes dancing', enabled: false });
    await walk.admin('PUT', '/people', { username: 'enabled--one', name: 'Enabled', password: 'seven purple giraffes dancing' });
    const shape = async (username: string, password: string): Promise<unknown> => {
      const { status, headers, body } = await guess(username, password);
      return { status, names: Object.keys(headers).sort(), size: body.length, cookies: headers['set-cookie'] };
    };
    const expected = await shape('enabled--one', 'wrong');
    expect(await shape('unknown--one', 'wrong')).toEqual(expected);
    expect(await shape('disabled-one', 'seven purple giraffes dancing')).toEqual(expected);
  });
});
