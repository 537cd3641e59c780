import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../../tools/prepare/build.mjs';
import { root } from '../../../tools/prepare/run.mjs';
import { endProcess, freePort } from '../../../tools/services/processes.mjs';

/** Latchkey as it is built: in one process, or with `split: true` two processes of each room. */
export async function start({ services, people, authority, hosts, folder, options, front, log }) {
  log('building');
  await build();
  const { emptyDatabase } = await import('@latchkey/testing/test-database');
  const applyFile = path.join(folder, 'apply.yaml');
  writeFileSync(applyFile, JSON.stringify(declarationOf(services, people)));
  const settings = {
    LATCHKEY_PUBLIC_URL: front.origin,
    LATCHKEY_OUTBOUND_ALLOW: hosts.join(','),
    LATCHKEY_TRUSTED_PROXIES: '127.0.0.1',
    LATCHKEY_SIGN_IN_NETWORK_LIMIT: '1000000',
    LATCHKEY_SIGN_IN_FREE_TRIES: '50',
    LATCHKEY_REMEMBER_DAYS: '30',
    LATCHKEY_OFFER_WARNING: 'yes',
    LATCHKEY_REST_TICKETS_FROM: '127.0.0.1',
    // Read when a process begins.
    NODE_EXTRA_CA_CERTS: authority,
  };
  const database = await emptyDatabase();
  try {
    const server = await (options.split ? apart : together)({ folder, applyFile, settings, databaseUrl: database.url, front });
    return {
      url: `${front.origin}/cas`,
      version: JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version,
      async stop() {
        await server.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function together({ folder, applyFile, settings, databaseUrl, front }) {
  const port = await freePort();
  const dataDir = path.join(folder, 'data');
  mkdirSync(dataDir);
  const child = fork(fileURLToPath(new URL('../../platform/server.mjs', import.meta.url)), {
    // Nothing of a test runner's own process may reach the product's.
    execArgv: [],
    env: {
      PATH: process.env.PATH,
      ...settings,
      LATCHKEY_HOST: '127.0.0.1',
      LATCHKEY_PORT: String(port),
      TEST_DATABASE_URL: databaseUrl,
      TEST_DATA_DIR: dataDir,
      TEST_PORT: String(port),
      TEST_APPLY: applyFile,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`Latchkey ended with ${code}`)));
  });
  front.handOnTo(port);
  return { stop: () => endProcess(child.pid) };
}

async function apart({ folder, applyFile, settings, databaseUrl, front }) {
  const { testRedis } = await import('@latchkey/testing');
  const { launchSplit } = await import('../../../tools/split/launch.mjs');
  const port = await freePort();
  const { url: redisUrl } = await testRedis();
  const split = await launchSplit({
    folder: path.join(folder, 'split'),
    databaseUrl,
    redisUrl,
    roles: `t_${path.basename(folder).replace(/[^A-Za-z0-9]/g, '').toLowerCase()}`,
    replicas: 2,
    port,
    publicUrl: front.origin,
    applyFile,
    env: { ...settings, LATCHKEY_DRAIN_SECONDS: '0', LATCHKEY_REDIS_ALLOW_PERSISTENCE: 'true' },
  });
  front.handOnTo(port);
  return split;
}

function declarationOf(services, people) {
  const names = [...new Set(people.flatMap(({ attributes }) => Object.keys(attributes)))];
  return {
    people: people.map(({ username, password, attributes }) => ({ username, name: username, password, attributes })),
    services: services.map(({ id, name, url, pgtUrls, logout }) => ({
      id,
      name,
      urls: [url],
      attributes: names,
      proxy: { allowed: pgtUrls.length > 0, pgtUrls: pgtUrls.filter((pgtUrl) => pgtUrl.startsWith('https:')) },
      logout: { type: logout },
    })),
  };
}
