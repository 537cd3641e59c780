import { setTimeout as pause } from 'node:timers/promises';
import { answered } from '../ask.mjs';
import { crowd } from '../crowd.mjs';
import { load, ms, percentiles, spread } from '../figures.mjs';

export const title = "From an administrator's click to the refusal by every replica";

/** Between two tries at one replica; what is measured is no finer than this. */
const BETWEEN_MS = 5;
const PROMISE_MS = { kafka: 250, none: 2_000 };

/** Every replica that can take something is asked again and again, from before the click until it refuses. */
export async function run({ platform, ledger, options, log }) {
  const { split, url, kafka } = platform;
  const people = [];
  const fromSent = [];
  const fromAnswer = [];
  while (fromSent.length < options.ends) {
    if (people.length === 0) people.push(...(await crowd({ platform, ledger, count: Math.min(50, options.ends - fromSent.length), accounts: options.accounts })));
    const { person, session } = people.pop();
    const headers = await person.operator();
    const watched = [
      ...split.of('cas').map((replica) => (sent) => person.cookieTaken(replica, session, sent)),
      ...split.of('token-issuer').flatMap((replica) => [(sent) => person.accessTaken(replica, session.access.at(-1), sent), (sent) => person.refreshTaken(replica, session.refresh.at(-1), sent)]),
    ].map((taken) => watch(taken));
    await Promise.all(watched.map(({ taken }) => taken));
    session.ending = performance.now();
    const sent = performance.now();
    const { status } = await answered(`${url}/admin/v1/sessions/${session.sid}`, { method: 'DELETE', headers });
    const heard = performance.now();
    if (status !== 204) ledger.violated('an end was not answered with success', `status ${status}`);
    session.ended = heard;
    session.by = 'admin';
    const ends = await Promise.all(watched.map(({ refused }) => refused));
    fromSent.push(Math.max(...ends.map(({ refusedAt }) => refusedAt)) - sent);
    fromAnswer.push(Math.max(0, ...ends.map(({ takenAt }) => takenAt - heard)));
    if (fromSent.length % 100 === 0) log(`${fromSent.length} of ${options.ends} ends`);
  }
  const promise = kafka === undefined ? PROMISE_MS.none : PROMISE_MS.kafka;
  for (const [from, values] of [['the click', fromSent], ['the answer', fromAnswer]]) {
    if (percentiles(values).p99 > promise) ledger.violated(`p99 from ${from} to the refusal by every replica is over ${ms(promise)}`, ms(percentiles(values).p99));
  }
  const late = fromAnswer.filter((value) => value > 0).length;
  return [
    ['from the click (the request is sent) until every replica has answered with a refusal', `${spread(fromSent)}, ${load()}`],
    ['from the answer to the last request that was still taken', `${spread(fromAnswer)}; ${late} of ${fromAnswer.length} took anything after it`],
    ['replicas and ways asked', `2 × cas (cookie), 2 × token-issuer (introspection and refresh), each again ${BETWEEN_MS} ms after an answer`],
    ['promised', `p99 ≤ ${ms(promise)}`],
  ];
}

/** `taken` resolves at the first yes, `refused` at the first no, with when it came and when the last yes was asked for. */
function watch(isTaken) {
  let first;
  const taken = new Promise((resolve) => (first = resolve));
  const refused = (async () => {
    let takenAt = -Infinity;
    for (;;) {
      const asked = performance.now();
      if (!(await isTaken(10_000))) return { refusedAt: performance.now(), takenAt };
      takenAt = asked;
      first();
      // Asked without any pause, the replicas would be kept from the end itself.
      await pause(BETWEEN_MS);
    }
  })();
  return { taken: Promise.race([taken, refused]), refused };
}
