import { Browser } from '@latchkey/testing/browser';
import { expect, send } from '../http.mjs';
import { PASSWORD, PEOPLE, SERVICE_URL } from './latchkey.mjs';

/** Apereo CAS binds its cookie to it. */
const AGENT = 'bench';
const SIGN_ON = 'CAS sign-on + validate, with a session';
/** A Java process is slow until its compiler has seen what is asked: so often it is asked before anything is measured. */
const WARM_UP = 6_000;

export async function apereoCasOperations({ url }) {
  const cookies = new Map();
  const signedIn = async (worker) => {
    if (!cookies.has(worker)) cookies.set(worker, await passwordSignIn(url, worker));
    return cookies.get(worker);
  };
  const signOn = async (worker) => {
    const service = encodeURIComponent(SERVICE_URL);
    const answer = await send(`${url}/cas/login?service=${service}`, { cookie: await signedIn(worker), headers: { 'user-agent': AGENT } });
    const ticket = new URL(answer.headers.location ?? 'about:blank').searchParams.get('ticket');
    expect(answer.status === 302 && ticket !== null, 'a ticket', answer);
    const validated = await send(`${url}/cas/p3/serviceValidate?service=${service}&ticket=${ticket}`);
    expect(validated.body.includes('<cas:authenticationSuccess'), 'success', validated);
  };
  process.stderr.write(`  warming up with ${WARM_UP} sign-ons\n`);
  await Promise.all(
    Array.from({ length: 8 }, async (_, worker) => {
      for (let done = 0; done < WARM_UP / 8; done += 1) await signOn(worker);
    }),
  );
  return { [SIGN_ON]: signOn };
}

/** The page, then its form with what it carries. */
async function passwordSignIn(url, worker) {
  const browser = new Browser({ 'user-agent': AGENT });
  const page = await browser.visit(`${url}/cas/login`);
  const answer = await browser.submit(page, { username: `bench${worker % PEOPLE}`, password: PASSWORD, _eventId: 'submit' }, { follow: false });
  const session = browser.cookie(url, 'TGC');
  expect(session !== undefined, 'a session', answer);
  return `TGC=${session}`;
}
