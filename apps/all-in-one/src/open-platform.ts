import { createHmac } from 'node:crypto';
import type { BusTransport } from '@latchkey/bus';
import type { Room } from '@latchkey/contracts';
import { guardedOutbound, type Outbound } from '@latchkey/outbound';
import { ServiceCredentials, createPeers, embeddedServiceKeys, injectCarrier } from '@latchkey/peers';
import {
  Readiness,
  currentTraceparent,
  front,
  httpSettings,
  listen,
  loadConfig,
  openRoom,
  openTracing,
  processConfig,
  type Clock,
  type Environment,
  type Logger,
  type ProcessMetrics,
  type RunningRoom,
} from '@latchkey/runtime';
import { prepareDatabase, type HotStore } from '@latchkey/store';
import { ROOMS_IN_ORDER } from './rooms.ts';

export interface PlatformOptions {
  /** Settings by the names of the environment, keys included. */
  readonly environment: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: ProcessMetrics;
  readonly hot: HotStore;
  readonly transport: BusTransport;
  readonly outbound?: Outbound;
  readonly observe?: { ask?(room: Room, path: string): void; sql?(room: Room, text: string, name: string | undefined): void };
  readonly progress?: (step: string) => void;
}

export interface Platform {
  readonly publicUrl: string;
  readonly port: number;
  readonly rooms: ReadonlyMap<Room, RunningRoom>;
  stop(): Promise<void>;
}

/** All five rooms in one process behind one front. They ask each other by inject and share nothing but what `Infra` says. */
export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const config = loadConfig(processConfig, options.environment);
  const http = httpSettings(config);
  const { clock, logger, progress = () => {} } = options;
  const rooms = new Map<Room, RunningRoom>();
  const carrier = injectCarrier((room) => rooms.get(room)?.fastify);
  const keys = embeddedServiceKeys(ROOMS_IN_ORDER.map(({ room }) => room));
  const tracing = await openTracing(config, logger);
  const outbound = options.outbound ?? guardedOutbound({ allow: config.LATCHKEY_OUTBOUND_ALLOW });

  progress('Preparing the database');
  const databases = await prepareDatabase({
    adminUrl: config.DATABASE_URL,
    rooms: ROOMS_IN_ORDER.map(({ schema }) => ({
      schema,
      ...roleOf(options.environment['LATCHKEY_DATABASE_ROLES_KEY'] ?? config.LATCHKEY_COOKIE_KEY, schema),
    })),
    logger,
  });
  if (!databases.separated) {
    logger.warn({}, 'The database user may not create roles: all rooms use this one user, so their schemas are not closed to each other.');
  }

  const stop = async (): Promise<void> => {
    for (const room of rooms.values()) await room.drain();
    for (const room of [...rooms.values()].reverse()) await room.stop();
    await tracing?.close();
  };
  try {
    for (const definition of ROOMS_IN_ORDER) {
      progress(`Opening ${definition.room}`);
      const credentials = new ServiceCredentials(keys.get(definition.room)!, () => clock.now());
      const running = await openRoom(definition, {
        tenant: 'main',
        environment: options.environment,
        http,
        clock,
        logger,
        ...(options.metrics ? { metrics: options.metrics } : {}),
        tracing,
        hot: options.hot,
        transport: options.transport,
        outbound,
        keys: keys.get(definition.room)!,
        peers: createPeers({
          carrier,
          credential: (room) => credentials.for(room),
          traceparent: currentTraceparent,
          ...(options.observe?.ask ? { observe: options.observe.ask } : {}),
        }),
        database: { url: databases.urls[definition.schema]!, schema: definition.schema, maxConnections: config.LATCHKEY_DATABASE_CONNECTIONS },
        migrates: true,
        ...(options.observe?.sql ? { observeSql: (text: string, name: string | undefined) => options.observe!.sql!(definition.room, text, name) } : {}),
      });
      rooms.set(definition.room, running);
    }
    for (const room of rooms.values()) await room.start();

    const readiness = new Readiness([...rooms.values()].map((room) => () => room.check()), logger);
    const listening = await listen(
      front(
        [...rooms.values()].map(({ definition, fastify }) => ({ paths: definition.paths, handle: fastify.routing.bind(fastify) })),
        http,
        { home: '/account', ready: () => readiness.isReady() },
      ),
      {
        port: config.LATCHKEY_PORT ?? portOf(http.publicUrl),
        hosts: config.LATCHKEY_HOST.length > 0 ? config.LATCHKEY_HOST : ['127.0.0.1', '::1'],
        variable: 'LATCHKEY_PORT',
      },
    );
    return {
      publicUrl: http.publicUrl,
      port: listening.port,
      rooms,
      async stop() {
        readiness.drain();
        await listening.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function portOf(publicUrl: string): number {
  const url = new URL(publicUrl);
  return url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;
}

/**
 * Roles belong to a whole server, so their names carry a mark of this installation. Both name and password are derived: a
 * second start needs no other memory than the key.
 */
function roleOf(key: string, schema: string): { role: string; password: string } {
  const derive = (purpose: string): Buffer => createHmac('sha256', key).update(purpose).digest();
  return {
    role: `latchkey_${schema}_${derive('database roles').toString('hex').slice(0, 8)}`,
    password: derive(`database role ${schema}`).toString('base64url'),
  };
}
