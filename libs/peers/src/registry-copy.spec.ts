import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serviceEntry, type RegistryRow } from '@latchkey/contracts';
import { testDatabase, type TestDatabase } from '@latchkey/testing/test-database';
import type { Peers } from './peers.ts';
import { RegistryCopy, registryMigrations } from './registry-copy.ts';

const shop = (revision: number, name: string, deleted = false): RegistryRow => ({
  kind: 'service',
  id: 'shop',
  revision,
  deleted,
  entry: serviceEntry.parse({ id: 'shop', name, urls: ['https://shop.example/'] }),
});

describe('a room’s copy of the registry (design §7)', () => {
  let db: TestDatabase;
  let feed: RegistryRow[];
  let asked: number[];

  beforeEach(async () => {
    db = await testDatabase(registryMigrations);
    feed = [];
    asked = [];
  });
  afterEach(() => db.close());

  const copy = (): RegistryCopy => {
    const registry = async ({ after }: { after: number }) => {
      asked.push(after);
      return { revision: Math.max(0, ...feed.map(({ revision }) => revision)), rows: feed.filter(({ revision }) => revision > after) };
    };
    return new RegistryCopy({ database: db.database, peers: { to: () => ({ registry }) } as unknown as Peers, tenant: 'main', kinds: ['service'] });
  };

  it('takes what is newer, and asks after what it holds', async () => {
    feed = [shop(1, 'Shop')];
    const registry = copy();
    await registry.refresh();
    feed = [shop(1, 'Shop'), shop(2, 'Better shop')];
    await registry.refresh();
    expect(registry.service('shop')?.name).toBe('Better shop');
    expect(asked).toEqual([0, 1]);
  });
  it('survives a restart with management down', async () => {
    feed = [shop(3, 'Shop')];
    await copy().refresh();
    const restarted = copy();
    await restarted.load();
    expect(restarted.service('shop')?.name).toBe('Shop');
    expect(restarted.revision).toBe(3);
  });
  it('a deleted entry is gone, also after a restart', async () => {
    feed = [shop(1, 'Shop')];
    const registry = copy();
    await registry.refresh();
    feed = [shop(2, 'Shop', true)];
    await registry.refresh();
    expect(registry.services()).toEqual([]);
    const restarted = copy();
    await restarted.load();
    expect(restarted.services()).toEqual([]);
  });
  it('an older row never takes the place of a newer one', async () => {
    feed = [shop(5, 'New')];
    await copy().refresh();
    feed = [shop(4, 'Old')];
    const late = copy();
    await late.refresh();
    const restarted = copy();
    await restarted.load();
    expect(restarted.service('shop')?.name).toBe('New');
  });
});
