import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { ownRedis, type OwnRedis } from '../../../testing/src/servers.ts';
import type { HotStore } from '../hot-store.ts';
import { HotStoreUnavailable, redisHotStore } from './redis-hot-store.ts';

const TTL = { ttlMs: 60_000 };
const LIMIT_MS = 400;

describe('Redis that fails while it is used (absence means no, failure means unavailable, and it recovers by itself)', () => {
  let redis: OwnRedis;
  let hot: HotStore;
  beforeEach(async () => {
    redis = await ownRedis();
    hot = redisHotStore({ url: redis.url, timeoutMs: LIMIT_MS });
    await hot.put('before', 'x', TTL);
  });
  afterEach(async () => {
    await hot.close();
    await redis.close();
  });

  const signal = (name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): boolean => process.kill(redis.nodes[0]!.pid(), name);
  const admin = async (...command: string[]): Promise<unknown> => {
    const client = await createClient({ url: redis.url.split('?')[0]! }).connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  };
  const working = async (): Promise<void> => {
    const end = performance.now() + 10_000;
    while (!(await hot.put('after', 'y', TTL).catch(() => false))) {
      if (performance.now() > end) throw new Error('it does not come back');
      await turn();
    }
  };
  const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'no failure', (error: unknown) => error);

  it('stopped (SIGSTOP): the first callers wait out the limit, the next are told at once, and it goes on when Redis does', async () => {
    signal('SIGSTOP');
    const began = performance.now();
    const first = await Promise.all(Array.from({ length: 50 }, (_, n) => failure(hot.take(`t${n}`))));
    expect(performance.now() - began).toBeLessThan(LIMIT_MS * 3);
    for (const each of first) expect(each).toBeInstanceOf(HotStoreUnavailable);
    const then = performance.now();
    for (let n = 0; n < 50; n += 1) expect(await failure(hot.get('before'))).toBeInstanceOf(HotStoreUnavailable);
    expect(performance.now() - then).toBeLessThan(LIMIT_MS);
    signal('SIGCONT');
    await working();
    expect(await hot.get('before')).toBe('x');
  });

  it('what was refused while it was silent never runs', async () => {
    signal('SIGSTOP');
    await failure(hot.get('before'));
    for (let n = 0; n < 10; n += 1) await failure(hot.count('hits', 60_000));
    signal('SIGCONT');
    await working();
    expect((await hot.count('hits', 60_000)).count).toBe(1);
  });

  it('silent for long: the connection is cut and made anew, so that a machine that vanished is not waited for', async () => {
    signal('SIGSTOP');
    await failure(hot.get('before'));
    let why = '';
    for (const end = performance.now() + 10_000; !why.includes('cannot be reached') && performance.now() < end; await turn()) why = String(await failure(hot.get('before')));
    expect(why).toContain('cannot be reached');
    signal('SIGCONT');
    await working();
    expect(await hot.get('before')).toBe('x');
  });

  it('killed and restarted empty: unavailable while it is away, then what it held is absent', async () => {
    await hot.put('ticket', 'value', TTL);
    signal('SIGKILL');
    let away: unknown;
    for (const end = performance.now() + 10_000; !(away instanceof HotStoreUnavailable) && performance.now() < end; await turn()) away = await failure(hot.get('before'));
    expect(away).toBeInstanceOf(HotStoreUnavailable);
    await redis.nodes[0]!.restart();
    await working();
    expect(await hot.take('ticket')).toBeNull();
    expect(await hot.swap('before', 'x', 'z', 60_000)).toBe(false);
    await hot.check();
  });

  it('emptied (FLUSHALL, scripts too): what it held is absent, and everything works on', async () => {
    await hot.put('code', 'me\nrest', TTL);
    expect(await hot.takeBound('code', 'you')).toBeNull();
    await admin('FLUSHALL');
    await admin('SCRIPT', 'FLUSH');
    expect(await hot.get('before')).toBeNull();
    expect(await hot.takeBound('code', 'me')).toBeNull();
    expect((await hot.count('hits', 60_000)).count).toBe(1);
  });

  it('full (noeviction): writing is refused as unavailable, scripts included, nothing is thrown away, and taking still works', async () => {
    await hot.put('lease', 'mine', TTL);
    await admin('CONFIG', 'SET', 'maxmemory', '1');
    for (const write of [() => hot.put('more', 'x', TTL), () => hot.swap('lease', 'mine', 'full', 60_000), () => hot.count('hits', 60_000)]) {
      const refusal = await failure(write());
      expect(refusal).toBeInstanceOf(HotStoreUnavailable);
      expect(String(refusal)).toContain('maxmemory');
    }
    expect(await hot.get('lease')).toBe('mine');
    await hot.drop('lease');
    expect(await hot.take('before')).toBe('x');
    await admin('CONFIG', 'SET', 'maxmemory', '0');
    await working();
  });
});
