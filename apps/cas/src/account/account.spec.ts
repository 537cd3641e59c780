import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform, type Page } from '@latchkey/testing';
import { CLUB, PASSWORD, SHOP, errorOf, eventually, launchCas, locationOf, type CasPlatform } from '../cas.platform.fixture.ts';

let cas: CasPlatform;
beforeAll(async () => {
  cas = await launchCas({ launchPlatform, newBrowser: () => new Browser() });
}, 60_000);
afterAll(() => cas.close());
const GRACE = { login: 'grace', password: 'a nanosecond is eleven point eight inches' };
const at = (path: string) => `${cas.url}${path}`;
const isIn = async (browser: Browser) => (await cas.login(browser)).status === 303;
const post = (browser: Browser, page: Page, path: string, form: Record<string, string>) =>
  browser.visit(at(path), { method: 'POST', follow: false, form: { csrf: /name="csrf" value="([^"]+)"/.exec(page.body)![1]!, ...form }, headers: { origin: cas.url } });
const sidOf = (browser: Browser) => browser.cookie(cas.url, 'latchkey')!.split('-')[0]!;
const told = () => cas.sent.map(({ body }) => /SessionIndex>([^<]+)</.exec(new URLSearchParams(body).get('logoutRequest') ?? '')?.[1]);

describe('/cas/logout (CAS 3.0 §2.3)', () => {
  it('ends the session everywhere, tells every service, and shows how that goes', async () => {
    const browser = new Browser();
    const ticket = await cas.enter(browser, GRACE);
    await cas.validate(ticket);
    const club = await cas.login(browser, `service=${encodeURIComponent(CLUB)}`);
    await cas.validate(new URL(locationOf(club)).searchParams.get('ticket')!, CLUB);
    const unused = await cas.enter(browser);
    const stolen = browser.cookie(cas.url, 'latchkey')!;
    const page = await browser.visit(at('/cas/logout'));
    expect([new URL(page.url).pathname, page.body.includes('Signed out'), page.body.includes('Shop')]).toEqual(['/cas/signed-out', true, true]);
    expect(page.url).not.toContain(stolen.split('-')[0]);
    expect(browser.cookie(cas.url, 'latchkey')).toBeUndefined();
    browser.setCookie(cas.url, 'latchkey', stolen);
    expect(await isIn(browser)).toBe(false);
    expect(await cas.validate(unused)).toContain('INVALID_TICKET');
    await eventually(told, (tickets) => tickets.includes(ticket));
    const later = await eventually(() => browser.visit(page.url), (shown) => !/http-equiv="refresh"/i.test(shown.body));
    expect([/http-equiv="refresh"/i.test(later.body), told().includes(ticket)]).toEqual([false, true]);
  });

  it('goes to a registered service only, and twice is as good as once', async () => {
    const browser = new Browser();
    await cas.enter(browser);
    const outside = { until: (url: string) => !url.startsWith(cas.url) };
    expect(locationOf(await browser.visit(at(`/cas/logout?service=${encodeURIComponent(SHOP)}`), outside))).toBe(SHOP);
    expect(await isIn(browser)).toBe(false);
    expect(locationOf(await browser.visit(at(`/cas/logout?service=${encodeURIComponent(SHOP)}`), outside))).toBe(SHOP);
    expect(locationOf(await browser.visit(at(`/cas/logout?service=${encodeURIComponent(`${SHOP};jsessionid=A1`)}`), outside))).toBe(SHOP);
    for (const foreign of ['service=https://evil.example/', 'url=https://evil.example/']) {
      expect(new URL((await browser.visit(at(`/cas/logout?${foreign}`))).url).pathname).toBe('/cas/signed-out');
    }
  });
});

describe('/account', () => {
  it('asks for a sign-in first and comes back', async () => {
    const browser = new Browser();
    const page = await browser.visit(at('/account'));
    expect(new URL(page.url).pathname).toBe('/cas/login');
    const account = await browser.submit(page, GRACE);
    expect([account.url, account.body.includes('Grace Hopper')]).toEqual([at('/account'), true]);
  });

  it('shows the sessions with their applications, and ends another one of the same person', async () => {
    const [here, there] = [new Browser(), new Browser()];
    await cas.enter(here, GRACE);
    await cas.validate(await cas.enter(there, GRACE));
    const page = await here.visit(at('/account'));
    expect(page.body).toContain('Chrome');
    expect(page.body).toContain('Shop');
    const done = await post(here, page, '/account/sessions/end', { sid: sidOf(there) });
    expect(locationOf(done)).toBe('/account?notice=session-ended');
    expect([await isIn(here), await isIn(there)]).toEqual([true, false]);
  });

  it('never ends the session of another person (INV-8)', async () => {
    const [ada, grace] = [new Browser(), new Browser()];
    await cas.enter(ada);
    await cas.enter(grace, GRACE);
    const page = await grace.visit(at('/account'));
    expect(page.body).not.toContain(sidOf(ada));
    await post(grace, page, '/account/sessions/end', { sid: sidOf(ada) });
    expect(await isIn(ada)).toBe(true);
  });

  it('refuses a form that this browser was not shown', async () => {
    const [one, other] = [new Browser(), new Browser()];
    await cas.enter(one, GRACE);
    await cas.enter(other, GRACE);
    const page = await one.visit(at('/account'));
    const refused = await post(other, page, '/account/sessions/end-all', {});
    expect([refused.status, errorOf(refused), await isIn(other)]).toEqual([403, 'form_expired', true]);
  });

  it('signs out everywhere', async () => {
    const [here, there] = [new Browser(), new Browser()];
    await cas.enter(here, GRACE);
    const ticket = await cas.enter(there, GRACE);
    await cas.validate(ticket);
    const done = await post(here, await here.visit(at('/account')), '/account/sessions/end-all', {});
    expect(locationOf(done)).toMatch(/^\/cas\/signed-out\?receipt=/);
    expect([await isIn(here), await isIn(there)]).toEqual([false, false]);
    expect(await eventually(told, (tickets) => tickets.includes(ticket))).toContain(ticket);
  });

  it('keeps a ledger of what was told', async () => {
    const browser = new Browser();
    await cas.enter(browser, GRACE);
    const page = await eventually(() => browser.visit(at('/account')), (shown) => shown.body.includes('Shop'));
    expect(page.body).toContain('Shop');
  });
});

describe('/account/password (ASVS 6.2, 7.4.3, 7.5.1)', () => {
  const change = async (browser: Browser, current: string, password: string) =>
    browser.submit(await browser.visit(at('/account/password')), { current, password }, { follow: false });

  it('wants the current password and a good new one, and says what is wrong', async () => {
    const browser = new Browser();
    await cas.enter(browser);
    for (const [current, password, error] of [
      ['wrong', 'nine green whales whistle', 'wrong'],
      [PASSWORD, 'short', 'too_short'],
      [PASSWORD, 'passwordpassword1', 'too_common'],
      [PASSWORD, PASSWORD, 'unchanged'],
    ] as const) {
      const page = await change(browser, current, password);
      expect([page.status >= 400, errorOf(page)]).toEqual([true, error]);
    }
    expect(await isIn(browser)).toBe(true);
  });

  it('ends every other session and keeps this one; only the new password opens', async () => {
    const [here, there] = [new Browser(), new Browser()];
    await cas.enter(here);
    const ticket = await cas.enter(there);
    await cas.validate(ticket);
    expect(locationOf(await change(here, PASSWORD, 'nine green whales whistle'))).toBe('/account?notice=password-changed');
    expect([await isIn(here), await isIn(there)]).toEqual([true, false]);
    expect(await eventually(told, (tickets) => tickets.includes(ticket))).toContain(ticket);
    const old = new Browser();
    expect(errorOf(await old.submit(await cas.login(old), { login: 'ada', password: PASSWORD }, { follow: false }))).toBe('no_match');
    await cas.enter(old, { login: 'ada', password: 'nine green whales whistle' });
  });
});
