import { setTimeout as pause } from 'node:timers/promises';
import { basic, expect, send } from '../../bench/http.mjs';
import { PASSWORD, PEOPLE, SERVICE_URL } from '../../bench/operations/latchkey.mjs';
import { CLIENT, oauthOperations } from '../../bench/operations/oauth.mjs';
import { root } from '../prepare/run.mjs';
import { keptHeapMb } from './kept-heap.mjs';
import { memory } from './samples.mjs';

/** A visit is ten requests and one hash of a password. */
const VISITS_EACH_SECOND = 4;
const MAX_OPEN = 16;
const SAMPLE_MS = 10_000;
/** What a room opens under load, connections and caches, is open after so many minutes. */
export const WARM_UP_MINUTES = 2;

/**
 * People come, use two applications and leave, so many a second and no more, for so many minutes; each answer is checked.
 * @returns {Promise<{ visits: number, minutes: number, samples: { room: string, minute: number, residentMb: number, heapUsedMb: number, cpuSeconds: number }[], kept: { room: string, warmMb: number, endMb: number }[] }>}
 */
export async function load({ url, replicas }, { minutes }) {
  const { Browser } = await import(`${root}/libs/testing/dist/browser.js`);
  const end = performance.now() + minutes * 60_000;
  const samples = [];
  const watching = watch(replicas, samples, end);
  const open = new Set();
  let visits = 0;
  let failure;
  while (performance.now() < end && failure === undefined) {
    if (open.size < MAX_OPEN) {
      const one = visit(new Browser(), url, visits++)
        .catch((error) => (failure = error))
        .finally(() => open.delete(one));
      open.add(one);
    }
    await pause(1_000 / VISITS_EACH_SECOND);
  }
  await Promise.all(open);
  if (failure !== undefined) throw failure;
  const warm = await watching;
  const kept = await Promise.all(replicas.map(async (replica, index) => ({ room: replica.room, warmMb: warm[index], endMb: await keptHeapMb(replica) })));
  return { visits, minutes, samples, kept };
}

/** Fills in the samples, and resolves to what each room kept when it was warm. */
async function watch(replicas, samples, end) {
  const began = performance.now();
  let warm = [];
  while (performance.now() + SAMPLE_MS <= end) {
    await pause(SAMPLE_MS);
    const minute = Math.ceil((performance.now() - began) / 60_000 - 0.05);
    await Promise.all(replicas.map(async (replica) => samples.push({ room: replica.room, minute, ...(await memory(replica)) })));
    if (minute === WARM_UP_MINUTES && warm.length === 0) warm = await Promise.all(replicas.map(keptHeapMb));
  }
  return warm;
}

async function visit(browser, url, number) {
  const page = await browser.visit(`${url}/cas/login`);
  await browser.submit(page, { login: `bench${number % PEOPLE}`, password: PASSWORD }, { follow: false });
  const session = browser.cookie(url, 'latchkey');
  if (session === undefined) throw new Error('no session after a sign-in');
  const cookie = `latchkey=${session}; latchkey-flow=${browser.cookie(url, 'latchkey-flow')}`;

  const service = encodeURIComponent(SERVICE_URL);
  const answer = await send(`${url}/cas/login?service=${service}`, { cookie });
  const ticket = new URL(answer.headers.location ?? 'about:blank').searchParams.get('ticket');
  expect(answer.status === 303 && ticket !== null, 'a ticket', answer);
  const validated = await send(`${url}/cas/p3/serviceValidate?service=${service}&ticket=${ticket}`);
  expect(validated.body.includes('<cas:authenticationSuccess'), 'success', validated);

  const ofClient = { method: 'POST', headers: { authorization: basic(CLIENT.id, CLIENT.secret) } };
  const oauth = oauthOperations({ authorizeUrl: `${url}/oauth2/authorize`, tokenUrl: `${url}/oauth2/token`, signedIn: async () => cookie });
  const tokens = await oauth['authorize + token, with a session'](0);
  const refreshed = await send(`${url}/oauth2/token`, { ...ofClient, form: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token } });
  expect(refreshed.status === 200, 'a refreshed token', refreshed);
  const token = JSON.parse(refreshed.body).access_token;
  const active = await send(`${url}/oauth2/introspect`, { ...ofClient, form: { token } });
  expect(JSON.parse(active.body).active === true, 'an active token', active);

  const left = await browser.visit(`${url}/cas/logout`);
  expect(left.status === 200, 'signed out', left);
  const again = await send(`${url}/cas/login?service=${service}`, { cookie });
  expect(again.status === 200, 'the sign-in form after a sign-out', again);
}
