import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@latchkey/testing';
import type { Browser, Page } from 'playwright-core';
import { entryOf, startProxy, type Proxy } from '../interop/proxies.ts';
import { PASSWORD } from '../platform/declaration.ts';
import { deploy, type Deployment } from '../platform/deploy.ts';
import { startChromium } from './chromium.ts';
import { signIn } from './gallery.ts';

const NAMES = ['nginx', 'caddy'] as const;

/** What nginx needs to be told, and what proxies that hand answers on do by themselves; both as Chromium sees them. */
describe('hosts behind forward auth in Chromium', () => {
  const proxies: Proxy[] = [];
  let application: Server;
  let platform: Deployment;
  let chromium: Browser;

  beforeAll(async () => {
    const [applicationPort, ...ports] = [await freePort(), await freePort(), await freePort()];
    application = createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>inside</title><h1>${request.headers['remote-user']} at ${request.url}</h1>`);
    });
    await new Promise<void>((resolve) => application.listen(applicationPort, '127.0.0.1', resolve));
    platform = await deploy({
      declaration: `people: [{ username: ada, name: Ada, password: ${PASSWORD}, groups: [staff] }]\nservices:\n${NAMES.map((name, index) => entryOf(name, ports[index]!)).join('')}`,
    });
    for (const [index, name] of NAMES.entries()) proxies.push(await startProxy(name, { port: ports[index]!, platform: platform.port, application: applicationPort! }));
    chromium = await startChromium();
  }, 60_000);
  afterAll(async () => {
    await chromium?.close();
    for (const proxy of proxies) await proxy.stop();
    await platform?.close();
    await new Promise((resolve) => (application === undefined ? resolve(null) : application.close(resolve)));
  });

  const headline = (page: Page) => page.locator('h1').innerText();
  const status = (page: Page, path: string) => page.evaluate(async (address) => (await fetch(address)).status, path);

  it('one sign-in opens both, pages of theirs may fetch, and one sign-out closes both', async () => {
    const context = await chromium.newContext();
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const [nginx, caddy] = proxies as [Proxy, Proxy];

    await page.goto(`${nginx.url}/wiki?a=b%20c`);
    expect(new URL(page.url()).origin).toBe(platform.url);
    await signIn(page, { login: 'ada', password: PASSWORD });
    await page.waitForURL(`${nginx.url}/wiki?a=b%20c`);
    expect([await headline(page), await status(page, '/api')]).toEqual(['ada at /wiki?a=b%20c', 200]);

    await page.goto(`${caddy.url}/board`);
    expect([page.url(), await headline(page), await status(page, '/api')]).toEqual([`${caddy.url}/board`, 'ada at /board', 200]);
    const names = (await context.cookies([nginx.url, caddy.url])).map(({ name, httpOnly, sameSite }) => `${name} ${httpOnly} ${sameSite}`).sort();
    expect(names).toEqual(['latchkey-visit-caddy true Lax', 'latchkey-visit-nginx true Lax', 'latchkey-visitor true Lax', 'latchkey-visitor true Lax']);

    await page.goto(`${nginx.url}/.latchkey/sign-out`);
    expect(new URL(page.url()).pathname).toBe('/cas/signed-out');
    for (const proxy of [nginx, caddy]) {
      await page.goto(`${proxy.url}/wiki`);
      expect(new URL(page.url()).origin).toBe(platform.url);
    }
    await context.close();
  });

  it('a page that is open when the session ends is told so by its next fetch, and not asked for a password in a window of the browser', async () => {
    const context = await chromium.newContext();
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    for (const proxy of proxies) {
      await page.goto(`${proxy.url}/`);
      if (new URL(page.url()).origin === platform.url) await signIn(page, { login: 'ada', password: PASSWORD });
      await page.waitForURL(`${proxy.url}/`);
      const other = await context.newPage();
      await other.goto(`${platform.url}/cas/logout`);
      await other.close();
      expect(await page.evaluate(async () => [(await fetch('/api')).status, (await fetch('/api')).headers.get('www-authenticate')?.includes('Basic')])).toEqual([401, false]);
    }
    await context.close();
  });
});
