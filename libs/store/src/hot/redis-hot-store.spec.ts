import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { stopServices, testRedis } from '../../../testing/src/servers.ts';
import { createClient } from 'redis';
import { hotStoreConformance } from './hot-store.conformance.ts';
import { HotStoreUnavailable, redisHotStore } from './redis-hot-store.ts';
import { HotStoreUnfit, assertForgetful } from './redis-rules.ts';
import type { RedisConnection } from './redis-connection.ts';

afterAll(stopServices);

hotStoreConformance('Redis', async () => {
  const { url } = await testRedis();
  const hot = redisHotStore({ url, timeoutMs: 4_000 });
  return {
    hot,
    expire: async (key) => {
      const end = Date.now() + 10_000;
      while ((await hot.get(key)) !== null) if (Date.now() > end) throw new Error(`${key} does not expire`);
    },
    close: () => hot.close(),
  };
});

describe('Redis that cannot be used', () => {
  it('fails within its time limit when it accepts connections and says nothing', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const hot = redisHotStore({ url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs: 200 });
    const began = Date.now();
    await expect(hot.get('a')).rejects.toThrow(HotStoreUnavailable);
    expect(Date.now() - began).toBeLessThan(2_000);
    await hot.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('fails when nobody listens, says where, and tells no password', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const hot = redisHotStore({ url: `redis://user:hunter2@127.0.0.1:${port}`, timeoutMs: 300 });
    const failure = await hot.take('a').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HotStoreUnavailable);
    expect(String(failure)).toContain(`127.0.0.1:${port}`);
    expect(String(failure)).not.toContain('hunter2');
    await hot.close();
  });

  it('comes back by itself after its connections were cut', async () => {
    const { url } = await testRedis();
    const hot = redisHotStore({ url });
    await hot.put('a', 'x', { ttlMs: 60_000 });
    const admin = await createClient({ url: url.split('?')[0] ?? '' }).connect();
    const list = String(await admin.sendCommand(['CLIENT', 'LIST', 'TYPE', 'normal']));
    const mine = await admin.sendCommand(['CLIENT', 'ID']);
    for (const [, id] of list.matchAll(/^id=(\d+) .* cmd=set /gm)) if (id !== String(mine)) await admin.sendCommand(['CLIENT', 'KILL', 'ID', id ?? '']);
    let value: string | null = null;
    for (const end = Date.now() + 10_000; value === null && Date.now() < end; await turn()) value = await hot.get('a').catch(() => null);
    expect(value).toBe('x');
    await hot.close();
    admin.destroy();
  });

  it('counts one trip a method', async () => {
    const { url } = await testRedis();
    const trips: string[] = [];
    const hot = redisHotStore({ url, observe: (command) => trips.push(command) });
    await hot.put('a', 'b\nc', { ttlMs: 60_000 });
    await hot.takeBound('a', 'b');
    await hot.check();
    expect(trips).toEqual(['put', 'takeBound']);
    await hot.close();
  });
});

describe('Redis that remembers too well (design: no persistence, no replicas, noeviction)', () => {
  const answering = (over: Record<string, string>, save: string | Error = ''): RedisConnection => {
    const info = { aof_enabled: '0', role: 'master', connected_slaves: '0', maxmemory_policy: 'noeviction', ...over };
    const text = Object.entries(info)
      .map(([key, value]) => `${key}:${value}`)
      .join('\r\n');
    return {
      each: async (ask: (send: (args: string[]) => Promise<unknown>) => Promise<unknown>) => [
        await ask(async ([command]) => {
          if (command !== 'CONFIG') return text;
          if (save instanceof Error) throw save;
          return { save };
        }),
      ],
    } as unknown as RedisConnection;
  };

  it('is accepted when it forgets', async () => {
    await assertForgetful(answering({}), 'r:1', false);
  });

  it.each([
    ['appends to a file', answering({ aof_enabled: '1' })],
    ['saves to disk', answering({}, '3600 1')],
    ['does not tell whether it saves to disk', answering({}, new Error("ERR unknown command 'CONFIG'"))],
    ['is a replica', answering({ role: 'slave' })],
    ['has 1 replica', answering({ connected_slaves: '1' })],
    ['throws living keys away', answering({ maxmemory_policy: 'allkeys-lru' })],
  ])('is refused when it %s, and allowed in so many words', async (why, redis) => {
    const refusal = await assertForgetful(redis, 'r:1', false).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(HotStoreUnfit);
    expect(String(refusal)).toContain(why);
    await assertForgetful(redis, 'r:1', true);
  });

  it('is not judged when it was lost before it had answered: a room that starts then waits for it, and does not end', async () => {
    const lost = new Error('Socket closed unexpectedly');
    await expect(assertForgetful(answering({}, lost), 'r:1', false)).rejects.toBe(lost);
  });
});
