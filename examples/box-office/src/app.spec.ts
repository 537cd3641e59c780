import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startBoxOffice, type Running } from './app.ts';
import { testDatabase, type TestDatabase } from '../test/database.ts';
import { fakeLatchkey, type FakeLatchkey } from '../test/fake-latchkey.ts';

let database: TestDatabase;
let latchkey: FakeLatchkey;
let boxOffice: Running;

beforeAll(async () => {
  database = await testDatabase();
  latchkey = await fakeLatchkey();
  boxOffice = await startBoxOffice({ host: '127.0.0.1', port: 0, latchkeyUrl: latchkey.url, databaseUrl: database.url });
});

afterAll(async () => {
  await boxOffice.close();
  await latchkey.close();
  await database.close();
});

beforeEach(() => {
  latchkey.beforeAnswer = async () => undefined;
});

describe('sign-in (CAS 3.0 §2.1, §2.5)', () => {
  it('opens a session with a cookie that no script reads', async () => {
    const browser = new Browser();
    const response = await browser.signIn();
    expect(response.cookies.find((line) => line.startsWith('box_office_session='))).toMatch(/HttpOnly; SameSite=Lax/);
    expect(await browser.page('/')).toContain('Ada Lovelace');
  });

  it('goes back to the page it began at, and never to another site', async () => {
    expect((await new Browser().signIn('/tickets')).location).toBe('/tickets');
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/a?b']) {
      expect((await new Browser().signIn(next)).location).toBe('/');
    }
  });

  it('takes a ticket once', async () => {
    const browser = new Browser();
    const { ticket } = await browser.signIn();
    const other = new Browser();
    await other.get('/sign-in');
    await other.get(`/?ticket=${ticket}`);
    expect(await other.page('/')).toContain('Sign in to book');
  });

  it('is refused in a browser that did not begin it', async () => {
    const ticket = await ticketOf(latchkey, boxOffice);
    const response = await new Browser().get(`/?ticket=${ticket}`);
    expect(response.status).toBe(400);
    expect(response.cookies).toEqual([]);
  });

  it('is refused with a forged ticket', async () => {
    const browser = new Browser();
    await browser.get('/sign-in');
    expect((await browser.get('/?ticket=ST-forged')).status).toBe(400);
  });
});

describe('single logout (CAS 3.0 §2.3.3)', () => {
  it('ends the session of the ticket and no other, and may be said twice', async () => {
    const browser = new Browser();
    const other = new Browser();
    const { ticket } = await browser.signIn();
    await other.signIn();
    for (const _ of [1, 2]) expect((await sendLogout(ticket)).status).toBe(200);
    expect(await browser.page('/')).not.toContain('Ada Lovelace');
    expect(await other.page('/')).toContain('Ada Lovelace');
  });

  it('that overtakes the sign-in it belongs to leaves nobody signed in', async () => {
    latchkey.beforeAnswer = async (ticket) => {
      await sendLogout(ticket);
    };
    const browser = new Browser();
    await browser.signIn();
    expect(await browser.page('/')).not.toContain('Ada Lovelace');
  });

  it('is refused when it is none', async () => {
    for (const body of ['', 'logoutRequest=', 'logoutRequest=%3Ca%2F%3E', 'logoutRequest=%3C%21DOCTYPE+a%3E']) {
      expect((await post('/', body)).status).toBe(400);
    }
  });
});

describe('booking', () => {
  it('needs a session, and a form of its own site', async () => {
    const browser = new Browser();
    expect((await browser.get('/tickets')).location).toBe('/');
    expect((await browser.post('/holds', {})).location).toBe('/');
    await browser.signIn();
    expect((await browser.post('/sign-out', {}, 'http://127.0.0.1:1')).status).toBe(403);
    expect(await browser.page('/')).toContain('Ada Lovelace');
  });

  it('goes from the plan to the tickets', async () => {
    const browser = new Browser();
    await browser.signIn();
    const performance = /\/performances\/([0-9-]+)/.exec(await browser.page('/'))?.[1] ?? '';
    expect((await browser.post('/holds', { performance, block: 'Stalls', seats: '2' })).location).toBe('/basket');
    const hold = /\/holds\/([^/]+)\/buy/.exec(await browser.page('/basket'))?.[1] ?? '';
    const { location } = await browser.post(`/holds/${hold}/buy`, {});
    expect(location).toMatch(/^\/tickets\?new=/);
    expect((await browser.post(`/holds/${hold}/buy`, {})).location).toBe('/basket?late');
    expect(await browser.page('/tickets')).toContain('2 seats');
  });

  it('sign-out ends the own session, then goes to the CAS server', async () => {
    const browser = new Browser();
    await browser.signIn();
    const { location } = await browser.post('/sign-out', {});
    expect(location).toBe(`${latchkey.url}/cas/logout?service=${encodeURIComponent(`${boxOffice.url}/`)}`);
    expect(await browser.page('/')).not.toContain('Ada Lovelace');
  });
});

describe('GET /api/orders (RFC 6750, RFC 9068)', () => {
  const good = () => ({ sub: 'person-1', aud: `${boxOffice.url}/api`, scope: 'openid orders:read' });

  it('answers the orders of the subject of the token, and of nobody else', async () => {
    const own = await orders(await latchkey.accessToken(good()));
    expect(own.status).toBe(200);
    expect(((await own.json()) as { orders: object[] }).orders).toEqual([
      expect.objectContaining({ show: 'The Lighthouse at Low Water', block: 'Stalls', seats: 2, timeZone: 'Europe/London' }),
    ]);
    const other = await orders(await latchkey.accessToken({ ...good(), sub: 'person-2' }));
    expect(await other.json()).toEqual({ orders: [] });
  });

  it('asks for a token without an error code when there is none (RFC 6750 §3.1)', async () => {
    const response = await orders(undefined);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="Box Office", scope="orders:read", resource_metadata=/);
    expect(response.headers.get('www-authenticate')).not.toContain('error');
  });

  it.each([
    ['another audience', { aud: 'http://127.0.0.1:1/api' }, 'at+jwt'],
    ['no client', { client_id: undefined }, 'at+jwt'],
    ['the type of an ID token', {}, 'JWT'],
  ])('refuses a token with %s', async (_what, change, typ) => {
    const response = await orders(await latchkey.accessToken({ ...good(), ...change }, typ));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('refuses a token without the scope', async () => {
    const response = await orders(await latchkey.accessToken({ ...good(), scope: 'openid orders:readall' }));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });

  it('says that it cannot check while the authorization server is away', async () => {
    const alone = await startBoxOffice({ host: '127.0.0.1', port: 0, latchkeyUrl: 'http://127.0.0.1:1', databaseUrl: database.url });
    const response = await fetch(`${alone.url}/api/orders`, { headers: { authorization: 'Bearer a.b.c' } });
    expect(response.status).toBe(503);
    await alone.close();
  });
});

const orders = (token: string | undefined) =>
  fetch(`${boxOffice.url}/api/orders`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

const post = (path: string, body: string) =>
  fetch(boxOffice.url + path, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });

const sendLogout = (ticket: string) =>
  post(
    '/',
    new URLSearchParams({
      logoutRequest: `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="LR-1" Version="2.0" IssueInstant="2026-11-24T00:00:00Z"><saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">ada</saml:NameID><samlp:SessionIndex>${ticket}</samlp:SessionIndex></samlp:LogoutRequest>`,
    }).toString(),
  );

async function ticketOf(server: FakeLatchkey, app: Running): Promise<string> {
  await fetch(`${server.url}/cas/login?service=${encodeURIComponent(`${app.url}/`)}`, { redirect: 'manual' });
  return server.tickets.at(-1) ?? '';
}

interface Answer {
  status: number;
  location: string;
  cookies: string[];
  text: string;
}

class Browser {
  readonly #jar = new Map<string, string>();

  async signIn(next = '/'): Promise<Answer & { ticket: string }> {
    await this.get(`/sign-in?next=${encodeURIComponent(next)}`);
    const ticket = await ticketOf(latchkey, boxOffice);
    return { ...(await this.get(`/?ticket=${ticket}`)), ticket };
  }

  async page(path: string): Promise<string> {
    return (await this.get(path)).text;
  }

  get(path: string): Promise<Answer> {
    return this.#send(path, {});
  }

  post(path: string, form: Record<string, string>, origin = boxOffice.url): Promise<Answer> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(form), headers: { origin } });
  }

  async #send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(boxOffice.url + path, { ...init, headers, redirect: 'manual' });
    const cookies = response.headers.getSetCookie();
    for (const line of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#jar.delete(name);
      else this.#jar.set(name, value);
    }
    return { status: response.status, location: response.headers.get('location') ?? '', cookies, text: await response.text() };
  }
}
