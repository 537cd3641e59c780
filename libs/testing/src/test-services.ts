import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the real servers of the tests are. A test run names its shared ones by environment; a single spec starts its own, once
 * a process, and stops it when the process ends.
 */
export type Service = 'postgres' | 'redis' | 'kafka';

const SETTING: Record<Service, string> = {
  postgres: 'LATCHKEY_TEST_DATABASE_URL',
  redis: 'LATCHKEY_TEST_REDIS_URL',
  kafka: 'LATCHKEY_TEST_KAFKA_BROKERS',
};

interface Started {
  readonly address: string;
  stop(): Promise<void>;
}

interface Provisioner {
  startPostgres?(options: { dataDir: string }): Promise<{ url: string; stop(): Promise<void> }>;
  startRedis?(): Promise<{ url: string; stop(): Promise<void> }>;
  startKafka?(options: { dataDir: string }): Promise<{ brokers: string | string[]; stop(): Promise<void> }>;
}

const started = new Map<Service, Promise<Started>>();

export async function service(which: Service): Promise<string> {
  const given = process.env[SETTING[which]];
  if (given !== undefined && given !== '') return given;
  let own = started.get(which);
  if (own === undefined) started.set(which, (own = start(which)));
  return (await own).address;
}

/** Stops what this process started. A spec that runs alone may call it in `afterAll`; with shared servers it does nothing. */
export async function stopServices(): Promise<void> {
  const all = [...started.values()];
  started.clear();
  for (const own of all) await (await own).stop();
}

async function start(which: Service): Promise<Started> {
  const module = new URL(`../../../tools/services/${which}.mjs`, import.meta.url).href;
  const provisioner = (await import(module)) as Provisioner;
  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), `latchkey-test-${which}-${process.pid}-`));
  const clean = () => rm(dataDir, { recursive: true, force: true });
  if (which === 'kafka') {
    const { brokers, stop } = await must(provisioner.startKafka)({ dataDir });
    return { address: Array.isArray(brokers) ? brokers.join(',') : brokers, stop: () => stop().finally(clean) };
  }
  const { url, stop } = await (which === 'postgres' ? must(provisioner.startPostgres)({ dataDir }) : must(provisioner.startRedis)());
  return { address: url, stop: () => stop().finally(clean) };
}

/** A spec that nobody asks to stop leaves its folder; the next one removes those of processes that are gone. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = /^latchkey-test-[a-z]+-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !lives(Number(owner))) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

function must<F>(start: F | undefined): F {
  if (start === undefined) throw new Error('tools/services does not offer what the tests need');
  return start;
}
