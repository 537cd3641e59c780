import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyDatabase, stopServices } from '@latchkey/testing';
import { assertSchemaVersion, openDatabase } from '@latchkey/store';
import { ROOMS_IN_ORDER } from '../rooms.ts';
import { makeKeys } from './keys.ts';
import { databaseSetting, migrateAll } from './migrate.ts';

describe('the commands of whoever runs Latchkey', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof emptyDatabase>>;
  let place: string;
  const roles = `t_${randomBytes(6).toString('hex')}`;
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-keys-'));
    server = await emptyDatabase();
    const { host, pathname } = new URL(server.url);
    place = `${host}${pathname}`;
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
    await stopServices();
  });

  const keys = (): Promise<void> => makeKeys(folder, { database: place, roles }, say);
  const held = (): Record<string, string> => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const settings = (): Record<string, string> =>
    Object.fromEntries(ROOMS_IN_ORDER.map(({ room }) => [`${databaseSetting(room)}_FILE`, join(folder, `${room}.database-url`)]));

  it('keys are readable by their owner alone, and a second run changes none', async () => {
    await keys();
    const first = held();
    expect(Object.keys(first)).toHaveLength(4 + 2 * ROOMS_IN_ORDER.length);
    for (const name of Object.keys(first)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    await keys();
    expect(held()).toEqual(first);
    expect(said.at(-1)).toContain('already');
  });

  it('no secret is said', () => {
    for (const [name, text] of Object.entries(held())) if (name !== 'service-public-keys.json') expect(said.join('\n')).not.toContain(text);
  });

  it.each(['', 'nowhere', 'host:1/a/b', 'user:password@host:1/a'])('the place "%s" of a database is refused with an example', async (wrong) => {
    await expect(makeKeys(folder, { database: wrong }, say)).rejects.toThrow('postgres:5432/latchkey');
  });

  it('migrate makes roles, schemas and tables; twice at once is harmless; each room then finds its own schema alone', async () => {
    await Promise.all([migrateAll({ DATABASE_URL: server.url, ...settings() }, say), migrateAll({ DATABASE_URL: server.url, ...settings() }, say)]);
    said.length = 0;
    await migrateAll(settings(), say);
    expect(said).toEqual(ROOMS_IN_ORDER.map(({ room }) => `${room}: nothing to do`));
    for (const { room, schema, migrations } of ROOMS_IN_ORDER) {
      const database = await openDatabase({ url: held()[`${room}.database-url`]!, schema });
      try {
        await assertSchemaVersion(database, migrations);
        const other = ROOMS_IN_ORDER.find((each) => each.schema !== schema)!.schema;
        await expect(database.query(`SELECT 1 FROM "${other}".outbox`)).rejects.toThrow('permission denied');
      } finally {
        await database.close();
      }
    }
  }, 60_000);

  it('what is missing is told all at once, by name and without a value', async () => {
    const some = { ...settings() };
    delete some['LATCHKEY_DATABASE_URL_CAS_FILE'];
    delete some['LATCHKEY_DATABASE_URL_CONSENT_FILE'];
    writeFileSync(join(folder, 'wrong'), 'hunter2');
    const failure = await migrateAll({ ...some, LATCHKEY_DATABASE_URL_MANAGEMENT_FILE: join(folder, 'wrong') }, say).catch(String);
    for (const name of ['CAS', 'CONSENT', 'MANAGEMENT']) expect(failure).toContain(`LATCHKEY_DATABASE_URL_${name}`);
    expect(failure).not.toContain('hunter2');
  });
});
