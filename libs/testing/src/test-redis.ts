import { randomBytes } from 'node:crypto';
import { redisHotStore } from '@latchkey/store';
import { service } from './test-services.ts';

export interface TestRedis {
  /** Names the server and a prefix of its own (`?prefix=`), as REDIS_URL may. */
  readonly url: string;
  close(): Promise<void>;
}

/** A real Redis of which this test sees nothing but its own keys. They expire by themselves. */
export async function testRedis(): Promise<TestRedis> {
  const url = new URL(await service('redis'));
  url.searchParams.set('prefix', `t${randomBytes(6).toString('hex')}:`);
  const probe = redisHotStore({ url: url.href, allowPersistence: true });
  await probe.check();
  await probe.close();
  return { url: url.href, close: async () => undefined };
}
