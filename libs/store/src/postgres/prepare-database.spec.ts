import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyDatabase, stopServices } from '../../../testing/src/servers.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { prepareDatabase, type RoomAccount } from './prepare-database.ts';

const things = { name: '20261124-001-things', sql: 'CREATE TABLE thing (id int PRIMARY KEY)' };

describe('preparing a database (one database, a schema and a role a room)', () => {
  const tag = randomBytes(4).toString('hex');
  const rooms: RoomAccount[] = ['cas', 'session', 'token'].map((schema) => ({ schema, role: `r${tag}_${schema}`, password: `p ${schema}'@/` }));
  let empty: Awaited<ReturnType<typeof emptyDatabase>>;
  const asAdmin = async (...statements: string[]) => {
    const admin = await openDatabase({ url: empty.url, schema: 'public' });
    for (const sql of statements) await admin.query(sql);
    await admin.close();
  };
  beforeAll(async () => {
    empty = await emptyDatabase();
  });
  afterAll(async () => {
    await asAdmin(...[...rooms.map(({ role }) => role), `r${tag}_plain`].flatMap((role) => [`DROP OWNED BY ${role} CASCADE`, `DROP ROLE ${role}`]));
    await empty.close();
    await stopServices();
  });

  it('may run several times at once, and again', async () => {
    const prepared = await Promise.all(Array.from({ length: 4 }, () => prepareDatabase({ adminUrl: empty.url, rooms })));
    await prepareDatabase({ adminUrl: empty.url, rooms });
    expect(prepared.every(({ separated }) => separated)).toBe(true);
  });

  it('leaves a room without rights in another’s schema and in public', async () => {
    const { urls } = await prepareDatabase({ adminUrl: empty.url, rooms });
    for (const { schema } of rooms) await migrate({ url: urls[schema] ?? '', schema }, [things]);
    const cas = await openDatabase({ url: urls['cas'] ?? '', schema: 'cas' });
    expect((await cas.query('SELECT * FROM thing')).count).toBe(0);
    await expect(cas.query('SELECT * FROM session.thing')).rejects.toMatchObject({ code: '42501' });
    await expect(cas.query('CREATE TABLE public.x (id int)')).rejects.toMatchObject({ code: '42501' });
    await cas.close();
  });

  it('falls back to one user for all when that user may not create roles, and says so', async () => {
    const plain = `r${tag}_plain`;
    await asAdmin(
      `CREATE ROLE ${plain} LOGIN PASSWORD 'plain'`,
      `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO ${plain}', current_database()); END $$`,
    );
    const url = new URL(empty.url);
    url.username = plain;
    url.password = 'plain';
    const own = rooms.map((room) => ({ ...room, schema: `own_${room.schema}` }));
    const prepared = await prepareDatabase({ adminUrl: url.href, rooms: own });
    expect(prepared).toEqual({ separated: false, urls: Object.fromEntries(own.map(({ schema }) => [schema, url.href])) });
    await migrate({ url: url.href, schema: 'own_cas' }, [things]);

    const { separated } = await prepareDatabase({ adminUrl: empty.url, rooms: own });
    expect(separated).toBe(true);
  });
});
