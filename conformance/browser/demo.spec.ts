import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startChromium, watch } from './chromium.ts';
import { startDemo, type Demo } from './demo.ts';
import { ADA, signIn, type Person } from './gallery.ts';
import { tabTo } from './keyboard.ts';

const GRACE: Person = { login: 'grace', password: 'a nanosecond is eleven point eight inches' };
const ALLOW = 'button[name=decision][value=allow]';
const DENY = 'button[name=decision][value=deny]';

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

  /** A fresh browser. What went wrong in it, and whom else it asked, is checked when `work` is done. */
  async function browse(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
    const context = await chromium.newContext({ viewport: { width: 360, height: 740 }, ...options });
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

  const person = (page: Page) => page.locator('[data-person]');
  const at = (page: Page, address: string, path = '/') => page.waitForURL(({ origin, pathname }) => origin === address && pathname === path);

  async function enterBoxOffice(page: Page, who?: Person): Promise<void> {
    await page.goto(`${demo.boxOffice}/`);
    await page.getByText('Sign in to book').click();
    if (who !== undefined) {
      await at(page, demo.platform.url, '/cas/login');
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(/Sign in to continue\s+to Box Office/);
      await signIn(page, who);
    }
    await at(page, demo.boxOffice);
  }

  async function enterCalendar(page: Page): Promise<'asked' | 'not asked'> {
    await page.goto(`${demo.calendar}/`);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.locator('#consent, [data-person]').first().waitFor();
    if (new URL(page.url()).pathname !== '/consent') {
      await at(page, demo.calendar);
      return 'not asked';
    }
    expect(await page.locator('#consent').innerText()).toContain('See the tickets you ordered');
    await page.locator(ALLOW).click();
    await at(page, demo.calendar);
    return 'asked';
  }

  /** The reference of the ticket. */
  async function bookATicket(page: Page): Promise<string> {
    await page.locator('a[href^="/performances/"]').first().click();
    await page.locator('form[action="/holds"] button').first().click();
    await page.locator('form[action$="/buy"] button').first().click();
    return (await page.locator('[data-order]').first().getAttribute('data-order'))!;
  }

  async function signOut(page: Page, application: string): Promise<void> {
    await page.goto(`${application}/`);
    await page.getByRole('button', { name: 'Sign out' }).click();
  }

  /** Reloaded until nobody is signed in there any more. */
  async function closed(page: Page, application: string): Promise<void> {
    for (const until = Date.now() + 15_000; ; ) {
      await page.goto(`${application}/`);
      if ((await person(page).count()) === 0) return;
      if (Date.now() > until) throw new Error(`${application} is still open`);
    }
  }

  const told = (page: Page): Promise<string[]> => page.locator('#deliveries li[data-state=delivered] h3').allInnerTexts();

  /** The ledger as the account page shows it after signing in again. */
  async function ledger(page: Page, who: Person): Promise<string[]> {
    await page.goto(`${demo.platform.url}/account`);
    await signIn(page, who);
    await at(page, demo.platform.url, '/account');
    return told(page);
  }

  /** Takes back what the person allowed in an earlier walk. */
  async function withdraw(who: Person): Promise<void> {
    await browse({}, async (page) => {
      await page.goto(`${demo.platform.url}/consent/applications`);
      await signIn(page, who);
      await at(page, demo.platform.url, '/consent/applications');
      if ((await page.getByRole('button', { name: /Withdraw/ }).count()) > 0) await page.getByRole('button', { name: /Withdraw/ }).click();
      await page.getByText('No application has access').waitFor();
    });
  }

  it.each([
    ['with script', ADA, {}],
    ['without script', GRACE, { javaScriptEnabled: false }],
  ])('box office → sign-in → calendar → orders → sign-out at the box office → ledger, %s', async (_how, who, options) => {
    await browse(options, async (page) => {
      await enterBoxOffice(page, who);
      expect((await person(page).innerText()).toLowerCase()).toContain(who.login);
      const order = await bookATicket(page);

      expect(await enterCalendar(page)).toBe('asked');
      expect(await page.locator('li[data-order]').evaluateAll((found) => found.map((one) => one.getAttribute('data-order')))).toEqual([order]);

      await signOut(page, demo.boxOffice);
      await at(page, demo.boxOffice);
      await closed(page, demo.boxOffice);
      await closed(page, demo.calendar);
      expect((await ledger(page, who)).sort()).toEqual(['Box Office', 'Calendar']);
    });
  });

  it('sign-out at the calendar closes the box office as well; consent is not asked a second time', async () => {
    await browse({}, async (page) => {
      await page.goto(`${demo.calendar}/`);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await signIn(page, ADA);
      await at(page, demo.calendar);
      await enterBoxOffice(page);
      await signOut(page, demo.calendar);
      await at(page, demo.calendar);
      await closed(page, demo.calendar);
      await closed(page, demo.boxOffice);
      expect((await ledger(page, ADA)).sort()).toEqual(['Box Office', 'Box Office', 'Calendar', 'Calendar']);
    });
  });

  it('sign-out at the account page closes both; without script as well, the page comes to say that both were told', async () => {
    await browse({ javaScriptEnabled: false }, async (page) => {
      await enterBoxOffice(page, ADA);
      expect(await enterCalendar(page)).toBe('not asked');
      await page.goto(`${demo.platform.url}/account`);
      expect(await page.locator('#sessions li').first().innerText()).toContain('Box Office, Calendar');
      await page.locator('#sign-out').click();
      await page.getByRole('heading', { name: 'Signed out' }).waitFor();
      await page.locator('li[data-state=told]').nth(1).waitFor();
      await page.getByText('the applications you used were told').waitFor();
      await closed(page, demo.boxOffice);
      await closed(page, demo.calendar);
    });
  });

  it('“not you?” lets somebody else in without losing where one was going', async () => {
    await withdraw(GRACE);
    await browse({}, async (page) => {
      await page.goto(`${demo.calendar}/sign-in`);
      await signIn(page, GRACE);
      await at(page, demo.platform.url, '/consent');
      await page.locator('#not-you').click();
      await at(page, demo.platform.url, '/cas/login');
      await signIn(page, ADA);
      await at(page, demo.calendar);
      expect(await person(page).innerText()).toContain('Ada');
    });
  });

  it('sign-in and consent need no mouse, and the focus is always seen', async () => {
    await withdraw(GRACE);
    await browse({}, async (page) => {
      await page.goto(`${demo.calendar}/`);
      await tabTo(page, 'a[href="/sign-in"]');
      await page.keyboard.press('Enter');
      await at(page, demo.platform.url, '/cas/login');
      // The first field has the focus by itself.
      await page.locator('#login:focus').waitFor();
      await page.keyboard.type(GRACE.login);
      await tabTo(page, '#password');
      await page.keyboard.type(GRACE.password);
      await page.keyboard.press('Enter');
      await at(page, demo.platform.url, '/consent');
      await tabTo(page, ALLOW);
      await page.keyboard.press('Enter');
      await at(page, demo.calendar);
      expect(await person(page).innerText()).toContain('Grace');
    });
  });

  it('somebody who does not allow it comes back to an application that understands, and is asked again next time', async () => {
    await withdraw(GRACE);
    await browse({}, async (page) => {
      await page.goto(`${demo.calendar}/sign-in`);
      await signIn(page, GRACE);
      await page.locator(DENY).click();
      await page.locator('[data-error=access_denied]').waitFor();
      expect(new URL(page.url()).origin).toBe(demo.calendar);
      await page.getByRole('link', { name: 'Ask me again' }).click();
      await at(page, demo.platform.url, '/consent');
    });
  });
});
