import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setupUrlOf } from '@latchkey/all-in-one';
import { launchPlatform } from '@latchkey/testing';
import type { Browser, Page } from 'playwright-core';
import { startChromium, watch } from './chromium.ts';
import { startDemo, type Demo } from './demo.ts';
import { longVisit, visit, withLongNames } from './gallery.ts';

const folder = process.env['LATCHKEY_SCREENSHOTS'];
const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];
const SCHEMES = ['light', 'dark'] as const;

let chromium: Browser;
beforeAll(async () => {
  chromium = await startChromium();
}, 60_000);
afterAll(async () => {
  await chromium?.close();
});

async function openPage(): Promise<Page> {
  const context = await chromium.newContext({ reducedMotion: 'reduce', viewport: SIZES[0]! });
  context.setDefaultTimeout(15_000);
  return context.newPage();
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The page that tells of applications asks for itself again without script; nothing is typed there, and it stops by itself. */
const accepted = (name: string): string[] => (name.includes('signed-out') ? ['meta-refresh'] : []);

/** What is wrong with the page as it stands: at each size, light and dark. Its own security policy stays on. */
async function faults(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  await page.setViewportSize({ width: 320, height: 640 });
  if ((await overflow(page)) > 0) found.push('scrolls sideways at 320 px');
  for (const size of SIZES) {
    await page.setViewportSize(size);
    if ((await overflow(page)) > 0) found.push(`scrolls sideways at ${size.width} px`);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const axe = new AxeBuilder({ page }).setLegacyMode();
      // Dark changes nothing but colours.
      const { violations } = await (colorScheme === 'dark' ? axe.withRules('color-contrast') : axe.disableRules(accepted(name))).analyze();
      found.push(...violations.map(({ id, nodes }) => `${id} at ${size.width} px, ${colorScheme}: ${nodes.map(({ html }) => html).join(' ')}`));
      if (folder === undefined) continue;
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.setViewportSize(SIZES[0]!);
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

describe.each([
  ['a visit', visit],
  ['a visit with long names to an application that is down', longVisit],
])('each page of %s is axe-clean and never scrolls sideways, at three sizes, light and dark', (_what, steps) => {
  let demo: Demo;
  let page: Page;
  let wrong: string[];
  beforeAll(async () => {
    demo = await startDemo({ changed: withLongNames, environment: { LATCHKEY_BACKCHANNEL_GIVE_UP_SECONDS: '1' } });
    page = await openPage();
    wrong = watch(page, [demo.platform.url, demo.boxOffice, demo.calendar, 'http://127.0.0.1:9']);
  }, 60_000);
  afterAll(async () => {
    await page?.context().close();
    await demo?.close();
  });

  it.each(steps)('%s', async (name, open) => {
    await page.unrouteAll();
    await open(page, demo);
    await page.waitForLoadState();
    expect(await faults(page, name)).toEqual([]);
    // A page that says no is answered with its status, and Chromium logs that as an error.
    expect(wrong.splice(0).filter((line) => !/responded with a status of 4\d\d/.test(line))).toEqual([]);
  }, 60_000);
});

it('the page that makes the first administrator is axe-clean and never scrolls sideways', async () => {
  const platform = await launchPlatform();
  const page = await openPage();
  try {
    const wrong = watch(page, [platform.url]);
    await page.goto((await setupUrlOf(platform))!);
    expect(await faults(page, 'set-up')).toEqual([]);
    await page.locator('#name').fill('Ada Lovelace');
    await page.locator('#login').fill('ada');
    await page.locator('#password').fill('short');
    await page.locator('#submit-button').click();
    await page.locator('#password-error').waitFor();
    expect(await faults(page, 'set-up-wrong')).toEqual([]);
    expect(wrong.filter((line) => !line.includes('status of 400'))).toEqual([]);
  } finally {
    await page.context().close();
    await platform.close();
  }
}, 60_000);
