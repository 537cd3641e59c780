import 'reflect-metadata';
import type { Pool } from 'pg';
import { DataSource, type EntitySchema } from 'typeorm';
import type { Database, Sql } from '../database.ts';
import { silentLogger, type StoreLogger } from '../logger.ts';
import { DatabaseUnavailable, explain, whereabouts } from './errors.ts';
import { PooledSql } from './pooled-sql.ts';
import { Reachability } from './reachability.ts';
import { StatementObserver, type Observe, type Settled } from './statement-observer.ts';

export interface DatabaseOptions {
  readonly url: string;
  readonly schema: string;
  readonly logger?: StoreLogger;
  /** Connections of this process to this schema. */
  readonly maxConnections?: number;
  /** Called once for each statement that a caller issues (BEGIN, COMMIT and ROLLBACK are not). */
  readonly observe?: Observe;
  /** Called once for each of them when it has ended. Must not throw. */
  readonly settled?: Settled;
  // TypeORM types entity targets as Function.
  readonly entities?: readonly (EntitySchema | Function)[];
  readonly applicationName?: string;
}

const STATEMENT_TIMEOUT_MS = 10_000;
/** Longer than the relay of the bus may hold its rows while it publishes. */
const IDLE_IN_TRANSACTION_MS = 60_000;
const MAX_SKEW_MS = 2_000;

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, schema, logger = silentLogger } = options;
  const where = whereabouts(url);
  const observer = new StatementObserver(options.observe, options.settled);
  const reachability = new Reachability(where);
  let closing = false;
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema,
    entities: [...(options.entities ?? [])],
    synchronize: false,
    installExtensions: false,
    migrationsTableName: 'migration',
    poolSize: options.maxConnections ?? 10,
    connectTimeoutMS: 5_000,
    applicationName: options.applicationName ?? `latchkey ${schema}`,
    poolErrorHandler: (error: Error) => {
      reachability.lost();
      // A connection that we gave up may still hear the server stop.
      if (!closing) logger.warn({ schema, where, err: error }, 'An idle connection to PostgreSQL was lost');
    },
    ...(options.observe === undefined ? {} : { logging: ['query'], logger: observer }),
    extra: {
      options: sessionOptions(schema, STATEMENT_TIMEOUT_MS),
      keepAlive: true,
      query_timeout: STATEMENT_TIMEOUT_MS + 2_000,
      idleTimeoutMillis: 30_000,
    },
  });
  try {
    await dataSource.initialize();
  } catch (error) {
    throw explain(error, where);
  }
  if (options.settled !== undefined) dataSource.subscribers.push(observer.subscriber);
  observer.begin();
  const pool = (dataSource.driver as unknown as { master: Pool }).master;
  const sql = new PooledSql(pool, where, logger, observer, reachability);
  return {
    schema,
    dataSource,
    query: (statement, values) => sql.query(statement, values),
    transaction: (work) => sql.transaction(work),
    check: () => checkClock(sql, where),
    assertReachable: () => sql.assertReachable(),
    connections: () => ({ busy: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: async () => {
      closing = true;
      if (dataSource.isInitialized) await dataSource.destroy();
    },
  };
}

/** Start-up parameters, so that no connection is ever without them and none costs a round trip. */
export function sessionOptions(schema: string, statementTimeoutMs: number): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`"${schema}" cannot be the name of a schema`);
  const parameters = {
    search_path: schema,
    synchronous_commit: 'on',
    timezone: 'UTC',
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  };
  return Object.entries(parameters)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/** Facts are dated by Postgres, tokens by this process: apart by more than 2 s, neither can be judged by the other. */
async function checkClock(sql: Sql, where: string): Promise<void> {
  const before = Date.now();
  const { rows } = await sql.query<{ now: string }>({
    name: 'store-check',
    text: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS now',
  });
  const after = Date.now();
  const theirs = Number(rows[0]?.now);
  const skew = theirs < before ? before - theirs : Math.max(0, theirs - after);
  if (skew <= MAX_SKEW_MS) return;
  throw new DatabaseUnavailable(
    'clock-skew',
    where,
    `The clock of PostgreSQL at ${where} is ${Math.round(skew)} ms off the clock of this machine. Let both follow the same time server.`,
  );
}
