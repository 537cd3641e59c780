import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../../prepare/run.mjs';
import { startKafka } from '../../services/kafka.mjs';
import { startPostgres } from '../../services/postgres.mjs';
import { startRedis } from '../../services/redis.mjs';

/** PostgreSQL, Redis and Kafka on 127.0.0.1, beside the containers: their images cannot be had without a registry. */
export async function openStores({ folder, lifetime, log }) {
  const postgres = await startPostgres({ dataDir: path.join(folder, 'postgres'), fresh: true, log });
  lifetime.add('PostgreSQL', postgres.stop);
  const redis = await startRedis({ log });
  lifetime.add('Redis', redis.stop);
  const kafka = await startKafka({ dataDir: path.join(folder, 'kafka'), log });
  lifetime.add('Kafka', kafka.stop);
  return {
    settings: { POSTGRES_PORT: new URL(postgres.url).port, REDIS_PORT: new URL(redis.url).port, KAFKA_PORT: kafka.brokers.split(':')[1] },
    /** What the image of PostgreSQL does on a new volume: its administrator, and the scripts of docker-entrypoint-initdb.d. */
    prepare: (password) => prepare(postgres.url, password),
  };
}

async function prepare(url, password) {
  const { Client } = createRequire(path.join(root, 'libs', 'store', 'package.json'))('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE ROLE postgres SUPERUSER LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    const script = readFileSync(path.join(root, 'deploy', 'postgres', 'box-office.sql'), 'utf8').replace(/^--.*$/gm, '');
    // One at a time: CREATE DATABASE is alone in its transaction.
    for (const statement of script.split(';').filter((each) => each.trim() !== '')) await client.query(statement);
  } finally {
    await client.end();
  }
}
