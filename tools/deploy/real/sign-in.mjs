import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../prepare/run.mjs';
import { Advice, until } from '../../services/processes.mjs';

const BOX_OFFICE = 'http://box-office.localhost:8081';
const CALENDAR = 'http://calendar.localhost:8082';
const LATCHKEY = 'http://latchkey.localhost:8080';

/** One sign-in at both demo applications, one sign-out that reaches both, and the ledger of it, all through nginx. */
export async function signInAndOut() {
  const { Browser } = await import(pathToFileURL(path.join(root, 'libs', 'testing', 'dist', 'browser.js')).href);
  const browser = new Browser();
  const seen = [];
  const demand = (what, holds, page) => {
    if (!holds) throw new Advice(`${what}: no. ${page.status} at ${page.url}\n${page.body.slice(0, 1500)}`);
    seen.push(what);
  };

  const form = await browser.visit(`${BOX_OFFICE}/sign-in`);
  const shop = await browser.submit(form, { login: 'ada', password: 'correct horse battery staple' });
  demand('signed in at Box Office, over CAS', shop.url.startsWith(BOX_OFFICE) && shop.body.includes('Ada Lovelace'), shop);

  const asked = await browser.visit(`${CALENDAR}/sign-in`);
  demand('Calendar asks for leave and for no password', asked.body.includes('name="decision"') && !asked.body.includes('type="password"'), asked);
  const month = await browser.submit(asked, { decision: 'allow' });
  demand('signed in at Calendar, over OpenID Connect', month.url.startsWith(CALENDAR) && month.body.includes('Ada'), month);

  const began = performance.now();
  // Box Office ends its own session and sends the browser to Latchkey, which tells both.
  const out = await browser.submit(await browser.visit(`${BOX_OFFICE}/`), {}, { which: 0 });
  demand('signed out at Box Office', out.status === 200 && !out.body.includes('Ada Lovelace'), out);
  const closed = await until(async () => !(await browser.visit(`${CALENDAR}/`)).body.includes('Ada'), { ms: 10_000, everyMs: 20 });
  const ms = Math.round(performance.now() - began);
  demand(`Calendar is closed ${ms} ms after the click`, closed, await browser.visit(`${CALENDAR}/`));

  const again = await browser.submit(await browser.visit(`${LATCHKEY}/account`), { login: 'ada', password: 'correct horse battery staple' });
  const told = ['Box Office', 'Calendar'].every((name) => again.body.includes(name));
  demand('the account page shows whom the sign-out reached', again.status === 200 && told, again);
  return seen;
}

/** What the door must not open. */
export async function closedPaths() {
  const { Browser } = await import(pathToFileURL(path.join(root, 'libs', 'testing', 'dist', 'browser.js')).href);
  for (const each of ['/internal/sessions/find', '/internal', '/metrics', '/health/ready', '/cas/../internal/x', '/%69nternal/x']) {
    const page = await new Browser().visit(`${LATCHKEY}${each}`, { follow: false });
    if (page.status < 400) throw new Advice(`${each} is answered with ${page.status} through nginx`);
  }
  return ['/internal, /metrics and /health are closed at nginx'];
}
