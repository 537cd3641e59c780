import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { silentLogger, type StoreLogger } from '../logger.ts';
import { DatabaseRightsMissing, codeOf, explain, whereabouts } from './errors.ts';
import { scramVerifier } from './scram-verifier.ts';

export interface RoomAccount {
  readonly schema: string;
  readonly role: string;
  readonly password: string;
}

export interface PreparedDatabase {
  /** False: the given user may not create roles, so all rooms share it and only their schemas are apart. Tell the operator. */
  readonly separated: boolean;
  /** Connection URL by schema. */
  readonly urls: Readonly<Record<string, string>>;
}

/** Roles belong to the whole server, so two runs in two databases meet; the loser of such a race tries again. */
const RACES = new Set(['42710', '42P06', '23505', 'XX000', '40001', '40P01']);

/**
 * A role and a schema a room, without rights in each other's. May run as often, and as many at once, as one likes.
 */
export async function prepareDatabase(options: {
  readonly adminUrl: string;
  readonly rooms: readonly RoomAccount[];
  readonly logger?: StoreLogger;
}): Promise<PreparedDatabase> {
  for (const { schema, role } of options.rooms) for (const name of [schema, role]) assertName(name);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await prepareOnce(options.adminUrl, options.rooms, options.logger ?? silentLogger);
    } catch (error) {
      if (attempt >= 20 || !RACES.has(codeOf(error) ?? '')) throw error;
      await pause(25 * attempt);
    }
  }
}

async function prepareOnce(adminUrl: string, rooms: readonly RoomAccount[], logger: StoreLogger): Promise<PreparedDatabase> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000, application_name: 'latchkey prepare' });
  client.on('error', (error) => logger.warn({ err: error }, 'The connection that prepares the database was lost'));
  try {
    await client.connect();
  } catch (error) {
    throw explain(error, whereabouts(adminUrl));
  }
  try {
    const { rows } = await client.query<{ mayCreateRoles: boolean }>(
      'SELECT rolsuper OR rolcreaterole AS "mayCreateRoles" FROM pg_roles WHERE rolname = current_user',
    );
    const separated = rows[0]?.mayCreateRoles === true;
    await client.query('BEGIN');
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('latchkey prepare', 0))");
    for (const room of rooms) await (separated ? ownRoleAndSchema(client, room) : ownSchema(client, room.schema, adminUrl));
    if (separated) await closePublic(client);
    await client.query('COMMIT');
    return { separated, urls: Object.fromEntries(rooms.map((room) => [room.schema, separated ? urlOf(adminUrl, room) : adminUrl])) };
  } finally {
    await client.end();
  }
}

async function ownRoleAndSchema(client: Client, { schema, role, password }: RoomAccount): Promise<void> {
  const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verifier = client.escapeLiteral(scramVerifier(password));
  await client.query(`${known.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE "${role}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${verifier}`);
  // A schema can be given only to a role that one is a member of; a superuser always is.
  await client.query(`DO $$ BEGIN
    IF NOT pg_has_role(current_user, '${role}', 'MEMBER') THEN EXECUTE 'GRANT "${role}" TO ' || quote_ident(current_user); END IF;
  END $$`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}" AUTHORIZATION "${role}"`);
  await client.query(handOver(schema, role));
  await client.query(`REVOKE ALL ON SCHEMA "${schema}" FROM PUBLIC`);
  const { rows } = await client.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
  await client.query(`GRANT CONNECT ON DATABASE ${rows[0]?.name} TO "${role}"`);
}

/** A schema that was made before roles were possible belongs to somebody else, and so does all that is in it. */
function handOver(schema: string, role: string): string {
  return `DO $$ DECLARE thing record; BEGIN
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = '${schema}' AND pg_get_userbyid(nspowner) <> '${role}') THEN
      ALTER SCHEMA "${schema}" OWNER TO "${role}";
      FOR thing IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = '"${schema}"'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') LOOP
        EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', '${schema}', thing.relname, '${role}');
      END LOOP;
    END IF;
  END $$`;
}

async function ownSchema(client: Client, schema: string, adminUrl: string): Promise<void> {
  const known = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (known.rowCount !== 0) return;
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  } catch (error) {
    if (codeOf(error) !== '42501') throw error;
    throw new DatabaseRightsMissing(
      `${whereabouts(adminUrl)} may neither create roles nor schemas. Give that user CREATE on the database, ` +
        `or create the schema "${schema}" for it, then start again.`,
      { cause: error },
    );
  }
}

/** What everybody may do by default, nobody needs here. CONNECT stays: other users of the database are not ours to shut out. */
async function closePublic(client: Client): Promise<void> {
  await client.query(`DO $$ BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    IF to_regnamespace('public') IS NOT NULL THEN REVOKE ALL ON SCHEMA public FROM PUBLIC; END IF;
  END $$`);
}

function urlOf(adminUrl: string, { role, password }: RoomAccount): string {
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.href;
}

function assertName(name: string): void {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new Error(`"${name}" cannot be the name of a role or schema`);
}
