import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  close(): Promise<void>;
}

/** A fresh database on a real PostgreSQL: the one that the test run names, or one of its own. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await postgres();
  const name = `t_${randomBytes(8).toString('hex')}`;
  await run(server.url, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async close() {
      await run(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await server.stop();
    },
  };
}

async function postgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['LATCHKEY_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined };
  const { startPostgres } = (await import(new URL('../../../tools/services/postgres.mjs', import.meta.url).href)) as {
    startPostgres(options: { dataDir: string }): Promise<{ url: string; stop(): Promise<void> }>;
  };
  const dataDir = await mkdtemp(join(tmpdir(), 'box-office-test-'));
  const { url, stop } = await startPostgres({ dataDir });
  return { url, stop: () => stop().finally(() => rm(dataDir, { recursive: true, force: true })) };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
