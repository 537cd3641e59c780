import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startChromium, watch } from './chromium.ts';
import { startDemo, type Demo } from './demo.ts';

const SHOTS = process.env['LATCHKEY_SCREENSHOTS'];
const ADA = { login: 'ada', password: 'correct horse battery staple' };
const GRACE = { login: 'grace', password: 'a nanosecond is eleven point eight inches' };
const PHONE = { width: 360, height: 740 };
const LOOKS = [PHONE, { width: 768, height: 1024 }, { width: 1440, height: 900 }].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

describe('one sign-in opens both demo applications, one sign-out closes both, in Chromium', () => {
  let demo: Demo;
  let chromium: Browser;

  beforeAll(async () => {
    [demo, chromium] = [await startDemo(), await startChromium()];
  }, 60_000);
  afterAll(async () => {
    await chromium?.close();
    await demo?.close();
  });

  /** A fresh browser; what went wrong in it is checked when `work` is done. */
  async function browse(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
    const context = await chromium.newContext({ viewport: PHONE, ...options });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const wrong = watch(page, [demo.platform.url, demo.boxOffice, demo.calendar]);
    try {
      await work(page);
      expect(wrong).toEqual([]);
    } finally {
      await context.close();
    }
  }

  async function signIn(page: Page, { login, password }: { login: string; password: string } = ADA): Promise<void> {
    await page.getByLabel('Username', { exact: false }).fill(login);
    await page.locator('input[name=password]').fill(password);
    await page.locator('#submit-button').click();
  }

  async function openBoxOffice(page: Page): Promise<void> {
    await page.goto(`${demo.boxOffice}/`);
    await page.getByText('Sign in to book').first().click();
  }

  async function bookATicket(page: Page): Promise<void> {
    await page.locator('a[href*="/performances/"]').first().click();
    await page.locator('form[action="/holds"] button').first().click();
    await page.locator('form[action$="/buy"] button').first().click();
  }

  const hears = async (page: Page, address: string): Promise<boolean> => {
    await page.goto(address);
    return (await page.locator('[data-person]').count()) > 0;
  };

  async function bothToldAndClosed(page: Page): Promise<void> {
    const until = Date.now() + 15_000;
    while ((await hears(page, demo.boxOffice)) || (await hears(page, demo.calendar))) {
      if (Date.now() > until) throw new Error('an application is still open');
    }
  }

  async function consentTo(page: Page, decision: 'allow' | 'deny'): Promise<void> {
    await page.locator(`button[name=decision][value=${decision}]`).click();
  }

  it.each([
    ['with script', {}],
    ['without script', { javaScriptEnabled: false }],
  ])('box office → sign-in → calendar → orders → sign out, %s', async (_how, options) => {
    await browse(options, async (page) => {
      await openBoxOffice(page);
      expect(page.url()).toContain(`${demo.platform.url}/cas/login`);
      expect(await page.locator('body').innerText()).toContain('Box Office');
      await signIn(page);
      expect(new URL(page.url()).origin).toBe(demo.boxOffice);
      expect(await page.locator('[data-person]').first().innerText()).toContain('Ada');
      await bookATicket(page);

      await page.goto(`${demo.calendar}/`);
      await page.getByText('Sign in').first().click();
      const asked = page.url().includes('/consent');
      if (asked) {
        expect(await page.locator('body').innerText()).toContain('See the tickets you ordered');
        await consentTo(page, 'allow');
      }
      expect(new URL(page.url()).origin).toBe(demo.calendar);
      expect(await page.locator('[data-order]').count()).toBeGreaterThan(0);
      expect(asked).toBe(Object.keys(options).length === 0);

      await page.goto(demo.boxOffice);
      await page.getByRole('button', { name: 'Sign out' }).first().click();
      await bothToldAndClosed(page);

      await page.goto(`${demo.platform.url}/account`);
      await signIn(page);
      const ledger = await page.locator('body').innerText();
      for (const application of ['Box Office', 'Calendar']) expect(ledger).toContain(application);
      expect(ledger).not.toContain('could not be reached');
    });
  });

  it('signing out at the calendar closes the box office as well, and consent is asked once', async () => {
    await browse({}, async (page) => {
      await openBoxOffice(page);
      await signIn(page);
      await page.goto(`${demo.calendar}/`);
      await page.getByText('Sign in').first().click();
      expect(page.url()).not.toContain('/consent');
      expect(await page.locator('[data-person]').first().innerText()).toContain('Ada');
      await page.getByRole('button', { name: 'Sign out' }).first().click();
      await bothToldAndClosed(page);
    });
  });

  it('“not you?” at the consent lets somebody else in without losing where one was going', async () => {
    await browse({}, async (page) => {
      await page.goto(`${demo.calendar}/`);
      await page.getByText('Sign in').first().click();
      await signIn(page, GRACE);
      expect(page.url()).toContain('/consent');
      await page.getByText(/not you/i).click();
      await signIn(page);
      if (page.url().includes('/consent')) await consentTo(page, 'allow');
      expect(new URL(page.url()).origin).toBe(demo.calendar);
      expect(await page.locator('[data-person]').first().innerText()).toContain('Ada');
    });
  });

  it('sign-in and consent work by keyboard alone, and one sees where the focus is', async () => {
    await browse({}, async (page) => {
      await page.goto(`${demo.calendar}/`);
      await page.getByText('Sign in').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/cas\/login/);
      await page.keyboard.type(GRACE.login);
      await page.keyboard.press('Tab');
      const outlined = await page.evaluate(() => {
        const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement!);
        return outlineStyle !== 'none' || boxShadow !== 'none';
      });
      expect(outlined).toBe(true);
      await page.keyboard.type(GRACE.password);
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/consent/);
      for (let presses = 0; presses < 20; presses++) {
        if (await page.evaluate(() => document.activeElement?.getAttribute('value') === 'allow')) break;
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.origin === demo.calendar);
      expect(await page.locator('[data-person]').first().innerText()).toContain('Grace');
    });
  });

  it('a person who does not agree comes back to an application that understands', async () => {
    await browse({}, async (page) => {
      await page.goto(`${demo.platform.url}/consent/applications`);
      await signIn(page, GRACE);
      await page.getByRole('button', { name: 'Withdraw' }).first().click();
      await page.goto(`${demo.calendar}/`);
      await page.getByText('Sign in').first().click();
      await consentTo(page, 'deny');
      expect(new URL(page.url()).origin).toBe(demo.calendar);
      expect(await page.locator('[data-error="access_denied"]').count()).toBe(1);
    });
  });

  it('every live page is axe-clean and never scrolls sideways, in light and dark, from phone to desktop', async () => {
    const { url } = demo.platform;
    const service = `${url}/cas/login?service=${encodeURIComponent(`${demo.boxOffice}/`)}`;
    const pages: Record<string, (page: Page) => Promise<unknown>> = {
      'sign-in': (page) => page.goto(service),
      'wrong-password': async (page) => {
        await page.goto(service);
        await signIn(page, { login: 'ada', password: 'not the password' });
      },
      'not-registered': (page) => page.goto(`${url}/cas/login?service=https%3A%2F%2Fevil.example%2F`),
      account: async (page) => {
        await page.goto(`${url}/account`);
        await signIn(page);
      },
      password: (page) => page.goto(`${url}/account/password`),
      applications: (page) => page.goto(`${url}/consent/applications`),
      'box-office': async (page) => {
        await page.goto(`${demo.boxOffice}/`);
        await page.getByText('Sign in to book').first().click();
      },
      calendar: async (page) => {
        await page.goto(`${demo.calendar}/`);
        await page.getByText('Sign in').first().click();
      },
      'logout-confirm': (page) => page.goto(`${url}/oauth2/logout`),
      'signed-out': (page) => page.goto(`${url}/cas/logout`),
    };
    const found: string[] = [];
    for (const [index, look] of LOOKS.entries()) {
      // axe wants a page that may run its script: the policy of the page is held by the walks above.
      const context = await chromium.newContext({ ...look, bypassCSP: true });
      const page = await context.newPage();
      for (const [name, open] of Object.entries(pages)) {
        await open(page);
        if (index < 2 || look.viewport.width > 1000) {
          const { violations } = await new AxeBuilder({ page }).disableRules(name === 'signed-out' ? ['meta-refresh'] : []).analyze();
          found.push(...violations.map(({ id, nodes }) => `${name} ${look.viewport.width} ${look.colorScheme}: ${id} ${nodes[0]?.html}`));
        }
        const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        if (wide! > view!) found.push(`${name} ${look.viewport.width}: ${wide} px wide`);
        if (SHOTS !== undefined) {
          mkdirSync(SHOTS, { recursive: true });
          await page.screenshot({ path: join(SHOTS, `${name}-${look.viewport.width}-${look.colorScheme}.png`), fullPage: true });
        }
      }
      await context.close();
    }
    expect(found).toEqual([]);
  }, 240_000);
});
