import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { step } from '../prepare/say.mjs';
import { startKafka } from '../services/kafka.mjs';
import { startPostgres } from '../services/postgres.mjs';
import { until } from '../services/processes.mjs';
import { startRedis } from '../services/redis.mjs';
import { imageEnvironment } from '../split/image-environment.mjs';
import { launchSplit } from '../split/launch.mjs';
import { Lifetime } from '../start/lifetime.mjs';
import { declarationFile } from './declaration.mjs';
import { INSPECTABLE } from './kept-heap.mjs';
import { load } from './load.mjs';
import { report } from './report.mjs';
import { cpuSeconds, memory } from './samples.mjs';

const IDLE_MS = 60_000;
/** Time for the first polls and joins after a start, which are not rest. */
const SETTLE_MS = 10_000;

export async function main() {
  const { minutes, write } = options();
  const lifetime = new Lifetime();
  lifetime.watch();
  try {
    const split = await step('Starting five rooms', () => up(lifetime));
    const starts = await step('Starting each again, alone', () => oneByOne(split.replicas));
    const rest = await step('A minute at rest', () => atRest(split.replicas));
    const underLoad = minutes === 0 ? undefined : await step(`${minutes} minutes under load`, () => load(split, { minutes }));
    report({ starts, rest, underLoad, write });
  } catch (error) {
    console.error(error);
    await lifetime.end(1);
  }
  await lifetime.end(0);
}

function options() {
  // `--load` alone means ten minutes.
  const args = process.argv.slice(2).flatMap((arg, index, all) => (arg === '--load' && !/^\d/.test(all[index + 1] ?? '') ? [arg, '10'] : [arg]));
  const { values } = parseArgs({ args, options: { load: { type: 'string', default: '0' }, write: { type: 'boolean', default: false } } });
  return { minutes: Number(values.load), write: values.write };
}

async function up(lifetime) {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-measure-rooms-'));
  lifetime.add('the folder', async () => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startPostgres({ dataDir: path.join(folder, 'postgres') });
  lifetime.add('PostgreSQL', async () => {
    await postgres.stop();
    rmSync(postgres.home, { recursive: true, force: true });
  });
  const redis = await startRedis();
  lifetime.add('Redis', redis.stop);
  const kafka = await startKafka({ dataDir: path.join(folder, 'kafka') });
  lifetime.add('Kafka', kafka.stop);
  const split = await launchSplit({
    folder,
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    brokers: kafka.brokers,
    applyFile: declarationFile(folder),
    env: { LATCHKEY_SIGN_IN_NETWORK_LIMIT: '1000000', NODE_OPTIONS: `${imageEnvironment.NODE_OPTIONS ?? ''} ${INSPECTABLE}` },
  });
  lifetime.add('the rooms', split.stop);
  return split;
}

async function oneByOne(replicas) {
  const starts = [];
  for (const replica of replicas) {
    await replica.kill();
    const began = performance.now();
    await replica.spawn();
    if (!(await until(async () => replica.gone || (await replica.isReady()), { ms: 60_000, everyMs: 10 })) || replica.gone) throw new Error(`${replica.room} did not start again:\n${replica.logged()}`);
    starts.push({ room: replica.room, ms: performance.now() - began, cpuSeconds: cpuSeconds(replica), residentMb: replica.residentMb() });
  }
  return starts;
}

async function atRest(replicas) {
  await pause(SETTLE_MS);
  const before = replicas.map(cpuSeconds);
  await pause(IDLE_MS);
  const after = replicas.map(cpuSeconds);
  return Promise.all(
    replicas.map(async (replica, index) => ({ room: replica.room, cpuPercent: ((after[index] - before[index]) / IDLE_MS) * 100_000, ...(await memory(replica)) })),
  );
}
