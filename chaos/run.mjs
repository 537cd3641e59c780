// `npm run chaos`: kills, stops and empties what Latchkey runs on, and counts which promises held. Exit code 1 when one did not.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Advice } from '../tools/services/processes.mjs';
import { Ledger } from './ledger.mjs';
import { PEOPLE, startPlatform } from './platform.mjs';
import { print, write } from './report.mjs';

/** In this order. `seconds` is how long it lasts, or may last, where nothing else is asked for. */
const SCENARIOS = {
  kill: { file: 'kill', seconds: 3_600 },
  'kafka-down': { file: 'kafka-down', seconds: 60 },
  'redis-flush': { file: 'redis-flush', seconds: 20 },
  'postgres-down': { file: 'postgres-down', seconds: 10 },
  'end-session': { file: 'end-session', note: 'with Kafka' },
  'end-session-without-kafka': { file: 'end-session', kafka: false, note: 'without Kafka' },
  rolling: { file: 'rolling' },
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    people: { type: 'string', default: '2000' },
    seconds: { type: 'string' },
    every: { type: 'string', default: '2' },
    ends: { type: 'string', default: '500' },
    'at-once': { type: 'string', default: '8' },
    write: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const names = values.only.length > 0 ? values.only : Object.keys(SCENARIOS);
const unknown = names.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0) {
  console.error(`--only takes ${Object.keys(SCENARIOS).join(', ')}; not ${unknown.join(', ')}`);
  process.exit(2);
}

const began = performance.now();
const log = (line) => process.stderr.write(`  ${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`);
let current;
let broken = 0;
for (const name of ['SIGINT', 'SIGTERM']) {
  process.once(name, () => {
    log(`${name}: stopping`);
    void (current?.stop() ?? Promise.resolve()).finally(() => process.exit(130));
  });
}
try {
  for (const name of names) broken += await runScenario(name, SCENARIOS[name]);
} catch (error) {
  console.error(error instanceof Advice ? error.message : error);
  process.exitCode = 2;
}
if (broken > 0) process.exitCode = 1;

async function runScenario(name, { file, kafka, seconds, note }) {
  const scenario = await import(`./scenarios/${file}.mjs`);
  const title = note === undefined ? scenario.title : `${scenario.title}, ${note}`;
  log(`${name}: ${title}`);
  const ledger = new Ledger(log);
  const platform = await startPlatform({ kafka, env: scenario.env, log });
  current = platform;
  const options = {
    people: Number(values.people),
    seconds: Number(values.seconds ?? seconds),
    every: Number(values.every),
    ends: Number(values.ends),
    atOnce: Number(values['at-once']),
    accounts: PEOPLE,
  };
  const deaths = watchDeaths(platform.split, ledger);
  try {
    const rows = await scenario.run({ platform, ledger, options, log }).catch((error) => {
      ledger.violated('it could not be brought to its end', `${error.name}: ${error.message}`);
      return [];
    });
    const result = { name, title, rows, violations: ledger.violations, command: `npm run chaos -- --only ${name}` };
    print(result);
    if (values.write) write(result);
  } finally {
    clearInterval(deaths);
    await platform.stop();
    if (!values.keep || ledger.violations.length === 0) rmSync(platform.folder, { recursive: true, force: true, maxRetries: 5 });
    else log(`logs are in ${platform.folder}`);
    current = undefined;
  }
  return ledger.violations.length;
}

/** Whatever happens around it, a room ends only when it is told to, or killed. */
function watchDeaths(split, ledger) {
  const told = new Set();
  return setInterval(() => {
    for (const { room, index, pid, gone, exitCode } of split.replicas) {
      if (!gone || !exitCode || told.has(pid)) continue;
      told.add(pid);
      ledger.violated('a room ended by itself', `${room}-${index}, exit code ${exitCode}`);
    }
  }, 100);
}
