import type { HotStore } from '../hot-store.ts';
import { silentLogger, type StoreLogger } from '../logger.ts';
import { bindingPrefix } from './binding.ts';
import { redisAddress, redisWhereabouts } from './redis-address.ts';
import { redisConnection } from './redis-connection.ts';
import { HotStoreUnfit, assertForgetful } from './redis-rules.ts';
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

/** The hot store could not be reached or did not answer in time. The command may have had its effect. */
export class HotStoreUnavailable extends Error {
  constructor(where: string, why: string, options?: { cause?: unknown }) {
    super(`Redis at ${where} ${why}. Check that it runs and that REDIS_URL names it.`, options);
    this.name = 'HotStoreUnavailable';
  }
}

/** Connects by itself and goes on trying; until it stands every method throws. */
export function redisHotStore(options: RedisHotStoreOptions): HotStore {
  const { logger = silentLogger, timeoutMs = 1_000, observe } = options;
  const address = redisAddress(options.url);
  const where = redisWhereabouts(address.urls);
  const redis = redisConnection(address, logger, timeoutMs);
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
  const inTime = async <T>(work: () => Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        over = true;
        reject(new HotStoreUnavailable(where, `did not answer within ${timeoutMs} ms`));
      }, timeoutMs);
    });
    /** A command must not run after its caller was told that it failed for want of a connection. */
    const onceConnected = async (): Promise<T> => {
      await connected();
      if (over) throw new HotStoreUnavailable(where, 'connected too late');
      return work();
    };
    try {
      return await Promise.race([stands ? work() : onceConnected(), late]);
    } catch (error) {
      if (error instanceof HotStoreUnavailable || error instanceof HotStoreUnfit || (error instanceof Error && /^(ERR|WRONGTYPE|OOM) /.test(error.message))) throw error;
      throw new HotStoreUnavailable(where, 'cannot be reached', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
  const trip = <T>(command: string, work: () => Promise<T>): Promise<T> => {
    observe?.(command);
    return inTime(work);
  };
  void connected().catch((error: unknown) => logger.warn({ err: error, where }, 'Redis is not there yet'));

  return {
    get: (key) => trip('get', () => redis.get(key)),
    put: (key, value, { ttlMs, onlyIfAbsent = false }) => trip('put', () => redis.set(key, value, ttlMs, onlyIfAbsent)),
    swap: (key, expected, value, ttlMs) => trip('swap', async () => (await redis.run(SWAP, key, [expected, value, String(ttlMs)])) === 1),
    drop: (key) => trip('drop', () => redis.del(key)),
    take: (key) => trip('take', () => redis.getDel(key)),
    takeBound: async (key, binding) => {
      const prefix = bindingPrefix(binding);
      return trip('takeBound', async () => (await redis.run(TAKE_BOUND, key, [prefix])) as string | null);
    },
    count: (key, windowMs) =>
      trip('count', async () => {
        const [count, resetMs] = (await redis.run(COUNT, key, [String(windowMs)])) as [number, number];
        return { count, resetMs };
      }),
    check: () => inTime(() => assertForgetful(redis, where, options.allowPersistence ?? false)),
    close: async () => redis.close(),
  };
}
