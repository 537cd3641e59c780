import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform } from '@latchkey/testing';
import { PASSWORD, launchCas, locationOf, type CasPlatform } from '../cas.platform.fixture.ts';

const ASKS = 'https://asks.example/';
const MORE = 'https://more.example/';
let cas: CasPlatform;
beforeAll(async () => {
  cas = await launchCas({ launchPlatform, newBrowser: () => new Browser() });
}, 60_000);
afterAll(() => cas.close());

const query = `service=${encodeURIComponent(ASKS)}`;
const ada = { login: 'ada', password: PASSWORD };
const grace = { login: 'grace', password: 'a nanosecond is eleven point eight inches' };
const to = (browser: Browser, path: string) => browser.visit(`${cas.url}${path}`, { until: (url) => !url.startsWith(cas.url) });
const asked = async (person = ada) => {
  const browser = new Browser();
  const first = await browser.submit(await cas.login(browser, query), person, { follow: false });
  return { browser, first, page: locationOf(first).startsWith('/') ? await to(browser, locationOf(first)) : first };
};
const ticketOf = (page: { headers: Readonly<Record<string, string | string[] | undefined>> }) => new URL(locationOf(page as never)).searchParams.get('ticket')!;
const agree = (browser: Browser, page: Awaited<ReturnType<typeof asked>>['page'], decision = 'allow') =>
  browser.submit(page, { decision }, { until: (url) => !url.startsWith(cas.url) });
const withdraw = async (browser: Browser) => browser.submit(await to(browser, '/account/releases'), {});

describe('a service whose people are asked before their attributes go to it', () => {
  it('there is no ticket before the answer, by any method, and the page says what would be told', async () => {
    const { browser, first, page } = await asked();
    expect(locationOf(first)).toMatch(/^\/cas\/release\?service=/);
    expect([page.status, page.body.includes('See your email: ada@example.org'), page.body.includes('Asks First')]).toEqual([200, true, true]);
    for (const more of ['', '&method=POST', '&method=HEADER', '&gateway=true']) {
      const again = await browser.visit(`${cas.url}/cas/login?${query}${more}`, { follow: false });
      expect([locationOf(again).startsWith('/cas/release?'), again.headers['ticket']]).toEqual([true, undefined]);
    }
  });

  it('who agrees goes on, is not asked again, and sees and withdraws it', async () => {
    const { browser, page } = await asked();
    const told = await cas.validate(ticketOf(await agree(browser, page)), ASKS);
    expect(told).toContain('<cas:email>ada@example.org</cas:email>');
    const later = ticketOf(await cas.login(browser, query));
    expect((await to(browser, '/account/releases')).body).toContain('See your email: ada@example.org');
    expect((await withdraw(browser)).body).toContain('Asks First');
    const after = await cas.validate(later, ASKS);
    expect([after.includes('<cas:user>ada<'), after.includes('email')]).toEqual([true, false]);
    expect(locationOf(await browser.visit(`${cas.url}/cas/login?${query}`, { follow: false }))).toMatch(/^\/cas\/release/);
  });

  it('who does not agree is told nothing of, and stays here', async () => {
    const { browser, page } = await asked(grace);
    const denied = await agree(browser, page, 'deny');
    expect([denied.status, denied.url]).toEqual([200, `${cas.url}/cas/login`]);
    expect(locationOf(await browser.visit(`${cas.url}/cas/login?${query}`, { follow: false }))).toMatch(/^\/cas\/release/);
  });

  it('nobody agrees for somebody else, or by a form of another browser', async () => {
    const { page } = await asked(grace);
    const other = new Browser();
    await cas.enter(other, grace);
    expect((await agree(other, page)).status).toBe(403);
    expect(locationOf(await other.visit(`${cas.url}/cas/login?${query}`, { follow: false }))).toMatch(/^\/cas\/release/);
  });

  it('everything that is agreed to stands on the page: what has no value yet, and by what the service names people', async () => {
    const browser = new Browser();
    const form = await cas.login(browser, `service=${encodeURIComponent(MORE)}`);
    const page = await to(browser, locationOf(await browser.submit(form, ada, { follow: false })));
    const lines = [...page.body.matchAll(/See your ([^<]*)/g)].map(([, line]) => line);
    expect(lines).toEqual(['email: ada@example.org', 'phone, of which there is none now', expect.stringMatching(/^mail: .+/), 'mail, of which there is none now']);
  });

  it('nobody agrees by the page of another service, or of another person in the same browser', async () => {
    const { browser, page } = await asked(grace);
    const answer = await browser.submit(page, { decision: 'allow', service: MORE }, { until: (url) => !url.startsWith(cas.url) });
    expect(answer.status).toBe(403);
    await browser.submit(await cas.login(browser, `${query}&renew=true`), ada, { follow: false });
    expect((await agree(browser, page)).status).toBe(403);
  });

  it('a ticket that comes without a page (REST) opens, and tells no attribute', async () => {
    const post = (path: string, form: Record<string, string>) => fetch(`${cas.url}/cas/v1/${path}`, { method: 'POST', body: new URLSearchParams(form) });
    const tgt = await (await post('tickets', { username: 'grace', password: grace.password })).text();
    const told = await cas.validate(await (await post(`tickets/${tgt}`, { service: ASKS })).text(), ASKS);
    expect([told.includes('<cas:user>grace<'), told.includes('<cas:sub>')]).toEqual([true, false]);
  });
});
