import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../prepare/run.mjs';
import { Advice, until } from '../../services/processes.mjs';

const BOX_OFFICE = 'http://box-office.localhost:8081';
const CALENDAR = 'http://calendar.localhost:8082';
const LATCHKEY = 'http://latchkey.localhost:8080';
const PERSON = { login: 'ada', password: 'correct horse battery staple' };

/** Sign-in at both demo applications, a sign-out at each that reaches the other, and the ledger of it, all through nginx. */
export async function signInAndOut() {
  const { Browser } = await import(pathToFileURL(path.join(root, 'libs', 'testing', 'dist', 'browser.js')).href);
  const browser = new Browser();
  const seen = [];
  const demand = (what, holds, page) => {
    if (!holds) throw new Advice(`${what}: no. ${page.status} at ${page.url}\n${page.body.slice(0, 1500)}`);
    seen.push(what);
  };

  const form = await browser.visit(`${BOX_OFFICE}/sign-in`);
  const shop = await browser.submit(form, PERSON);
  demand('signed in at Box Office, over CAS', shop.url.startsWith(BOX_OFFICE) && shop.body.includes('Ada Lovelace'), shop);

  const asked = await browser.visit(`${CALENDAR}/sign-in`);
  demand('Calendar asks for leave and for no password', asked.body.includes('name="decision"') && !asked.body.includes('type="password"'), asked);
  const month = await browser.submit(asked, { decision: 'allow' });
  demand('signed in at Calendar, over OpenID Connect', month.url.startsWith(CALENDAR) && month.body.includes('Ada'), month);

  // Each application ends its own session and sends the browser to Latchkey, which has to tell the other one.
  await signOut('Box Office', BOX_OFFICE, 'Calendar', CALENDAR);
  await browser.submit(await browser.visit(`${BOX_OFFICE}/sign-in`), PERSON);
  const back = await browser.visit(`${CALENDAR}/sign-in`);
  demand('signed in at both again; what was agreed to is not asked twice', back.url.startsWith(CALENDAR) && back.body.includes('Ada'), back);
  await signOut('Calendar', CALENDAR, 'Box Office', BOX_OFFICE);

  const again = await browser.submit(await browser.visit(`${LATCHKEY}/account`), PERSON);
  const told = ['Box Office', 'Calendar'].every((name) => again.body.includes(name));
  demand('the account page shows whom the sign-out reached', again.status === 200 && told, again);
  return seen;

  async function signOut(here, address, there, other) {
    const began = performance.now();
    let page = await browser.submit(await browser.visit(`${address}/`), {}, { which: 0 });
    // Latchkey asks whoever comes without a hint that it knows.
    if (page.body.includes('action="/oauth2/logout"')) page = await browser.submit(page, {});
    demand(`signed out at ${here}`, page.status === 200 && !page.body.includes('Ada Lovelace'), page);
    const closed = await until(async () => !(await browser.visit(`${other}/`)).body.includes('Ada'), { ms: 10_000, everyMs: 20 });
    demand(`${there} is closed ${Math.round(performance.now() - began)} ms after the click`, closed, page);
  }
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
