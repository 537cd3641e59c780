import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform } from '@latchkey/testing';
import { CLUB, PASSWORD, SHOP, costOf, errorOf, launchCas, locationOf, type CasPlatform } from '../cas.platform.fixture.ts';

let cas: CasPlatform;
beforeAll(async () => {
  cas = await launchCas({ launchPlatform, newBrowser: () => new Browser() });
}, 60_000);
afterAll(() => cas.close());
const ada = { login: 'ada', password: PASSWORD };
const signedIn = async () => {
  const browser = new Browser();
  await cas.enter(browser);
  return browser;
};

describe('/cas/login as credential requestor (CAS 3.0 §2.1)', () => {
  it('asks, says for whom, and lets the form lead to that one origin (security.md 4.4)', async () => {
    const page = await cas.login(new Browser());
    expect([page.status, page.body.includes('Shop')]).toEqual([200, true]);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    expect(String(page.headers['content-security-policy'])).toContain("form-action 'self' https://shop.example;");
  });

  it.each([
    ['another host', 'https://evil.example/'],
    ['a path that is not registered', 'https://shop.example/admin'],
    ['a user part', 'https://shop.example@evil.example/'],
    ['a script', 'javascript:alert(1)'],
  ])('%s gets an error page and never a redirect, signed in or not', async (_what, service) => {
    for (const browser of [new Browser(), await signedIn()]) {
      for (const more of ['', '&gateway=true', '&renew=true']) {
        const page = await cas.login(browser, `service=${encodeURIComponent(service)}${more}`);
        expect([page.status, errorOf(page), locationOf(page)]).toEqual([403, 'service_not_registered', '']);
      }
    }
  });

  it('a repeated parameter is refused', async () => {
    const twice = `service=${encodeURIComponent(SHOP)}&service=${encodeURIComponent(SHOP)}`;
    const page = await cas.login(await signedIn(), twice);
    expect([page.status, errorOf(page)]).toEqual([400, 'invalid_request']);
  });

  it('with a session the ticket comes at once, within the cost of a hot path (design, section 9)', async () => {
    const browser = await signedIn();
    await cas.enter(browser);
    await cas.validate(await cas.enter(browser));
    const tickets: string[] = [];
    expect(await costOf(cas, async () => tickets.push(await cas.enter(browser)))).toEqual([0, 2, 0]);
    expect(
      await costOf(cas, async () => {
        expect(await cas.validate(tickets.pop()!)).toContain('<cas:isFromNewLogin>false</cas:isFromNewLogin>');
      }),
    ).toEqual([0, 2, 1]);
  });

  it('renew asks for the password again, and the ticket says so (§2.1.1, §2.4.1)', async () => {
    const browser = await signedIn();
    const page = await cas.login(browser, `service=${encodeURIComponent(SHOP)}&renew=true`);
    expect(page.status).toBe(200);
    const done = await browser.submit(page, ada, { follow: false });
    expect(await cas.validate(new URL(locationOf(done)).searchParams.get('ticket')!)).toContain('<cas:isFromNewLogin>true<');
  });

  it('gateway never asks: back without a ticket, or with one (§2.1.1)', async () => {
    const gateway = `service=${encodeURIComponent(SHOP)}&gateway=true`;
    expect(locationOf(await cas.login(new Browser(), gateway))).toBe(SHOP);
    expect(locationOf(await cas.login(await signedIn(), gateway))).toMatch(/^https:\/\/shop\.example\/\?ticket=ST-/);
  });

  it('a service URL keeps its query', async () => {
    const page = await cas.login(await signedIn(), `service=${encodeURIComponent('https://shop.example/?page=2')}`);
    expect(locationOf(page)).toMatch(/^https:\/\/shop\.example\/\?page=2&ticket=ST-[A-Z2-7]{28}$/);
  });

  it('who is not in a group that may enter gets a page, not a ticket', async () => {
    const page = await cas.login(await signedIn(), `service=${encodeURIComponent(CLUB)}`);
    expect([page.status, errorOf(page), locationOf(page)]).toEqual([403, 'not_admitted', '']);
  });
});

describe('/cas/login as credential acceptor (CAS 3.0 §2.2)', () => {
  it('redirects by GET, sets one cookie that scripts cannot read, and costs what it may (RFC 9700 §4.12)', async () => {
    const browser = new Browser();
    const done = await browser.submit(await cas.login(browser), ada, { follow: false });
    const [asks, trips, statements] = await costOf(cas, () => cas.enter(new Browser()));
    expect([asks, trips, statements <= 4]).toEqual([1, 2, true]);
    expect([done.status, locationOf(done).includes('password')]).toEqual([303, false]);
    expect(done.headers['set-cookie']).toEqual([expect.stringMatching(/^latchkey=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)]);
  });

  it('the answers for a wrong password and an unknown name differ in nothing but the name that was typed', async () => {
    const answer = async (login: string) => {
      const browser = new Browser();
      const done = await browser.submit(await cas.login(browser), { login, password: 'wrong' }, { follow: false });
      const body = done.body.replaceAll(login, '…').replaceAll(/nonce="[^"]*"|value="[A-Za-z0-9_-]{43}"/g, '');
      return { status: done.status, error: errorOf(done), body, headers: Object.keys(done.headers) };
    };
    const wrong = await answer('grace');
    expect([wrong.status, wrong.error]).toEqual([403, 'no_match']);
    expect(await answer('nobody')).toEqual(wrong);
  });

  it('a form of another browser, a form without its token and a post from another origin do nothing', async () => {
    const page = await cas.login(new Browser());
    const other = new Browser();
    await cas.login(other);
    const stolen = await other.submit(page, ada, { follow: false });
    const bare = await other.visit(`${cas.url}/cas/login`, { method: 'POST', form: ada, follow: false });
    const own = await cas.login(other);
    const foreign = await other.submit(own, ada, { follow: false, headers: { origin: 'https://evil.example' } });
    for (const refused of [stolen, bare, foreign]) {
      expect([refused.status, errorOf(refused), refused.headers['set-cookie']]).toEqual([403, 'form_expired', undefined]);
    }
  });

  it('a service that sends people here by a form gets what a link gets (RFC 6265bis: SameSite=Lax)', async () => {
    const browser = await signedIn();
    const page = await browser.visit(`${cas.url}/cas/login`, { method: 'POST', form: { service: SHOP }, headers: { origin: 'https://shop.example' }, until: (url) => !url.startsWith(cas.url) });
    expect(locationOf(page)).toMatch(/^https:\/\/shop\.example\/\?ticket=/);
  });

  it('an empty form says what is missing and keeps the rest', async () => {
    const browser = new Browser();
    const done = await browser.submit(await cas.login(browser), { login: 'ada', password: '' }, { follow: false });
    expect([done.status, errorOf(done), done.body.includes('value="ada"')]).toEqual([400, 'missing', true]);
  });

  it('another person in the same browser takes over, and the first session is over', async () => {
    const browser = await signedIn();
    const ticket = await cas.enter(browser);
    const grace = { login: 'grace', password: 'a nanosecond is eleven point eight inches' };
    await browser.submit(await cas.login(browser, 'renew=true'), grace, { follow: false });
    expect(await cas.validate(ticket)).toContain('INVALID_TICKET');
    expect((await cas.login(browser, '')).body).toContain('Grace Hopper');
  });

  it('without a service it says who is signed in (§2.2.4)', async () => {
    const browser = await signedIn();
    expect((await cas.login(browser, '')).body).toContain('Ada Lovelace');
  });
});

describe('a pending authorization request', () => {
  const authorize = () =>
    `${cas.url}/oauth2/authorize?${new URLSearchParams({
      client_id: 'reader',
      redirect_uri: 'https://reader.example/cb',
      response_type: 'code',
      scope: 'openid',
      state: 'xyz',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }).toString()}`;
  const outside = { until: (url: string) => !url.startsWith(cas.url) };

  it('is named on the page, and a sign-in leads back to it', async () => {
    const browser = new Browser();
    const page = await browser.visit(authorize(), outside);
    expect([page.status, page.body.includes('Reader')]).toEqual([200, true]);
    const done = await browser.submit(page, ada, outside);
    expect(locationOf(done)).toMatch(/^https:\/\/reader\.example\/cb\?(?=.*code=)(?=.*state=xyz)/);
  });

  it('cancel goes back to the application without signing anybody in', async () => {
    const browser = new Browser();
    const page = await browser.visit(authorize(), outside);
    const href = /href="([^"]*cancel=1[^"]*)"/.exec(page.body)![1]!.replaceAll('&amp;', '&');
    expect(locationOf(await browser.visit(new URL(href, cas.url).href, outside))).toContain('error=access_denied');
  });

  it('of another browser is an error page', async () => {
    const page = await new Browser().visit(authorize(), { ...outside, follow: false });
    const elsewhere = await new Browser().visit(new URL(locationOf(page), cas.url).href, { follow: false });
    expect([elsewhere.status, errorOf(elsewhere)]).toEqual([400, 'pending_unknown']);
  });
});
