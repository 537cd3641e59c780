import net from 'node:net';
import path from 'node:path';
import { startKafka } from '../../services/kafka.mjs';
import { startPostgres } from '../../services/postgres.mjs';
import { startRedis } from '../../services/redis.mjs';
import { NODE } from './network.mjs';

/** The stores of the tests, which listen on the loopback address, where pods can reach them: as external ones of a cluster are. */
export async function openStores({ folder, lifetime, log }) {
  const postgres = await startPostgres({ dataDir: path.join(folder, 'postgres'), fresh: true, durable: false, maxConnections: 400, log });
  lifetime.add('PostgreSQL', postgres.stop);
  const redis = await startRedis({ log });
  lifetime.add('Redis', redis.stop);
  const kafka = await startKafka({ dataDir: path.join(folder, 'kafka'), address: NODE, log });
  lifetime.add('Kafka', kafka.stop);
  await passOn(5432, postgres.url);
  await passOn(6379, redis.url);
  const admin = new URL(postgres.url);
  admin.host = `${NODE}:5432`;
  return { adminDatabaseUrl: admin.href, database: `${NODE}:5432${admin.pathname}`, redisUrl: `redis://${NODE}:6379`, brokers: kafka.brokers };
}

function passOn(port, url) {
  const target = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const server = net.createServer((from) => {
    const to = net.connect(target);
    for (const [one, other] of [[from, to], [to, from]]) one.on('error', () => other.destroy()).on('close', () => other.destroy()).pipe(other);
  });
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, NODE, resolve));
}
