import slotOf from 'cluster-key-slot';
import { createClient, createCluster } from 'redis';
import type { StoreLogger } from '../logger.ts';
import type { RedisAddress } from './redis-address.ts';
import type { Script } from './scripts.ts';

/** The few commands that the hot store needs, of one server or of a cluster. */
export interface RedisConnection {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number, onlyIfAbsent: boolean): Promise<boolean>;
  del(key: string): Promise<void>;
  getDel(key: string): Promise<string | null>;
  run(script: Script, key: string, args: string[]): Promise<unknown>;
  /** The server that has this key, as far as is known. */
  serverOf(key: string): string;
  /** Where the connection to that server has not stood yet: when it does. A command given to the client before then would wait in it. */
  firstReady(key: string): Promise<unknown> | undefined;
  /** Cuts the connection to that server and makes it anew: what waits there fails, and what was not sent yet never will be. */
  reconnect(server: string): void;
  /** Sends a command to each master. */
  each<T>(ask: (send: (args: string[]) => Promise<unknown>) => Promise<T>): Promise<T[]>;
  connect(): Promise<void>;
  close(): void;
}

const RECONNECT_MAX_MS = 1_000;

/**
 * Never queues while the connection is down: a command of a minute ago must not run when nobody waits for its answer any more.
 */
const patience = (connectTimeoutMs: number) => ({
  disableOfflineQueue: true,
  commandsQueueMaxLength: 10_000,
  // The client's own limit costs it six times the CPU of the command, and redisHotStore keeps the time anyway.
  commandOptions: { timeout: 0 },
  socket: {
    connectTimeout: connectTimeoutMs,
    reconnectStrategy: (retries: number) => Math.min(50 * 2 ** Math.min(retries, 6), RECONNECT_MAX_MS),
  },
});

/** The part of the two clients' types that is alike; their own are too wide to stand in one union. */
interface Client {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options: object): Promise<string | null>;
  del(key: string): Promise<number>;
  getDel(key: string): Promise<string | null>;
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(text: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  on(event: 'error' | 'node-error', listener: (error: Error, node?: { host: string; port: number }) => void): unknown;
  on(event: 'ready' | 'node-ready', listener: (node?: { host: string; port: number }) => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
}

/** What differs between one server and a cluster of them. */
type Servers = Pick<RedisConnection, 'each' | 'serverOf' | 'firstReady' | 'reconnect'>;

export function redisConnection({ urls, prefix }: RedisAddress, logger: StoreLogger, timeoutMs: number): RedisConnection {
  const shared = { keyPrefix: prefix };
  if (urls.length === 1) {
    const single = createClient({ url: urls[0] ?? '', ...shared, ...patience(timeoutMs) });
    return connection(single as unknown as Client, logger, {
      each: async (ask) => [await ask((args) => single.sendCommand(args))],
      serverOf: () => '',
      firstReady: () => undefined,
      reconnect: () => reconnect(single as unknown as Client),
    });
  }
  const first = new URL(urls[0] ?? '');
  const cluster = createCluster({
    ...shared,
    commandOptions: { timeout: 0 },
    // A node that is away at the start must not keep those that are there from being used.
    minimizeConnections: true,
    rootNodes: urls.map((url) => ({ url, ...patience(timeoutMs) })),
    defaults: {
      ...patience(timeoutMs),
      ...(first.username === '' ? {} : { username: decodeURIComponent(first.username) }),
      ...(first.password === '' ? {} : { password: decodeURIComponent(first.password) }),
      socket: { ...patience(timeoutMs).socket, ...(first.protocol === 'rediss:' ? { tls: true as const } : {}) },
    },
  });
  const masterOf = (key: string) => cluster.slots[slotOf(prefix + key)]?.master;
  return connection(cluster as unknown as Client, logger, {
    each: (ask) =>
      Promise.all(
        cluster.masters.map(async (master) => {
          const node = await cluster.nodeClient(master);
          return ask((args) => node.sendCommand(args));
        }),
      ),
    serverOf: (key) => masterOf(key)?.address ?? '',
    firstReady: (key) => {
      const master = masterOf(key);
      if (master === undefined || (master.client !== undefined && master.connectPromise === undefined)) return undefined;
      return cluster.nodeClient(master);
    },
    reconnect: (server) => reconnect(cluster.nodeByAddress.get(server)?.client as unknown as Client | undefined),
  });
}

/** It tries until it succeeds, and tells its errors by event. */
function reconnect(client: Client | undefined): void {
  client?.destroy();
  client?.connect().catch(() => undefined);
}

function connection(client: Client, logger: StoreLogger, servers: Servers): RedisConnection {
  tellOfLosses(client, logger);
  return {
    get: (key) => client.get(key),
    set: async (key, value, ttlMs, onlyIfAbsent) =>
      (await client.set(key, value, { expiration: { type: 'PX', value: ttlMs }, ...(onlyIfAbsent ? { condition: 'NX' } : {}) })) !== null,
    del: async (key) => void (await client.del(key)),
    getDel: (key) => client.getDel(key),
    run: async (script, key, args) => {
      const given = { keys: [key], arguments: args };
      try {
        return await client.evalSha(script.sha, given);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return client.eval(script.text, given);
      }
    },
    ...servers,
    connect: async () => void (await client.connect()),
    close: () => {
      try {
        client.destroy();
      } catch {
        // It was never open, or is closed already.
      }
    },
  };
}

/** Each loss once, and each return: a client tries every second. Those of the nodes of a cluster name the node. */
function tellOfLosses(client: Client, logger: StoreLogger): void {
  const away = new Set<string>();
  const lost = (error: Error, node?: { host: string; port: number }): void => {
    const server = node === undefined ? '' : `${node.host}:${node.port}`;
    if (!away.has(server)) logger.warn({ err: error, server }, 'The connection to Redis was lost; it is being made again');
    away.add(server);
  };
  const stands = (node?: { host: string; port: number }): void => {
    const server = node === undefined ? '' : `${node.host}:${node.port}`;
    if (away.delete(server)) logger.info({ server }, 'The connection to Redis stands again');
  };
  client.on('error', lost);
  client.on('ready', stands);
  client.on('node-error', lost);
  client.on('node-ready', stands);
}
