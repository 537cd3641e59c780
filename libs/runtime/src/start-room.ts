import { ROOMS, type Room } from '@latchkey/contracts';
import { kafkaTransport } from '@latchkey/bus';
import { guardedOutbound } from '@latchkey/outbound';
import { ServiceCredentials, configuredServiceKeys, createPeers, httpCarrier } from '@latchkey/peers';
import { redisHotStore } from '@latchkey/store';
import { z } from 'zod';
import { systemClock } from './clock.ts';
import { front } from './http/front.ts';
import { httpSettings } from './http/http-settings.ts';
import { listen } from './http/listen.ts';
import { loadConfig, processEnvironment } from './load-config.ts';
import { openRoom } from './open-room.ts';
import { pinoLogger } from './pino-logger.ts';
import { processConfig } from './process-config.ts';
import type { RoomDefinition } from './room.ts';
import { currentTraceparent } from './trace.ts';

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('is not JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);

/** Settings of a room that runs in a process of its own. */
export const splitConfig = processConfig.extend({
  REDIS_URL: z.string().describe('Redis'),
  KAFKA_BROKERS: z.string().describe('Kafka brokers, comma-separated'),
  LATCHKEY_INTERNAL_PORT: z.coerce.number().int().default(8090).describe('Port of the internal routes, which no ingress exposes'),
  LATCHKEY_PEERS: json(z.record(z.enum(ROOMS), z.url())).describe('JSON: the internal address of each room'),
  LATCHKEY_SERVICE_KEY: z.string().describe('Private ES256 key of this room, PEM'),
  LATCHKEY_SERVICE_PUBLIC_KEYS: json(z.partialRecord(z.enum(ROOMS), z.string())).describe('JSON: the public key of each room, PEM'),
});

/** Runs one room alone: public routes on one port, internal ones on another. */
export async function startRoom<Config>(definition: RoomDefinition<Config>): Promise<void> {
  const environment = processEnvironment();
  const config = loadConfig(splitConfig, environment);
  const logger = pinoLogger({ level: config.LATCHKEY_LOG_LEVEL });
  const clock = systemClock;
  const keys = configuredServiceKeys(definition.room, config.LATCHKEY_SERVICE_KEY, config.LATCHKEY_SERVICE_PUBLIC_KEYS as Record<string, string>);
  const credentials = new ServiceCredentials(keys, () => clock.now());
  const carrier = httpCarrier((room: Room) => new URL(config.LATCHKEY_PEERS[room]!));
  const hot = await redisHotStore({ url: config.REDIS_URL, logger, allowPersistence: config.LATCHKEY_REDIS_ALLOW_PERSISTENCE });
  await hot.check();
  const transport = await kafkaTransport({ brokers: config.KAFKA_BROKERS.split(','), clientId: definition.room, logger });
  const http = httpSettings(config);
  const running = await openRoom(definition, {
    tenant: 'main',
    environment,
    http,
    clock,
    logger,
    hot,
    transport,
    keys,
    peers: createPeers({ carrier, credential: (room) => credentials.for(room), traceparent: currentTraceparent }),
    outbound: guardedOutbound({ allow: config.LATCHKEY_OUTBOUND_ALLOW }),
    database: { url: config.DATABASE_URL, schema: definition.schema },
    migrates: false,
  });
  let ready = true;
  const hosts = config.LATCHKEY_HOST.length > 0 ? config.LATCHKEY_HOST : ['0.0.0.0', '::'];
  const routes = [{ paths: definition.paths, handle: running.fastify.routing.bind(running.fastify) }];
  const open = await listen(front(routes, http, { home: '/account', ready: () => ready }), {
    port: config.LATCHKEY_PORT ?? 8080,
    hosts,
    variable: 'LATCHKEY_PORT',
  });
  const internal = await listen(running.fastify.routing.bind(running.fastify), {
    port: config.LATCHKEY_INTERNAL_PORT,
    hosts,
    variable: 'LATCHKEY_INTERNAL_PORT',
  });
  await running.start();
  const stop = async (): Promise<void> => {
    ready = false;
    await open.close();
    await internal.close();
    await running.stop();
    await transport.close();
    await hot.close();
    carrier.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}
