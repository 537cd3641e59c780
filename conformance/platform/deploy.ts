import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Room } from '@latchkey/contracts';
import { openDatabase, redisHotStore } from '@latchkey/store';
import { createClient } from 'redis';
import { emptyDatabase, freePort, launchPlatform, testKafka, testRedis, type Launched } from '@latchkey/testing';

/** How the platform under test runs: every room in one process, or each in two of its own behind a front that spreads at random. */
export type Shape = 'embedded' | 'split';

/** Set by the jest project. */
export const SHAPE = ((globalThis as { LATCHKEY_SHAPE?: Shape }).LATCHKEY_SHAPE ?? 'embedded') satisfies Shape;

export interface DeployOptions {
  /** A declarative file's text. `{{url}}` stands for the public address. */
  readonly declaration: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly port?: number;
  /** Embedded: a real Redis in place of the memory of the process. */
  readonly redis?: boolean;
  /** Split: without Kafka the rooms tell each other directly. */
  readonly kafka?: boolean;
  /** Split: of every room; 2 otherwise. */
  readonly replicas?: number;
  /** Split: what one replica has of its own. */
  readonly replica?: (room: Room, index: number, peers: Record<Room, string[]>) => { entry?: string; env?: Record<string, string> };
  /** Split: servers of one's own, to take away. */
  readonly servers?: { readonly databaseUrl: string; readonly redisUrl: string; readonly brokers?: string };
}

/** A running Latchkey as a stranger sees it: by its address. `rows` looks at the truth of one room. */
export interface Deployment {
  readonly url: string;
  readonly port: number;
  rows<Row = Record<string, unknown>>(room: Room, sql: string): Promise<Row[]>;
  /** Redis loses all that it holds for this deployment. */
  forget(): Promise<void>;
  /** There only where every room is in this process. */
  readonly inside: Launched | null;
  /** There only where rooms have processes of their own. */
  readonly split: Split | null;
  close(): Promise<void>;
}

/** What tools/split/launch.mjs gives. */
export interface Split {
  readonly url: string;
  readonly port: number;
  readonly replicas: readonly Replica[];
  of(room: Room): Replica[];
  databaseUrl(room: Room): string;
  stop(): Promise<void>;
}

export interface Replica {
  readonly room: Room;
  readonly index: number;
  readonly port: number;
  readonly internalPort: number;
  readonly gone: boolean;
  readonly exitCode: number | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  isReady(): Promise<boolean>;
  isLive(): Promise<boolean>;
  logged(): string;
  residentMb(): number;
}

interface LaunchSplit {
  launchSplit(options: {
    folder: string;
    databaseUrl: string;
    redisUrl: string;
    brokers?: string;
    roles: string;
    replicas: number;
    replica?: NonNullable<DeployOptions['replica']>;
    port: number;
    applyFile: string;
    env: Record<string, string>;
  }): Promise<Split>;
}

export function deploy(options: DeployOptions): Promise<Deployment> {
  return SHAPE === 'split' ? deploySplit(options) : deployEmbedded(options);
}

async function deployEmbedded({ declaration, environment, port, redis = false }: DeployOptions): Promise<Deployment> {
  const url = redis ? (await testRedis()).url : null;
  const inside = await launchPlatform({
    declaration,
    ...(environment ? { environment } : {}),
    ...(port ? { port } : {}),
    ...(url === null ? {} : { hot: redisHotStore({ url, allowPersistence: true }) }),
  });
  return {
    url: inside.url,
    port: inside.port,
    inside,
    split: null,
    rows: async <Row>(room: Room, sql: string) => (await inside.rooms.get(room)!.infra.postgres.query<Row>(sql)).rows,
    async forget() {
      if (url === null) throw new Error('this deployment has no Redis');
      await forget(url);
    },
    close: () => inside.close(),
  };
}

export async function deploySplit({ declaration, environment = {}, kafka = true, ...options }: DeployOptions): Promise<Deployment> {
  const { launchSplit } = (await import(new URL('../../tools/split/launch.mjs', import.meta.url).href)) as LaunchSplit;
  const database = options.servers === undefined ? await emptyDatabase() : { url: options.servers.databaseUrl, close: async () => {} };
  const redisUrl = options.servers?.redisUrl ?? (await testRedis()).url;
  const brokers = options.servers === undefined ? (kafka ? (await testKafka()).brokers : undefined) : options.servers.brokers;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-split-'));
  const port = options.port ?? (await freePort());
  const applyFile = join(folder, 'apply.yaml');
  writeFileSync(applyFile, declaration.replaceAll('{{url}}', `http://localhost:${port}`));
  const leave = async (): Promise<void> => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const split = await launchSplit({
      folder,
      databaseUrl: database.url,
      redisUrl,
      ...(brokers === undefined ? {} : { brokers }),
      roles: `t_${randomBytes(6).toString('hex')}`,
      replicas: options.replicas ?? 2,
      ...(options.replica === undefined ? {} : { replica: options.replica }),
      port,
      applyFile,
      // Nobody routes to it any more when a test ends it.
      env: { LATCHKEY_DRAIN_SECONDS: '0', LATCHKEY_REDIS_ALLOW_PERSISTENCE: 'true', ...environment },
    });
    return {
      url: split.url,
      port,
      inside: null,
      split,
      rows: <Row>(room: Room, sql: string) => rowsOf<Row>(split.databaseUrl(room), room, sql),
      forget: () => forget(redisUrl),
      async close() {
        await split.stop();
        await leave();
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

const SCHEMA: Record<Room, string> = { cas: 'cas', 'session-store': 'session', 'token-issuer': 'token', consent: 'consent', management: 'management' };

async function rowsOf<Row>(url: string, room: Room, sql: string): Promise<Row[]> {
  const database = await openDatabase({ url, schema: SCHEMA[room], maxConnections: 1 });
  try {
    return (await database.query<Row>(sql)).rows;
  } finally {
    await database.close();
  }
}

/** The keys of this deployment alone: other tests use the same server. */
async function forget(url: string): Promise<void> {
  const address = new URL(url);
  const prefix = address.searchParams.get('prefix') ?? '';
  address.search = '';
  const client = await createClient({ url: address.href }).connect();
  for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) if (keys.length > 0) await client.del(keys);
  client.destroy();
}
