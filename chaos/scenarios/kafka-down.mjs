import { setTimeout as pause } from 'node:timers/promises';
import { checkEvents } from '../checks/events.mjs';
import { checkTold } from '../checks/told.mjs';
import { load, ms, percentiles, spread } from '../figures.mjs';
import { Lives } from '../life.mjs';

export const title = 'Kafka is away for a minute';

const BEFORE_MS = 5_000;
const TOLD_WITHIN_MS = 10_000;
const SETTLED_WITHIN_MS = 30_000;
/** INV-10. */
const AVAILABLE = 0.999;

export async function run({ platform, ledger, options, log }) {
  const { kafka, told, truth } = platform;
  let more = true;
  const lives = new Lives({ ...platform, ledger, people: options.accounts });
  const living = lives.run(options.atOnce, () => more);
  await pause(BEFORE_MS);
  await kafka.kill();
  const away = performance.now();
  log('the broker is gone');
  await pause(options.seconds * 1_000);
  await kafka.start();
  const back = performance.now();
  const loadThen = load();
  log('the broker is back');
  more = false;
  await living;

  const events = await checkEvents({ truth, ledger, ms: 2 * SETTLED_WITHIN_MS });
  const settledMs = performance.now() - back;
  if (settledMs > SETTLED_WITHIN_MS) ledger.violated('events were not settled within 30 s after the return of Kafka', ms(settledMs));
  const logouts = await checkTold({ ledger, told, ms: 30_000 });
  const endedMeanwhile = ledger.ended.filter(({ ended }) => ended > away && ended < back);
  const delays = endedMeanwhile.flatMap(({ sid, ended, validated }) =>
    [...validated.map((ticket) => told.tickets.get(ticket)), told.sessions.get(sid)].flatMap((times) => (times === undefined ? [] : [Math.max(0, times[0] - ended)])),
  );
  if (percentiles(delays).max > TOLD_WITHIN_MS) ledger.violated('a logout took longer than 10 s while Kafka was away', ms(percentiles(delays).max));
  const meanwhile = ledger.steps.filter(({ sent }) => sent > away && sent < back);
  const failed = meanwhile.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > meanwhile.length * (1 - AVAILABLE)) ledger.violated('login or logout depended on Kafka (INV-10)', failed.slice(0, 5).map(({ name, why }) => `${name}: ${why}`).join('; '));
  return [
    ['away for', ms(back - away)],
    ['sign-ins and sign-outs meanwhile', endedMeanwhile.length],
    ['steps meanwhile', `${meanwhile.length}, ${failed.length} without an answer`],
    ['logouts owed and undelivered', `${logouts.owed} and ${logouts.undelivered}`],
    ['from the answer of a sign-out to the application, Kafka away', `${spread(delays)}, ${loadThen}`],
    ['told again (at least once is promised)', logouts.repeated],
    ['all events settled after its return', `${ms(settledMs)}, ${load()}; ${events.events} at management, ${events.ended} ends at each of three rooms`],
    ['… lost, applied twice or parked', ledger.violations.filter(({ rule }) => rule.includes('INV-6')).length],
  ];
}
