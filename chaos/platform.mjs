import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '@latchkey/store';
import { startKafka } from '../tools/services/kafka.mjs';
import { startPostgres } from '../tools/services/postgres.mjs';
import { freePort, signal } from '../tools/services/processes.mjs';
import { startOwnRedis } from '../tools/services/redis.mjs';
import { launchSplit } from '../tools/split/launch.mjs';
import { startApplications } from './applications.mjs';
import { declaration } from './declaration.mjs';

/** Passwords are hashed at the start, so there are fewer people than sign-ins. */
export const PEOPLE = 24;

/**
 * Two replicas of every room behind the front, with a PostgreSQL, a Redis and a Kafka of their own, all on 127.0.0.1, and the two
 * applications. PostgreSQL runs as in production (fsync, synchronous_commit).
 */
export async function startPlatform({ kafka: withKafka = true, env = {}, log }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-chaos-'));
  // As root the database runs as another account, which has to walk to its data.
  chmodSync(folder, 0o711);
  const started = [];
  const keep = async (starting) => {
    const server = await starting;
    started.unshift(server);
    return server;
  };
  const stop = async () => {
    for (const server of started.splice(0)) await server.stop().catch((error) => log(`something did not stop well: ${error.message}`));
  };
  try {
    const applications = await keep(startApplications());
    // Alone: what the others run to their ends before they start would keep this process from seeing it.
    const redis = await keep(startRedis(log));
    const [postgres, kafka] = await Promise.all([
      keep(startPostgres({ dataDir: path.join(folder, 'postgres'), maxConnections: 300, log })),
      withKafka ? keep(startKafka({ dataDir: path.join(folder, 'kafka'), log })) : undefined,
    ]);
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const applyFile = path.join(folder, 'apply.yaml');
    writeFileSync(applyFile, declaration({ url, application: applications.url, people: PEOPLE }));
    log('starting two replicas of every room');
    const split = await keep(
      launchSplit({
        folder: path.join(folder, 'split'),
        databaseUrl: postgres.url,
        redisUrl: redis.url,
        ...(kafka === undefined ? {} : { brokers: kafka.brokers }),
        replicas: 2,
        port,
        applyFile,
        env: {
          LATCHKEY_OUTBOUND_ALLOW: applications.host,
          LATCHKEY_SIGN_IN_NETWORK_LIMIT: '1000000000',
          LATCHKEY_CLIENT_FAILURES_PER_MINUTE: '100000',
          LATCHKEY_DRAIN_SECONDS: '0',
          ...env,
        },
      }),
    );
    const truth = await keep(openTruth(postgres.url));
    return { url, application: applications.url, told: applications.told, postgres, redis, kafka, split, truth, folder, stop };
  } catch (error) {
    await stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** All schemas, as an administrator sees them. */
async function openTruth(url) {
  const database = await openDatabase({ url, schema: 'public', maxConnections: 2, applicationName: 'latchkey chaos' });
  const rows = async (sql) => (await database.query(sql)).rows;
  return { rows, count: async (sql) => Number(Object.values((await rows(sql))[0])[0]), stop: () => database.close() };
}

/** Of one node of its own: killed, it comes back empty. */
async function startRedis(log) {
  const { url, nodes, stop } = await startOwnRedis({ log });
  const [node] = nodes;
  const send = (name) => signal(node.pid(), name);
  return {
    url,
    stop,
    kill: async () => {
      send('SIGKILL');
      await node.stop();
    },
    start: () => node.restart(),
    freeze: () => send('SIGSTOP'),
    thaw: () => send('SIGCONT'),
  };
}
