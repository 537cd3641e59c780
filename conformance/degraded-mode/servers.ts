import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that one test alone has, to take away and give back. */
export interface Server {
  readonly address: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

export interface Servers {
  readonly postgres: Server;
  readonly redis: Server;
  readonly kafka: Server;
  stop(): Promise<void>;
}

interface Kafka {
  readonly brokers: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  freeze(): void;
  thaw(): void;
}
interface Postgres extends Omit<Kafka, 'brokers'> {
  readonly url: string;
  readonly home: string;
}
interface Redis {
  readonly url: string;
  readonly nodes: readonly { pid(): number; stop(): Promise<void>; restart(): Promise<void> }[];
  stop(): Promise<void>;
}

const tools = async (name: string): Promise<Record<string, (options: object) => Promise<unknown>>> =>
  (await import(new URL(`../../tools/services/${name}.mjs`, import.meta.url).href)) as never;

export async function ownServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-own-'));
  const postgres = (await (await tools('postgres'))['startPostgres']!({ dataDir: join(folder, 'postgres'), fresh: true, durable: false, maxConnections: 300 })) as Postgres;
  const redis = (await (await tools('redis'))['startOwnRedis']!({})) as Redis;
  const kafka = (await (await tools('kafka'))['startKafka']!({ dataDir: join(folder, 'kafka') })) as Kafka;
  const [node] = redis.nodes;
  return {
    postgres: { address: postgres.url, kill: () => postgres.kill(), start: () => postgres.start(), freeze: () => postgres.freeze(), thaw: () => postgres.thaw() },
    redis: {
      address: redis.url,
      kill: () => node!.stop(),
      start: () => node!.restart(),
      freeze: () => void process.kill(node!.pid(), 'SIGSTOP'),
      thaw: () => void process.kill(node!.pid(), 'SIGCONT'),
    },
    kafka: { address: kafka.brokers, kill: () => kafka.kill(), start: () => kafka.start(), freeze: () => kafka.freeze(), thaw: () => kafka.thaw() },
    async stop() {
      await kafka.stop();
      await redis.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
      await rm(postgres.home, { recursive: true, force: true });
    },
  };
}
