import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/src/test-database.ts';
import { RangePartitions, type Slice } from './range-partitions.ts';

const slice = (n: number): Slice => ({ name: `w${n}`, from: `k${n}`, to: `k${n + 1}` });

describe('tables partitioned by time are dropped, never scanned (design §6)', () => {
  let db: TestDatabase;
  let partitions: RangePartitions;

  beforeEach(async () => {
    db = await testDatabase([{ name: '20261124-001-things', sql: 'CREATE TABLE thing (key text COLLATE "C" PRIMARY KEY) PARTITION BY RANGE (key)' }]);
    partitions = new RangePartitions(db.database, 'thing');
  });
  afterEach(() => db.close());

  it('makes what is needed once, and drops what is outlived with its rows', async () => {
    expect(await partitions.keep([slice(1), slice(2)], () => false)).toEqual({ made: ['w1', 'w2'], dropped: [] });
    expect(await partitions.keep([slice(1), slice(2)], () => false)).toEqual({ made: [], dropped: [] });
    await db.database.query("INSERT INTO thing VALUES ('k1-a'), ('k2-a')");
    expect(await partitions.keep([slice(2), slice(3)], (name) => name === 'w1')).toEqual({ made: ['w3'], dropped: ['w1'] });
    expect((await db.database.query('SELECT key FROM thing')).rows).toEqual([{ key: 'k2-a' }]);
  });

  it('replicas that begin at once make each slice once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => partitions.keep([slice(1), slice(2)], () => false)));
    expect(all.flatMap(({ made }) => made).sort()).toEqual(['w1', 'w2']);
  });

  it('names and bounds that would need an escape are refused', async () => {
    await expect(partitions.keep([{ name: 'a"b', from: 'a', to: 'b' }], () => false)).rejects.toThrow('cannot be the name');
    await expect(partitions.keep([{ name: 'ab', from: "a'", to: 'b' }], () => false)).rejects.toThrow('cannot bound');
  });
});
