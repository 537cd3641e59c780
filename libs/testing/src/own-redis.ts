import { randomBytes } from 'node:crypto';

/** A server that a test may stop, kill and bring back. */
export interface OwnRedisNode {
  readonly port: number;
  pid(): number;
  /** Brings it back after it was killed: at the same port, and at its place in a cluster, empty. */
  restart(): Promise<void>;
}

export interface OwnRedis {
  /** Names every node and a prefix of its own (`?prefix=`), as REDIS_URL may. */
  readonly url: string;
  readonly nodes: readonly OwnRedisNode[];
  close(): Promise<void>;
}

type Started = { url: string; nodes: OwnRedisNode[]; stop(): Promise<void> };
interface Provisioner {
  startOwnRedis(): Promise<Started>;
  startRedisCluster(): Promise<Started>;
}

/** A Redis of this test alone. */
export const ownRedis = (): Promise<OwnRedis> => start('startOwnRedis');

/** A Redis Cluster of three masters of this test alone. */
export const ownRedisCluster = (): Promise<OwnRedis> => start('startRedisCluster');

async function start(by: keyof Provisioner): Promise<OwnRedis> {
  const provisioner = (await import(new URL('../../../tools/services/redis.mjs', import.meta.url).href)) as Provisioner;
  const { url, nodes, stop } = await provisioner[by]();
  return { url: `${url}?prefix=t${randomBytes(6).toString('hex')}:`, nodes, close: stop };
}
