import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import slotOf from 'cluster-key-slot';
import { createClient } from 'redis';
import { ownRedisCluster, type OwnRedis, type OwnRedisNode } from '../../../testing/src/servers.ts';
import type { HotStore } from '../hot-store.ts';
import { hotStoreConformance } from './hot-store.conformance.ts';
import { HotStoreUnavailable, redisHotStore } from './redis-hot-store.ts';
import { HotStoreUnfit } from './redis-rules.ts';

const TTL = { ttlMs: 60_000 };
const LIMIT_MS = 600;

let cluster: OwnRedis;
let prefixes = 0;
/** Keys of one test alone. */
const url = (): string => cluster.url.replace('?prefix=', `?prefix=${(prefixes += 1)}:`);
const prefixOf = (address: string): string => address.split('?prefix=')[1]!;

beforeAll(async () => void (cluster = await ownRedisCluster()), 60_000);
afterAll(() => cluster.close());

hotStoreConformance('a Redis Cluster of three masters', async () => {
  const hot = redisHotStore({ url: url(), timeoutMs: 4_000 });
  return {
    hot,
    expire: async (key) => {
      const end = Date.now() + 10_000;
      while ((await hot.get(key)) !== null) if (Date.now() > end) throw new Error(`${key} does not expire`);
    },
    close: () => hot.close(),
  };
});

async function command(node: OwnRedisNode, ...words: string[]): Promise<unknown> {
  const client = await createClient({ url: `redis://127.0.0.1:${node.port}`, RESP: 2 }).on('error', () => undefined).connect();
  try {
    return await client.sendCommand(words);
  } finally {
    client.destroy();
  }
}

async function until(look: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms`);
    await turn();
  }
}

/** The node that has the slot, and another one. */
async function nodesOf(slot: number): Promise<{ here: OwnRedisNode; there: OwnRedisNode; idOf(node: OwnRedisNode): Promise<string> }> {
  const ranges = (await command(cluster.nodes[0]!, 'CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
  const port = ranges.find(([from, to]) => from <= slot && slot <= to)![2][1];
  const here = cluster.nodes.find((node) => node.port === port)!;
  return { here, there: cluster.nodes.find((node) => node.port !== port)!, idOf: async (node) => String(await command(node, 'CLUSTER', 'MYID')) };
}

describe('Redis Cluster while its slots move (MOVED and ASK)', () => {
  it('a key is found on its way, taken exactly once, and a bound one is not burnt', async () => {
    const address = url();
    const hot = redisHotStore({ url: address });
    const name = (key: string): string => `${key}{tag}`;
    const slot = slotOf(prefixOf(address) + name('any'));
    const { here, there, idOf } = await nodesOf(slot);
    for (const key of ['stays', 'goes']) await hot.put(name(key), key, TTL);

    await command(there, 'CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', await idOf(here));
    await command(here, 'CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', await idOf(there));
    await command(here, 'MIGRATE', '127.0.0.1', String(there.port), prefixOf(address) + name('goes'), '0', '5000');
    expect(await hot.get(name('stays'))).toBe('stays');
    await hot.put(name('code'), 'me\nrest', TTL);
    expect(await hot.takeBound(name('code'), 'you')).toBeNull();
    expect(await hot.takeBound(name('code'), 'me')).toBe('rest');
    expect((await hot.count(name('hits'), 60_000)).count).toBe(1);
    const taken = await Promise.all(Array.from({ length: 50 }, () => hot.take(name('goes'))));
    expect(taken.filter((value) => value === 'goes')).toHaveLength(1);

    await command(here, 'MIGRATE', '127.0.0.1', String(there.port), prefixOf(address) + name('stays'), '0', '5000');
    for (const node of [there, here, ...cluster.nodes]) await command(node, 'CLUSTER', 'SETSLOT', String(slot), 'NODE', await idOf(there));
    expect((await hot.count(name('hits'), 60_000)).count).toBe(2);
    const all = await Promise.all(Array.from({ length: 50 }, () => hot.take(name('stays'))));
    expect(all.filter((value) => value === 'stays')).toHaveLength(1);
    await hot.close();
  }, 30_000);
});

describe('Redis Cluster that loses a node', () => {
  let hot: HotStore;
  let lost: OwnRedisNode;
  let gone: string;
  let kept: string[];
  beforeEach(async () => {
    const address = url();
    hot = redisHotStore({ url: address, timeoutMs: LIMIT_MS });
    await hot.check();
    const keys = Array.from({ length: 60 }, (_, n) => `k:{${n}}`);
    const places = await Promise.all(keys.map((key) => nodesOf(slotOf(prefixOf(address) + key))));
    lost = cluster.nodes[1]!;
    gone = keys[places.findIndex(({ here }) => here === lost)]!;
    kept = keys.filter((_key, n) => places[n]!.here !== lost);
    await Promise.all(keys.map((key) => hot.put(key, 'x', TTL)));
  }, 30_000);
  afterEach(async () => {
    await hot.close();
    process.kill(lost.pid(), 0);
  });

  const unavailable = (key: string): Promise<boolean> => hot.get(key).then(() => false, (error: unknown) => error instanceof HotStoreUnavailable);
  const nobodyIsHeldUp = async (): Promise<void> => {
    for (const key of kept) {
      const began = performance.now();
      expect(await hot.get(key)).toBe('x');
      expect(performance.now() - began).toBeLessThan(LIMIT_MS);
    }
  };

  it('killed: its keys are unavailable, others work within the limit; restarted, its keys are absent, which means no', async () => {
    process.kill(lost.pid(), 'SIGKILL');
    await until(() => unavailable(gone));
    await nobodyIsHeldUp();
    await lost.restart();
    await until(() => hot.get(gone).then((value) => value === null, () => false));
    expect(await hot.take(gone)).toBeNull();
    expect(await hot.swap(gone, 'x', 'y', 60_000)).toBe(false);
    await until(() => hot.put(gone, 'again', TTL).catch(() => false));
    await nobodyIsHeldUp();
  }, 60_000);

  it('stopped (SIGSTOP): its first callers wait out the limit, the next are told at once, others do not notice', async () => {
    process.kill(lost.pid(), 'SIGSTOP');
    try {
      expect(await unavailable(gone)).toBe(true);
      const began = performance.now();
      for (let n = 0; n < 20; n += 1) expect(await unavailable(gone)).toBe(true);
      expect(performance.now() - began).toBeLessThan(LIMIT_MS);
      await nobodyIsHeldUp();
    } finally {
      process.kill(lost.pid(), 'SIGCONT');
    }
    await until(() => hot.get(gone).then((value) => value === 'x', () => false));
  }, 60_000);

  it('away when a room starts: what the others hold is there', async () => {
    process.kill(lost.pid(), 'SIGKILL');
    const started = redisHotStore({ url: url(), timeoutMs: LIMIT_MS });
    let written = 0;
    await until(async () => {
      written += await started.put(`some:{${written}-${performance.now()}}`, 'x', TTL).then(Number, () => 0);
      return written >= 20;
    }, 30_000);
    await lost.restart();
    await until(() => started.check().then(() => true, () => false), 30_000);
    await until(() => started.put(gone, 'x', TTL).catch(() => false), 30_000);
    await started.close();
  }, 90_000);
});

describe('each master of a Redis Cluster is looked at when a room starts', () => {
  it.each([
    ['saves to disk', ['save', '3600 1'], ['save', '']],
    ['appends to a file', ['appendonly', 'yes'], ['appendonly', 'no']],
    ['throws living keys away', ['maxmemory-policy', 'allkeys-lru'], ['maxmemory-policy', 'noeviction']],
  ])('one of them %s: refused', async (why, wrong, right) => {
    const hot = redisHotStore({ url: url() });
    await until(() => hot.check().then(() => true, () => false));
    await command(cluster.nodes[2]!, 'CONFIG', 'SET', ...wrong);
    const refusal = await hot.check().catch((error: unknown) => error);
    await command(cluster.nodes[2]!, 'CONFIG', 'SET', ...right);
    expect(refusal).toBeInstanceOf(HotStoreUnfit);
    expect(String(refusal)).toContain(why);
    await hot.check();
    await hot.close();
  });
});
