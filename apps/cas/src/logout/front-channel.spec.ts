import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform } from '@latchkey/testing';
import { DESK, SHOP, eventually, launchCas, locationOf, type CasPlatform } from '../cas.platform.fixture.ts';

let cas: CasPlatform;
beforeAll(async () => {
  cas = await launchCas({ launchPlatform, newBrowser: () => new Browser() });
}, 60_000);
afterAll(() => cas.close());

const atDesk = async () => {
  const browser = new Browser();
  await cas.enter(browser);
  const ticket = new URL(locationOf(await cas.login(browser, `service=${encodeURIComponent(DESK)}`))).searchParams.get('ticket')!;
  await cas.validate(ticket, DESK);
  return { browser, ticket };
};
const leave = (browser: Browser, query = '') => browser.visit(`${cas.url}/cas/logout${query}`, { follow: false });
const bringing = async (browser: Browser, page: string) => {
  const shown = await eventually(() => browser.visit(page), ({ body }) => body.includes('/cas/front-channel?'));
  const address = /<iframe[^>]* src="([^"]+)"/.exec(shown.body)?.[1]?.replaceAll('&amp;', '&');
  return { shown, address: new URL(address ?? 'about:blank', cas.url).href };
};

describe('single logout by the browser (front channel)', () => {
  it('the page frames each service, links to it for browsers without frames, and says what came of it', async () => {
    const { browser, ticket } = await atDesk();
    const page = new URL(locationOf(await leave(browser)), cas.url).href;
    const { shown, address } = await bringing(browser, page);
    expect(shown.body).toContain(`href="${address.slice(cas.url.length).replaceAll('&', '&amp;')}"`);
    expect(String(shown.headers['content-security-policy'])).toContain("frame-src 'self' https://desk.example;");
    const to = new URL(locationOf(await browser.visit(address, { follow: false })));
    expect([to.origin, to.pathname, to.searchParams.get('keep')]).toEqual(['https://desk.example', '/slo', '1']);
    const request = inflateRawSync(Buffer.from(to.searchParams.get('SAMLRequest')!, 'base64')).toString();
    expect(request).toContain(`<samlp:SessionIndex>${ticket}</samlp:SessionIndex>`);
    expect((await browser.visit(page)).body).toMatch(/data-state="told"/);
    expect((await browser.visit(address, { follow: false })).status).toBe(204);
    expect(cas.sent.filter(({ url }) => url.startsWith('https://desk.example'))).toEqual([]);
  });

  it('comes before the service that asked for the sign-out, which is gone on to by a link', async () => {
    const { browser } = await atDesk();
    const page = locationOf(await leave(browser, `?service=${encodeURIComponent(SHOP)}`));
    expect(page).toMatch(/^\/cas\/signed-out\?receipt=/);
    expect((await browser.visit(cas.url + page)).body).toContain(`href="${SHOP}"`);
  });

  it('nobody without the receipt of that sign-out is sent anywhere', async () => {
    const { browser } = await atDesk();
    const { address } = await bringing(browser, new URL(locationOf(await leave(browser)), cas.url).href);
    const other = new Browser();
    await cas.enter(other);
    const receipt = new URL(locationOf(await leave(other)), cas.url).searchParams.get('receipt')!;
    const forged = new URL(address);
    for (const value of [receipt, '', 'x']) {
      forged.searchParams.set('receipt', value);
      expect((await other.visit(forged.href, { follow: false })).status).toBe(204);
    }
    expect((await browser.visit(address, { follow: false })).status).toBe(303);
  });
});
