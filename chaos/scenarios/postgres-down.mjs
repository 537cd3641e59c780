import { setTimeout as pause } from 'node:timers/promises';
import { checkEvents } from '../checks/events.mjs';
import { checkRefused } from '../checks/refused.mjs';
import { checkTold } from '../checks/told.mjs';
import { crowd } from '../crowd.mjs';
import { load, ms } from '../figures.mjs';
import { SIGN_OUTS, insist } from '../person.mjs';

export const title = 'PostgreSQL crashes and is away for ten seconds';

const RECOVERED_WITHIN_MS = 60_000;

/** INV-9. A step counts when it was sent after the last process of the server was gone, and answered before the first was back. */
export async function run({ platform, ledger, options, log }) {
  const { postgres, split, told, truth } = platform;
  const people = await crowd({ platform, ledger, count: 48, accounts: options.accounts });
  const pids = split.replicas.map(({ pid }) => pid);
  const codes = [];
  for (const { person, session } of people.slice(0, 12)) codes.push({ person, session, code: await person.code(session) });

  await postgres.kill();
  const away = performance.now();
  log('PostgreSQL is gone');
  const until = away + options.seconds * 1_000;
  await Promise.all([
    trying(until, people, ({ person }) => person.signIn()),
    trying(until, people, async ({ person, session }) => person.validate(session, await person.ticket(session))),
    trying(until, codes, ({ person, session, code }) => person.redeem(session, code)),
    trying(until, people, ({ person, session }) => person.refresh(session)),
    trying(until, people.slice(0, 12), ({ person, session }) => person.revoke(session)),
    ...SIGN_OUTS.map((by, index) => trying(until, people.slice(12 + 12 * index, 24 + 12 * index), ({ person, session }) => person.signOut(session, by))),
  ]);
  const end = performance.now();
  await postgres.start();
  const back = performance.now();
  log('PostgreSQL is back');

  const loadThen = load();
  const recovered = {};
  const again = (name, work) => insist(work, { ms: RECOVERED_WITHIN_MS, ledger, what: `${name} after the return` }).then(() => (recovered[name] = performance.now() - back));
  await Promise.all([
    again('sign-in', () => people[0].person.signIn()),
    again('validate', async () => people[1].person.validate(people[1].session, await people[1].person.ticket(people[1].session))),
    again('token', async () => people[2].person.redeem(people[2].session, await people[2].person.code(people[2].session))),
    ...SIGN_OUTS.map((by, index) => again(`sign-out (${by})`, () => people[12 + 12 * index].person.signOut(people[12 + 12 * index].session, by))),
  ]);
  // Whoever got no answer tries again.
  for (const { person, session } of people.slice(12)) {
    if (session.ended === undefined) await insist(() => person.signOut(session, 'cas'), { ms: RECOVERED_WITHIN_MS, ledger, what: 'a sign-out' });
  }
  const ready = await Promise.all(split.replicas.map(async (replica) => (await replica.isReady()) && replica.pid));
  if (ready.join() !== pids.join()) ledger.violated('not every room recovered without a restart', ready.join());

  const outage = ledger.steps.filter(({ sent, answered }) => sent > away && answered < end);
  // Of a ticket alone nothing comes: it is the validation that lets in.
  const wrong = outage.filter(({ name, outcome }) => outcome === 'done' && !['ticket', 'authorize'].includes(name));
  for (const { name } of wrong) ledger.violated('something was issued or reported as done without the truth (INV-9)', name);
  const logouts = await checkTold({ ledger, told, ms: 60_000 });
  const events = await checkEvents({ truth, ledger, ms: 60_000 });
  for (const { person, session } of people.slice(12)) await checkRefused({ split, ledger, person, session, ms: 10_000 });
  const tried = (name) => outage.filter((step) => step.name.startsWith(name)).length;
  return [
    ['away for', ms(back - away)],
    ['tried meanwhile', ['sign-in', 'validate', 'token', 'refresh', 'revoke', 'sign-out'].map((name) => `${tried(name)} × ${name}`).join(', ')],
    ['… issued or reported as done', wrong.length],
    ['from its return to the first that works', `${Object.entries(recovered).map(([name, took]) => `${name} ${ms(took)}`).join(', ')}; ${loadThen}`],
    ['rooms restarted for it', pids.filter((pid) => !ready.includes(pid)).length],
    ['logouts owed and undelivered', `${logouts.owed} and ${logouts.undelivered}`],
    ['events at management, settled', `${events.events}, in ${ms(events.settledMs)}`],
  ];
}

async function trying(until, people, work) {
  for (let n = 0; performance.now() < until; n += 1) {
    await work(people[n % people.length]).catch(() => {});
    await pause(100);
  }
}
