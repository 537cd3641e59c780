import { checkEvents } from '../checks/events.mjs';
import { checkTold } from '../checks/told.mjs';
import { load, ms } from '../figures.mjs';
import { Lives } from '../life.mjs';

export const title = 'Every replica is restarted, one after another';
/** What production has. */
export const env = { LATCHKEY_DRAIN_SECONDS: '5' };

/** SIGTERM and a start, as a rolling update does it, under load: no request fails. */
export async function run({ platform, ledger, options, log }) {
  const { split, told, truth } = platform;
  let more = true;
  const living = new Lives({ ...platform, ledger, people: options.accounts }).run(options.atOnce, () => more);
  const began = performance.now();
  const exits = [];
  for (const replica of split.replicas) {
    log(`${replica.room}-${replica.index}`);
    await replica.stop();
    exits.push(replica.exitCode);
    await replica.start();
  }
  const tookMs = performance.now() - began;
  more = false;
  await living;
  const failed = ledger.steps.filter(({ outcome }) => outcome !== 'done' && outcome !== 'refused');
  if (failed.length > 0) ledger.violated('a request failed during a rolling restart', failed.slice(0, 5).map(({ name, why }) => `${name}: ${why}`).join('; '));
  if (exits.some((code) => code !== 0)) ledger.violated('a replica did not end by itself', exits.join());
  const logouts = await checkTold({ ledger, told, ms: 60_000 });
  const events = await checkEvents({ truth, ledger, ms: 60_000 });
  return [
    ['replicas restarted', `${exits.length} in ${ms(tookMs)}, each drained for 5 s`],
    ['sign-ins and sign-outs meanwhile', ledger.ended.length],
    ['steps', `${ledger.steps.length}, ${failed.length} failed; ${load()}`],
    ['logouts owed and undelivered', `${logouts.owed} and ${logouts.undelivered}`],
    ['events at management, settled', `${events.events}, in ${ms(events.settledMs)}`],
  ];
}
