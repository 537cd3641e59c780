import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, MigrationExecutor, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { Database } from '../database.ts';
import { silentLogger, type StoreLogger } from '../logger.ts';
import type { Migration } from '../migrations.ts';
import { MigrationFailed, SchemaTooOld, codeOf, explain, isConnectionError, whereabouts } from './errors.ts';
import { sessionOptions } from './open-database.ts';

export interface MigrateTarget {
  readonly url: string;
  readonly schema: string;
}

const TABLE = 'migration';
const LOCK_TIMEOUT = '55P03';

/**
 * Applies what is missing, each migration in its own transaction. Any number of processes may do so at once: one works, the
 * others wait for its advisory lock and find nothing left to do. A statement that waits 2 s for a table lock gives up and is
 * tried again, so that a migration never queues the traffic of a running release behind itself.
 */
export async function migrate(
  target: Database | MigrateTarget,
  migrations: readonly Migration[],
  { logger = silentLogger, patienceMs = 60_000 }: { logger?: StoreLogger; patienceMs?: number } = {},
): Promise<string[]> {
  const { url, schema } = addressOf(target);
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema,
    installExtensions: false,
    migrationsTableName: TABLE,
    migrations: migrations.map((migration) => toTypeOrm(schema, migration)),
    logger: 'debug',
    poolSize: 1,
    connectTimeoutMS: 5_000,
    applicationName: `latchkey ${schema} migrations`,
    extra: { options: `${sessionOptions(schema, 0)} -c lock_timeout=2000` },
  });
  try {
    await dataSource.initialize();
  } catch (error) {
    throw explain(error, whereabouts(url));
  }
  try {
    const applied = await underLock(dataSource, schema, patienceMs, logger);
    if (applied.length > 0) logger.info({ schema, migrations: applied }, 'The schema was brought up to date');
    return applied;
  } finally {
    await dataSource.destroy();
  }
}

/** @throws SchemaTooOld when a migration of this release is missing; what it does not know is none of its business. */
export async function assertSchemaVersion(database: Database, migrations: readonly Migration[]): Promise<void> {
  const { rows: tables } = await database.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [TABLE]);
  const applied = new Set<string>();
  if (tables[0]?.there === true) {
    const { rows } = await database.query<{ name: string }>(`SELECT name FROM ${TABLE}`);
    for (const row of rows) applied.add(row.name);
  }
  const missing = migrations.filter((migration) => !applied.has(recordedName(migration))).map(({ name }) => name);
  if (missing.length > 0) throw new SchemaTooOld(database.schema, missing);
}

async function underLock(dataSource: DataSource, schema: string, patienceMs: number, logger: StoreLogger): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  const runner = dataSource.createQueryRunner();
  try {
    for (;;) {
      if (await tryLock(runner, schema)) {
        try {
          const executor = new MigrationExecutor(dataSource, runner);
          executor.transaction = 'each';
          return (await executor.executePendingMigrations()).map(({ name }) => name.slice(0, -14));
        } catch (error) {
          if (codeOf(error) !== LOCK_TIMEOUT || Date.now() > deadline) throw error;
          logger.warn({ schema }, 'A migration waited too long for a table and is tried again');
        } finally {
          await runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [lockName(schema)]);
        }
      } else if (Date.now() > deadline) {
        throw new Error(`Another process has been migrating the schema "${schema}" for ${patienceMs} ms. Let it end, then start again.`);
      }
      await pause(100);
    }
  } finally {
    await runner.release();
  }
}

async function tryLock(runner: QueryRunner, schema: string): Promise<boolean> {
  const rows = (await runner.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [lockName(schema)])) as { got: boolean }[];
  return rows[0]?.got === true;
}

function lockName(schema: string): string {
  return `latchkey migrate ${schema}`;
}

function addressOf(target: Database | MigrateTarget): MigrateTarget {
  if ('url' in target) return target;
  const { url } = target.dataSource.options as { url?: string };
  if (url === undefined) throw new Error('This database was not opened by URL');
  return { url, schema: target.schema };
}

/** TypeORM orders by the 13 digits that end the name: date, number and two digits for what must come between. */
function stampOf({ name }: Migration): string {
  const match = /^(\d{8})-(\d{3})-[a-z0-9-]+$/.exec(name);
  if (match === null) throw new Error(`"${name}" is not a name of a migration: write 20261124-001-subject`);
  return `${match[1]}${match[2]}00`;
}

function recordedName(migration: Migration): string {
  return `${migration.name}-${stampOf(migration)}`;
}

function toTypeOrm(schema: string, migration: Migration): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = recordedName(migration);
    async up(runner: QueryRunner): Promise<void> {
      try {
        await runner.query(migration.sql);
      } catch (error) {
        throw codeOf(error) === LOCK_TIMEOUT || isConnectionError(error) ? error : new MigrationFailed(schema, migration.name, error);
      }
    }
    async down(): Promise<void> {
      throw new Error('Migrations go forwards only');
    }
  };
}
