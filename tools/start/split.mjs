import path from 'node:path';
import { root } from '../prepare/run.mjs';
import { step } from '../prepare/say.mjs';
import { startKafka } from '../services/kafka.mjs';
import { startRedis } from '../services/redis.mjs';
import { launchSplit } from '../split/launch.mjs';
import { demos } from './demos.mjs';

/** Latchkey as it runs in a cluster, on this machine: its rooms apart, over a Redis and a Kafka of their own. */
export async function openSplit(lifetime, { port, applyFile, demo, replicas }, { url: databaseUrl, keys }) {
  const redis = await step('Redis', (log) => startRedis({ log }));
  lifetime.add('Redis', redis.stop);
  const kafka = await step('Kafka', (log) => startKafka({ dataDir: path.join(root, '.latchkey', 'kafka'), log }));
  lifetime.add('Kafka', kafka.stop);
  const split = await step(`Five rooms, ${replicas} of each`, () =>
    launchSplit({
      folder: path.join(keys, 'split'),
      databaseUrl,
      redisUrl: redis.url,
      brokers: kafka.brokers,
      replicas,
      port,
      applyFile,
      env: { LATCHKEY_DRAIN_SECONDS: '0', LATCHKEY_LOG_LEVEL: 'info', ...(demo ? { LATCHKEY_OUTBOUND_ALLOW: demos.map((each) => `127.0.0.1:${each.port}`).join(',') } : {}) },
    }),
  );
  lifetime.add('The rooms', split.stop);
  return { publicUrl: split.url, setupUrl: null, logs: path.join(keys, 'split'), rssMb: split.replicas.reduce((sum, each) => sum + each.residentMb(), 0) };
}
