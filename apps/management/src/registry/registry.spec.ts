import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bus } from '@latchkey/bus';
import { registryChanged, resourceEntry, serviceEntry } from '@latchkey/contracts';
import { testDatabase, type TestDatabase } from '@latchkey/testing';
import { registry as registryMigration } from '../migrations/20261124-001-registry.ts';
import { Registry } from './registry.ts';

const service = (id: string, name = id) => serviceEntry.parse({ id, name, urls: [`https://${id}.example.org/`] });

describe('the registry', () => {
  let db: TestDatabase;
  const told: number[] = [];
  const bus: Bus = {
    async tell(sql, event, payload) {
      expect(event).toBe(registryChanged);
      await sql.query('SELECT 1');
      told.push((payload as { revision: number }).revision);
    },
    envelope: () => {
      throw new Error('unused');
    },
    poke: () => {},
  };
  let registry: Registry;

  beforeAll(async () => {
    db = await testDatabase([registryMigration], { maxConnections: 30 });
    registry = new Registry(db.database, bus, 'main');
  });
  afterAll(() => db.close());

  it('shows a reader of the feed every entry, though 50 writers commit at once', async () => {
    let writing = true;
    const seen = new Map<string, number>();
    let at = 0;
    const follow = (async () => {
      for (let last = false; !last; ) {
        last = !writing;
        const { revision, rows } = await registry.feed(at);
        for (const row of rows) {
          expect(row.revision).toBeGreaterThan(at);
          seen.set(row.id, row.revision);
        }
        at = revision;
      }
    })();
    const writers = Array.from({ length: 50 }, (_, index) =>
      registry.change(async (change) => {
        await change.put('service', service(`writer-${index}-a`), 'rest');
        // Some commit late: a plain sequence would show their numbers after higher ones.
        if (index % 3 === 0) await change.tx.query('SELECT pg_sleep(0.01)');
        await change.put('service', service(`writer-${index}-b`), 'rest');
      }),
    );
    await Promise.all(writers);
    writing = false;
    await follow;
    expect(seen.size).toBe(100);
    expect(at).toBe(100);
    expect(new Set(seen.values()).size).toBe(100);
  });

  it('tells nothing and moves nothing when an entry stands there already, in whatever order of keys', async () => {
    await registry.change((change) => change.put('service', service('same'), 'rest'));
    const before = (await registry.feed(0)).revision;
    const events = told.length;
    const turned = Object.fromEntries(Object.entries(service('same')).reverse()) as ReturnType<typeof service>;
    expect(await registry.change((change) => change.put('service', turned, 'rest'))).toBe(false);
    expect((await registry.feed(0)).revision).toBe(before);
    expect(told.length).toBe(events);
  });

  it('keeps a tombstone, so that the feed can tell what went away', async () => {
    await registry.change((change) => change.put('service', service('gone'), 'rest'));
    const { revision } = await registry.feed(0);
    await registry.change((change) => change.delete('service', 'gone'));
    expect((await registry.feed(revision)).rows).toEqual([expect.objectContaining({ id: 'gone', deleted: true })]);
    expect(await registry.get('service', 'gone')).toBeNull();
  });

  it('changes nothing and tells nothing when the work fails', async () => {
    const before = await registry.feed(0);
    await expect(
      registry.change(async (change) => {
        await change.put('service', service('half'), 'rest');
        throw new Error('half way');
      }),
    ).rejects.toThrow('half way');
    expect(await registry.feed(0)).toEqual(before);
  });

  it('keeps tenants apart', async () => {
    const other = new Registry(db.database, bus, 'other');
    await other.change((change) => change.put('resource', resourceEntry.parse({ id: 'https://api.example.org', name: 'API', scopes: [{ name: 'x', description: 'X' }] }), 'rest'));
    expect((await other.feed(0)).rows).toHaveLength(1);
    expect((await registry.list('resource')).length).toBe(0);
  });
});
