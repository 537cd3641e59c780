import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stopServices, testDatabase, type TestDatabase } from '../../../testing/src/servers.ts';
import type { Migration } from '../migrations.ts';
import { DatabaseUnavailable, SchemaTooOld, explain, isUniqueViolation } from './errors.ts';
import { assertSchemaVersion, migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';

const first: Migration = { name: '20261124-001-things', sql: 'CREATE TABLE thing (id int PRIMARY KEY, note text); CREATE INDEX ON thing (note);' };
const second: Migration = { name: '20261124-002-more', sql: 'ALTER TABLE thing ADD COLUMN more text' };

describe('a room’s database', () => {
  let test: TestDatabase;
  const seen: [string, string | undefined][] = [];
  beforeAll(async () => {
    test = await testDatabase([first], { schema: 'things', observe: (text, name) => seen.push([text, name]) });
  });
  afterAll(async () => {
    await test.close();
    await stopServices();
  });

  it('reports the rows it affected, and a unique violation does not cost the connection', async () => {
    const { database } = test;
    const insert = { name: 'thing-insert', text: 'INSERT INTO thing (id) VALUES ($1)' };
    expect((await database.query(insert, [1])).count).toBe(1);
    const before = await pid();
    const violation = await database.query(insert, [1]).catch((error: unknown) => error);
    expect(isUniqueViolation(violation)).toBe(true);
    expect(isUniqueViolation(violation, 'thing_pkey')).toBe(true);
    expect(await pid()).toBe(before);
    expect((await database.query('UPDATE thing SET note = $1 WHERE id = $2', ['x', 99])).count).toBe(0);
  });
  const pid = async () => (await test.database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;

  it('keeps search_path, synchronous_commit and time zone on every connection', async () => {
    const { rows } = await test.database.query(
      "SELECT current_setting('search_path') AS path, current_setting('synchronous_commit') AS commit, current_setting('timezone') AS zone",
    );
    expect(rows).toEqual([{ path: 'things', commit: 'on', zone: 'UTC' }]);
  });

  it('does work after the commit, before it resolves; none after a rollback', async () => {
    const order: string[] = [];
    await test.database.transaction(async (tx) => {
      tx.afterCommit(() => void order.push('after'));
      await tx.query('INSERT INTO thing (id) VALUES (10)');
      order.push('work');
    });
    order.push('resolved');
    const failed = test.database.transaction(async (tx) => {
      tx.afterCommit(() => void order.push('never'));
      await tx.query('INSERT INTO thing (id) VALUES (11)');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(order).toEqual(['work', 'after', 'resolved']);
    expect((await test.database.query('SELECT id FROM thing WHERE id IN (10, 11)')).rows).toEqual([{ id: 10 }]);
  });

  it('does not answer success for a transaction whose failed statement was swallowed', async () => {
    const swallowed = test.database.transaction(async (tx) => {
      await tx.query('INSERT INTO thing (id) VALUES (20)');
      await tx.query('SELECT nonsense').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('rolled back');
    expect((await test.database.query('SELECT 1 FROM thing WHERE id = 20')).count).toBe(0);
  });

  it('refuses a statement after the transaction ended', async () => {
    let leaked: { query(text: string): Promise<unknown> } | undefined;
    await test.database.transaction(async (tx) => void (leaked = tx));
    expect(() => leaked?.query('SELECT 1')).toThrow('has ended');
  });

  it('shows each statement of a caller once, without BEGIN and COMMIT, of the bare pool and of TypeORM', async () => {
    seen.length = 0;
    await test.database.query({ name: 'one', text: 'SELECT 1' });
    await test.database.transaction((tx) => tx.query('SELECT 2'));
    await test.database.dataSource.transaction((manager) => manager.query('SELECT 3'));
    expect(seen).toEqual([
      ['SELECT 1', 'one'],
      ['SELECT 2', undefined],
      ['SELECT 3', undefined],
    ]);
  });

  it('is ready while both clocks agree', () => test.database.check());

  it('accepts a newer schema and refuses an older one', async () => {
    await assertSchemaVersion(test.database, []);
    await assertSchemaVersion(test.database, [first]);
    const refusal = await assertSchemaVersion(test.database, [first, second]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SchemaTooOld);
    expect(String(refusal)).toContain('20261124-002-more');
  });

  it('is migrated once by any number of processes at once', async () => {
    const runs = await Promise.all(Array.from({ length: 4 }, () => migrate(test.database, [first, second])));
    expect(runs.flat()).toEqual(['20261124-002-more']);
    await assertSchemaVersion(test.database, [first, second]);
  });

  it('survives the loss of its connections', async () => {
    await test.database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
    for (let n = 0; n < 5; n += 1) await test.database.query('SELECT 1').catch(() => undefined);
    expect((await test.database.query('SELECT 1')).count).toBe(1);
  });

  it('says over one connection whether it is there and what time it has', async () => {
    const database = await openDatabase({ url: test.url, schema: 'things', maxConnections: 1 });
    // Nothing was heard of it yet, so it is asked.
    await database.assertReachable();
    await database.check();
    await database.close();
  });

  it('says what is wrong with its address, and tells no password', async () => {
    const open = (change: (url: URL) => void) => {
      const url = new URL(test.url);
      change(url);
      return openDatabase({ url: url.href, schema: 'things' }).catch((error: unknown) => error);
    };
    const refused = await open((url) => {
      url.password = 'hunter2';
      url.port = '1';
    });
    const unknown = await open((url) => (url.pathname = '/nowhere'));
    expect(refused).toBeInstanceOf(DatabaseUnavailable);
    expect((refused as DatabaseUnavailable).fault).toBe('unreachable');
    expect(unknown).toMatchObject({ fault: 'unknown-database' });
    expect(String(refused)).not.toContain('hunter2');
    expect(String(refused)).toContain(':1/');
    expect(explain(Object.assign(new Error('no'), { code: '28P01' }), 'u@h:5432/d')).toMatchObject({ fault: 'wrong-password', where: 'u@h:5432/d' });
  });

  it('leaves errors of other servers alone, whatever their code: only Postgres speaks for Postgres', async () => {
    const theirs = Object.assign(new Error('timeout'), { code: 'ECONNREFUSED' });
    await expect(test.database.transaction(async () => Promise.reject(theirs))).rejects.toBe(theirs);
  });
});
