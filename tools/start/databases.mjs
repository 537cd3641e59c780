import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../prepare/run.mjs';
import { Advice } from '../services/processes.mjs';

/** Says what is wrong with a DATABASE_URL of one's own before five rooms stumble over it. */
export async function demandDatabase(url) {
  await withClient(url, async () => {});
}

/** A database of its own for the demo shop; a schema of its own where making databases is not allowed. */
export async function shopDatabase(url) {
  const own = new URL(url);
  own.pathname = '/box_office';
  return withClient(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', ['box_office']);
    if (rowCount === 1) return own.href;
    try {
      await client.query('CREATE DATABASE box_office');
      return own.href;
    } catch (error) {
      if (error.code !== insufficientPrivilege) throw error;
      await client.query('CREATE SCHEMA IF NOT EXISTS box_office');
      const within = new URL(url);
      within.searchParams.set('options', '-c search_path=box_office');
      return within.href;
    }
  });
}

const protocols = ['postgres:', 'postgresql:'];

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const insufficientPrivilege = '42501';
const wrongPassword = ['28P01', '28000'];
const noSuchDatabase = '3D000';

async function withClient(url, work) {
  const { Client } = createRequire(path.join(root, 'libs', 'store', 'package.json'))('pg');
  const { client, shown } = open(Client, url);
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new Advice(`${reason(error, shown)}\nDATABASE_URL looks like postgres://user:password@host:5432/database. Without it, Latchkey starts a PostgreSQL of its own.`);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function open(Client, url) {
  try {
    const { protocol, username, hostname, port, pathname } = new URL(url);
    if (!protocols.includes(protocol)) throw new TypeError(protocol);
    const shown = { user: username, place: `${hostname}:${port || 5432}`, database: pathname.slice(1) };
    return { shown, client: new Client({ connectionString: url, connectionTimeoutMillis: 10_000 }) };
  } catch {
    throw new Advice('DATABASE_URL is not the address of a PostgreSQL. It looks like postgres://user:password@host:5432/database.');
  }
}

function reason(error, { user, place, database }) {
  if (wrongPassword.includes(error.code)) return `PostgreSQL at ${place} refuses the user "${user}": ${error.message}.`;
  if (error.code === noSuchDatabase) return `PostgreSQL at ${place} has no database "${database}". Create it first: CREATE DATABASE "${database}"`;
  if (error.code === 'ECONNREFUSED') return `No PostgreSQL answers at ${place}.`;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return `There is no host "${place.replace(/:\d+$/, '')}" (${error.code}).`;
  if (/timeout|terminated/.test(error.message)) return `What is at ${place} does not answer as PostgreSQL does (${error.message}).`;
  return `PostgreSQL at ${place} cannot be used: ${error.message || error.code}.`;
}
