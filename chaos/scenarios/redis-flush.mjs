import { createClient } from 'redis';
import { checkEvents } from '../checks/events.mjs';
import { checkRefused } from '../checks/refused.mjs';
import { checkSingleUse } from '../checks/single-use.mjs';
import { checkTold } from '../checks/told.mjs';
import { inTurns } from '../in-turns.mjs';
import { Lives } from '../life.mjs';
import { Person } from '../person.mjs';
import { crowd, stillSignedIn } from '../crowd.mjs';

export const title = 'Redis is emptied every second';

const SIGNED_IN = 40;

/** FLUSHALL under load: whoever is signed in stays so, and nothing that was used works again. */
export async function run({ platform, ledger, options, log }) {
  const { split, redis, told, truth } = platform;
  const people = await crowd({ platform, ledger, count: SIGNED_IN, accounts: options.accounts });
  const client = await createClient({ url: redis.url }).connect();
  const end = performance.now() + options.seconds * 1_000;
  let flushes = 0;
  const flushing = setInterval(() => void client.flushAll().then(() => (flushes += 1)), 1_000);
  const lives = new Lives({ ...platform, ledger, people: options.accounts, afterSignOut: (person, session) => checkRefused({ split, ledger, person, session, ms: 10_000 }) });
  let stayed = 0;
  const staying = async () => {
    while (performance.now() < end) stayed += await stillSignedIn(people);
  };
  await Promise.all([lives.run(options.atOnce, () => performance.now() < end), staying()]);
  clearInterval(flushing);
  await client.flushAll();
  client.destroy();
  log('looking whether anything revived');
  const single = await checkSingleUse({ ledger, ...platform, inTurns });
  const logouts = await checkTold({ ledger, told, ms: 60_000 });
  await inTurns(ledger.ended, async (session) => checkRefused({ split, ledger, person: new Person({ ...platform, ledger, username: session.username }), session, ms: 10_000 }));
  const events = await checkEvents({ truth, ledger, ms: 60_000 });
  const failed = ledger.count('failed');
  if (failed > 0) ledger.violated('a request was not answered although only Redis had forgotten', `${failed} steps`);
  return [
    ['FLUSHALL', flushes],
    ['sign-ins and sign-outs meanwhile', ledger.ended.length],
    ['people who stayed signed in, and how often they were recognised', `${people.length}, ${stayed} times`],
    ['signed out by it', ledger.violations.filter(({ rule }) => rule.startsWith('somebody was signed out')).length],
    ['tickets and codes', `${single.tickets} and ${single.codes}, presented ${single.presented} times`],
    ['… with an effect twice', single.doubles],
    ['steps refused, since their ticket or code was used or forgotten', ledger.count('refused')],
    ['steps without an answer', failed],
    ['logouts owed and undelivered', `${logouts.owed} and ${logouts.undelivered}`],
    ['events at management', events.events],
  ];
}
