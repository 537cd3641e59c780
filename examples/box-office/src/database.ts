import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** `free` is the one number that is sold from; the check is the last line behind the conditional update in seats.ts. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS performance (
    id text PRIMARY KEY,
    starts_at timestamptz NOT NULL
  );
  CREATE TABLE IF NOT EXISTS block (
    performance_id text NOT NULL REFERENCES performance,
    name text NOT NULL,
    position int NOT NULL,
    capacity int NOT NULL,
    price_pence int NOT NULL,
    free int NOT NULL CHECK (free BETWEEN 0 AND capacity),
    PRIMARY KEY (performance_id, name)
  );
  CREATE TABLE IF NOT EXISTS hold (
    id text PRIMARY KEY,
    subject text NOT NULL,
    performance_id text NOT NULL,
    block text NOT NULL,
    seats int NOT NULL CHECK (seats > 0),
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (performance_id, block) REFERENCES block
  );
  CREATE INDEX IF NOT EXISTS hold_of_block ON hold (performance_id, block, expires_at);
  CREATE INDEX IF NOT EXISTS hold_of_subject ON hold (subject);
  CREATE TABLE IF NOT EXISTS ticket_order (
    id text PRIMARY KEY,
    subject text NOT NULL,
    performance_id text NOT NULL,
    block text NOT NULL,
    seats int NOT NULL,
    price_pence int NOT NULL,
    ordered_at timestamptz NOT NULL,
    FOREIGN KEY (performance_id, block) REFERENCES block
  );
  CREATE INDEX IF NOT EXISTS order_of_subject ON ticket_order (subject);
  CREATE TABLE IF NOT EXISTS session (
    ticket text PRIMARY KEY,
    id_hash text UNIQUE,
    subject text,
    name text,
    expires_at timestamptz NOT NULL
  );
`;

const START_LOCK = 8081;

/** Creates what is missing. A database that is still starting is waited for; anything else is an error at once. */
export async function openDatabase(url: string, log: (line: string) => void, patienceMs = 60_000): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  pool.on('error', (error) => log(`database: ${error.message}`));
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      await createTables(pool);
      return pool;
    } catch (error) {
      if (codeOf(error) === NO_SUCH_DATABASE && (await createDatabase(url))) continue;
      if (!STARTING.has(codeOf(error)) || Date.now() > giveUpAt) {
        await pool.end();
        throw error;
      }
      await wait(500);
    }
  }
}

async function createTables(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    // Two copies that start together would both try to create: one multi-statement query is one transaction.
    await client.query(`SELECT pg_advisory_xact_lock(${START_LOCK}); ${TABLES}`);
  } finally {
    client.release();
  }
}

const NO_SUCH_DATABASE = '3D000';
/** 57P03: the database system is starting up. */
const STARTING = new Set<unknown>(['ECONNREFUSED', '57P03']);

/** False: it is not ours to create, so the first error stands. */
async function createDatabase(url: string): Promise<boolean> {
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  const client = new pg.Client({ connectionString: server.href });
  try {
    await client.connect();
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

/** Several addresses of one name fail as one error that holds the others. */
function codeOf(error: unknown): unknown {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
