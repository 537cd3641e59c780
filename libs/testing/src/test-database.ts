import { randomBytes } from 'node:crypto';
import { migrate, openDatabase, type Database, type DatabaseOptions, type Migration } from '@latchkey/store';
import { service } from './test-services.ts';

export interface TestDatabase {
  readonly database: Database;
  /** A superuser's URL of this database, for tests that open it again. */
  readonly url: string;
  close(): Promise<void>;
}

export interface TestDatabaseOptions extends Omit<Partial<DatabaseOptions>, 'url'> {
  readonly schema?: string;
}

/** A fresh database on a real PostgreSQL, with the given migrations applied in one schema. */
export async function testDatabase(migrations: readonly Migration[], options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const empty = await emptyDatabase();
  const schema = options.schema ?? 'room';
  try {
    await run(empty.url, `CREATE SCHEMA "${schema}"`);
    await migrate({ url: empty.url, schema }, migrations);
    const database = await openDatabase({ maxConnections: 10, ...options, url: empty.url, schema });
    return {
      database,
      url: empty.url,
      close: async () => {
        await database.close();
        await empty.close();
      },
    };
  } catch (error) {
    await empty.close();
    throw error;
  }
}

/** A fresh database without any schema of ours: for tests that start whole rooms. */
export async function emptyDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const server = await service('postgres');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await run(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, close: () => run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function run(url: string, sql: string): Promise<void> {
  const database = await openDatabase({ url, schema: 'public', maxConnections: 1 });
  try {
    await database.query(sql);
  } finally {
    await database.close();
  }
}
