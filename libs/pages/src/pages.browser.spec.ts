import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { samples } from '../samples/samples.ts';

const sizes = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
] as const;
interface Size {
  readonly width: number;
  readonly height: number;
}
const schemes = ['light', 'dark'] as const;
type Scheme = (typeof schemes)[number];
const executablePath = process.env['LATCHKEY_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const folder = process.env['LATCHKEY_SCREENSHOTS'];
const nonce = 'c2FtcGxl';
/** As on every page of the platform, less the report target. */
const policy = [
  "default-src 'none'",
  `script-src 'nonce-${nonce}' 'strict-dynamic'`,
  `style-src 'self' 'nonce-${nonce}'`,
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');
const logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="8" fill="#0b7a5b"/><path d="M10 16h20v8H10z" fill="#fff"/></svg>';

let browser: Browser;
let server: Server;
let origin: string;
let scripted: Window;
let unscripted: Window;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/logo.svg') return response.setHeader('content-type', 'image/svg+xml').end(logo);
    if (request.url?.startsWith('/cas/front-channel') === true) return response.setHeader('content-type', 'text/html').end('<!doctype html><html lang="en"><title>told</title><p>told');
    const found = samples.find(({ name }) => request.url === `/${name}`);
    response.setHeader('content-security-policy', policy).setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(found?.render(found.props, { nonce }) ?? '<!doctype html><title>posted</title>posted');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  [scripted, unscripted] = await Promise.all([openWindow(true), openWindow(false)]);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server.close(resolve));
});

interface Window {
  readonly page: Page;
  /** What the browser complains of: refused styles, scripts and requests among them. */
  readonly complaints: string[];
}

async function openWindow(javaScriptEnabled: boolean): Promise<Window> {
  const page = await (await browser.newContext({ javaScriptEnabled, reducedMotion: 'reduce' })).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { page, complaints };
}

async function show({ page }: Window, name: string, size: Size = sizes[0], colorScheme: Scheme = 'light'): Promise<Page> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme });
  await page.goto(`${origin}/${name}`);
  return page;
}

const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Sign-out tells how far it is without script, so it asks for itself again; it stops by itself and nothing typed is lost. */
const accepted = (name: string) => (name.startsWith('signed-out') ? ['meta-refresh'] : []);

/** The page that sends itself is looked at with script off: else it is gone. */
const sendsItself = (name: string) => name === 'form-post';

describe.each(samples.map(({ name }) => name))('page %s in a browser', (name) => {
  it('is accessible and quiet at each size, light and dark', async () => {
    const window = sendsItself(name) ? unscripted : scripted;
    window.complaints.length = 0;
    const page = await show(window, name);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      for (const size of sizes) {
        await page.setViewportSize(size);
        expect(await overflow(page)).toBe(0);
        if (folder !== undefined) await shoot(page, `${name}-${size.width}-${colorScheme}`);
        if (sendsItself(name) || size === sizes[1]) continue;
        const { violations } = await new AxeBuilder({ page }).disableRules(accepted(name)).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      }
    }
    expect(window.complaints).toEqual([]);
  }, 120_000);

  it('needs no horizontal scroll at 320 px (WCAG 2.2 §1.4.10) and has targets of 44 px', async () => {
    const page = await show(unscripted, name, { width: 320, height: 640 });
    expect(await overflow(page)).toBe(0);
    const small = await page
      .locator('button:visible, .button, .link-button, nav a, summary, input:not([type=hidden], [type=checkbox]), .choice')
      .evaluateAll((found) => found.filter((element) => element.getBoundingClientRect().height < 44).map((element) => element.outerHTML));
    expect(small).toEqual([]);
  });
});

async function shoot(page: Page, name: string): Promise<void> {
  await mkdir(folder as string, { recursive: true });
  await page.screenshot({ path: join(folder as string, `${name}.png`), fullPage: true });
}

describe('sign-in page without script', () => {
  it('shows no button that would do nothing, and gives the focus to the error', async () => {
    const page = await show(unscripted, 'sign-in-no-match');
    expect(await page.locator('.reveal').isVisible()).toBe(false);
    expect(await page.locator('#error-summary:focus').count()).toBe(1);
  });

  it('submits by Enter', async () => {
    const page = await show(unscripted, 'sign-in');
    await page.locator('#login').fill('ada');
    await page.locator('#password').fill('correct horse');
    const [request] = await Promise.all([page.waitForRequest((sent) => sent.method() === 'POST'), page.locator('#password').press('Enter')]);
    expect(Object.fromEntries(new URLSearchParams(request.postData() ?? ''))).toMatchObject({ login: 'ada', password: 'correct horse', csrf: expect.any(String) });
  });
});

describe('sign-in page with script', () => {
  it('shows the password on request, and hides it before it is sent', async () => {
    const page = await show(scripted, 'sign-in');
    await page.locator('#login').fill('ada');
    await page.locator('#password').fill('correct horse');
    await page.getByRole('button', { name: 'Show password' }).click();
    expect(await page.locator('#password').getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide password' }).click();
    expect(await page.locator('#password').getAttribute('type')).toBe('password');
  });
});

describe('form post page (OAuth 2.0 Form Post Response Mode §2)', () => {
  it('sends itself, also with a field named submit', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/callback', (route) => route.fulfill({ contentType: 'text/html', body: 'received' }));
    await page.route('**/form-post', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': policy.replace("form-action 'self'", 'form-action https://calendar.example') } });
    });
    const sent = page.waitForRequest('https://calendar.example/callback');
    await page.goto(`${origin}/form-post`);
    expect(new URLSearchParams((await sent).postData() ?? '').get('submit')).toBe('x');
    await context.close();
  });
});
