import { rmSync } from 'node:fs';
import path from 'node:path';
import { findApache, findChromium } from '../services/browsers.mjs';
import { passportCas, phpCas, pythonCas } from '../services/cas-clients.mjs';
import { startKafka } from '../services/kafka.mjs';
import { findNginx } from '../services/nginx.mjs';
import { startPostgres } from '../services/postgres.mjs';
import { Advice } from '../services/processes.mjs';
import { findCaddy, findHaproxy, findLuaSocket } from '../services/proxies.mjs';
import { startRedis } from '../services/redis.mjs';
import { root } from '../prepare/run.mjs';

const folder = path.join(root, '.latchkey', 'test');

/**
 * Brings up what the tests need, once a run, and says by which settings they find it.
 *
 * Nothing is left out silently: what cannot be had is an error, all of them together. `lenient` is for a run of chosen
 * files, which may not need everything; a test that does will say so itself.
 */
export async function bringUp({ lifetime, log, lenient }) {
  const faults = [];
  const settings = {};
  const must = async (work) => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Advice)) throw error;
      faults.push(error.message);
      return undefined;
    }
  };
  const attempt = async (name, work) => {
    const found = await must(work);
    if (found !== undefined) settings[name] = found;
  };
  // Packages first and one after another: apt-get knows one of itself at a time.
  await attempt('LATCHKEY_TEST_CHROMIUM', async () => findChromium(log));
  await attempt('LATCHKEY_TEST_APACHE', async () => findApache(log));
  await attempt('LATCHKEY_TEST_NGINX', async () => findNginx(log));
  await attempt('LATCHKEY_TEST_CADDY', async () => findCaddy(log));
  await attempt('LATCHKEY_TEST_HAPROXY', async () => findHaproxy(log));
  await attempt('LATCHKEY_TEST_LUA', async () => findLuaSocket(log));
  // Found again by the tests that use them, which also get them where this does not.
  if (!lenient) for (const client of [phpCas, pythonCas, passportCas]) await must(() => client(log));
  await attempt('LATCHKEY_TEST_REDIS_URL', () => kept(lifetime, 'Redis', startRedis({ log }), ({ url }) => url));
  await Promise.all([
    attempt('LATCHKEY_TEST_DATABASE_URL', () =>
      kept(
        lifetime,
        'PostgreSQL',
        startPostgres({ dataDir: path.join(folder, 'postgres'), log, fresh: true, durable: false, maxConnections: 400 }),
        ({ url }) => url,
      ),
    ),
    attempt('LATCHKEY_TEST_KAFKA_BROKERS', () =>
      kept(lifetime, 'Kafka', startKafka({ dataDir: path.join(folder, 'kafka'), log }), ({ brokers }) => brokers),
    ),
  ]);
  if (faults.length > 0 && !lenient) throw new Advice(faults.join('\n\n'));
  return { settings, faults };
}

async function kept(lifetime, name, starting, address) {
  const service = await starting;
  lifetime.add(name, async () => {
    await service.stop();
    // As root it may lie outside of the clone, where nobody would look for it.
    if (service.home) rmSync(service.home, { recursive: true, force: true });
  });
  return address(service);
}
