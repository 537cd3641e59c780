import { checkEvents } from '../checks/events.mjs';
import { checkRefused } from '../checks/refused.mjs';
import { checkSingleUse } from '../checks/single-use.mjs';
import { checkTold } from '../checks/told.mjs';
import { load, ms, spread } from '../figures.mjs';
import { inTurns } from '../in-turns.mjs';
import { Killer } from '../killer.mjs';
import { Lives } from '../life.mjs';
import { Person } from '../person.mjs';

export const title = 'Something is killed every two seconds';

/** Sign-ins and sign-outs, both applications entered, while each process but PostgreSQL is killed in turn, and others hang. */
export async function run({ platform, ledger, options, log }) {
  const { split, told, truth } = platform;
  const began = performance.now();
  const bound = began + options.seconds * 1_000;
  const killer = new Killer({ platform, everyMs: options.every * 1_000, log });
  const atOnce = { refused: 0, silent: 0, taken: 0 };
  const lives = new Lives({
    ...platform,
    ledger,
    people: options.accounts,
    async afterSignOut(person, session) {
      const count = await checkRefused({ split, ledger, person, session, ms: 1_000 });
      for (const key of Object.keys(count)) atOnce[key] += count[key];
    },
  });
  let begun = 0;
  killer.start();
  const progress = setInterval(() => log(`${ledger.ended.length} of ${options.people} lives lived, ${ledger.count('failed')} steps unanswered, ${ledger.violations.length} violations`), 10_000);
  await lives.run(options.atOnce, () => performance.now() < bound && begun++ < options.people);
  const tookMs = performance.now() - began;
  await killer.stop();
  clearInterval(progress);
  if (ledger.ended.length < options.people) ledger.violated('not everybody came through in the time given', `${ledger.ended.length} of ${options.people}`);

  log('everything is up again; looking whether everybody was told');
  const logouts = await checkTold({ ledger, told, ms: 90_000 });
  const events = await checkEvents({ truth, ledger, ms: 60_000 });
  log('asking every replica once more');
  const later = { refused: 0, silent: 0, taken: 0 };
  await inTurns(ledger.ended, async (session) => {
    const count = await checkRefused({ split, ledger, person: new Person({ ...platform, ledger, username: session.username }), session, ms: 10_000, everyToken: true });
    for (const key of Object.keys(count)) later[key] += count[key];
  });
  if (later.silent > 0) ledger.violated('a replica gave no answer after it was all over', `${later.silent} times`);
  const single = await checkSingleUse({ ledger, ...platform, inTurns });

  const failed = ledger.count('failed');
  return [
    ['sign-ins with a visit at both applications, and sign-outs', `${ledger.ended.length} in ${ms(tookMs)}, ${options.atOnce} people at once`],
    ...[...killer.done].sort().map(([what, count]) => [what, count]),
    ['turns at which nothing could be killed, as it was still starting', killer.idleTurns],
    ['from a kill until it was up again', `${spread(killer.backAfter)}, ${load()}`],
    ['starts that failed and were repeated', killer.failedStarts],
    ['steps that got no answer, or 5xx, and were begun again', `${failed} of ${ledger.steps.length} (${((100 * failed) / ledger.steps.length).toFixed(1)} %)`],
    ['sign-outs whose outcome nobody knew, repeated', ledger.ended.filter(({ askedTimes }) => askedTimes > 1).length],
    ['logouts owed to applications', logouts.owed],
    ['… undelivered', logouts.undelivered],
    ['… told again (at least once is promised)', logouts.repeated],
    ['… from the answer of the sign-out to the application', spread(logouts.delays)],
    ['cookies, access and refresh tokens tried at every replica right after the sign-out', `${atOnce.refused} refused, ${atOnce.silent} without an answer (down or stopped)`],
    ['… and once more when everything was up', `${later.refused} refused`],
    ['… taken', atOnce.taken + later.taken],
    ['tickets and codes', `${single.tickets} and ${single.codes}, presented ${single.presented} times`],
    ['… with an effect twice', single.doubles],
    ['events settled after the last kill', `${events.events} at management, ${events.ended} ends at each of three rooms, in ${ms(events.settledMs)}`],
    ['… lost, applied twice or parked', ledger.violations.filter(({ rule }) => rule.includes('INV-6')).length],
  ];
}
