import type { HotStore } from '../hot-store.ts';
import { silentLogger, type StoreLogger } from '../logger.ts';
import { bindingPrefix } from './binding.ts';
import { redisAddress, redisWhereabouts } from './redis-address.ts';
import { redisConnection } from './redis-connection.ts';
import { HotStoreUnfit, assertForgetful } from './redis-rules.ts';
import { SilentServers } from './silent-servers.ts';
import { COUNT, SWAP, TAKE_BOUND } from './scripts.ts';

export interface RedisHotStoreOptions {
  /** One URL, or several of a cluster: a list, or separated by commas. `?prefix=` goes before every key. */
  readonly url: string | readonly string[];
  readonly logger?: StoreLogger;
  /** The operator has said in so many words that this Redis may persist, replicate or evict. */
  readonly allowPersistence?: boolean;
  /** How long a command may take before it counts as failed. */
  readonly timeoutMs?: number;
  /** Called once for each trip to Redis, with the name of the method. */
  readonly observe?: (command: string) => void;
}

const ADVICE = 'Check that it runs and that REDIS_URL names it.';

/** So many times the limit of a command, and a connection that says nothing is taken for lost. */
const RECONNECT_AFTER = 3;

/** The hot store could not be reached, did not answer in time or refused to work. The command may have had its effect. */
export class HotStoreUnavailable extends Error {
  constructor(where: string, why: string, options?: { cause?: unknown }) {
    super(`Redis at ${where} ${why}`, options);
    this.name = 'HotStoreUnavailable';
  }
}

/** Connects by itself and goes on trying; until it stands every method throws. */
export function redisHotStore(options: RedisHotStoreOptions): HotStore {
  const { logger = silentLogger, timeoutMs = 1_000, observe } = options;
  const address = redisAddress(options.url);
  const where = redisWhereabouts(address.urls);
  const redis = redisConnection(address, logger, timeoutMs);
  const silent = new SilentServers((server) => redis.reconnect(server), timeoutMs * RECONNECT_AFTER);
  let connecting: Promise<void> | undefined;
  let stands = false;

  /** A single server connects again by itself once it has stood; a cluster that was not found must be asked for again. */
  const connected = async (): Promise<void> => {
    connecting ??= redis.connect().then(
      () => void (stands = true),
      (error: unknown) => {
        connecting = undefined;
        throw error;
      },
    );
    await connecting;
  };
  const inTime = async <T>(work: () => Promise<T>, before: () => Promise<unknown> | undefined, onLate?: (late: Promise<unknown>) => void): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    let awaited: Promise<unknown> | undefined;
    let over = false;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        over = true;
        if (awaited !== undefined) onLate?.(awaited);
        reject(new HotStoreUnavailable(where, `did not answer within ${timeoutMs} ms. ${ADVICE}`));
      }, timeoutMs);
    });
    /** A command must not run after its caller was told that it failed for want of a connection. */
    const sent = async (): Promise<T> => {
      for (const step of stands ? [before] : [connected, before]) {
        awaited = step();
        if (awaited !== undefined) await awaited;
        if (over) throw new HotStoreUnavailable(where, 'connected too late');
      }
      const answer = work();
      awaited = answer;
      return answer;
    };
    try {
      return await Promise.race([sent(), late]);
    } catch (error) {
      if (error instanceof HotStoreUnavailable || error instanceof HotStoreUnfit || (error instanceof Error && /^(ERR|WRONGTYPE) /.test(error.message))) throw error;
      throw new HotStoreUnavailable(where, whyNot(error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
  const trip = async <T>(command: string, key: string, work: () => Promise<T>): Promise<T> => {
    observe?.(command);
    const server = redis.serverOf(key);
    if (silent.has(server)) throw new HotStoreUnavailable(where, 'has not answered for a while');
    return inTime(
      work,
      () => redis.firstReady(key),
      (late) => silent.waitFor(server, late),
    );
  };
  void connected().catch((error: unknown) => logger.warn({ err: error, where }, 'Redis is not there yet'));

  return {
    get: (key) => trip('get', key, () => redis.get(key)),
    put: (key, value, { ttlMs, onlyIfAbsent = false }) => trip('put', key, () => redis.set(key, value, ttlMs, onlyIfAbsent)),
    swap: (key, expected, value, ttlMs) => trip('swap', key, async () => (await redis.run(SWAP, key, [expected, value, String(ttlMs)])) === 1),
    drop: (key) => trip('drop', key, () => redis.del(key)),
    take: (key) => trip('take', key, () => redis.getDel(key)),
    takeBound: async (key, binding) => {
      const prefix = bindingPrefix(binding);
      return trip('takeBound', key, async () => (await redis.run(TAKE_BOUND, key, [prefix])) as string | null);
    },
    count: (key, windowMs) =>
      trip('count', key, async () => {
        const [count, resetMs] = (await redis.run(COUNT, key, [String(windowMs)])) as [number, number];
        return { count, resetMs };
      }),
    check: () =>
      inTime(
        () => assertForgetful(redis, where, options.allowPersistence ?? false),
        () => undefined,
      ),
    close: async () => {
      silent.close();
      redis.close();
    },
  };
}

/** Some answers mean: it is there, and of no use just now. It is full, starts, or its cluster has lost a part. */
function whyNot(error: unknown): string {
  const [, code] = /^(OOM|LOADING|BUSY|CLUSTERDOWN|TRYAGAIN|MISCONF|READONLY|NOAUTH|WRONGPASS|NOPERM)\b/.exec(error instanceof Error ? error.message : '') ?? [];
  if (code === 'OOM') return 'is full and refuses to write (maxmemory)';
  return code === undefined ? `cannot be reached. ${ADVICE}` : `refuses (${code})`;
}
