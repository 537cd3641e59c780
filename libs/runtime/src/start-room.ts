import type { RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { directTransport, type BusTransport } from '@latchkey/bus';
import { guardedOutbound } from '@latchkey/outbound';
import { ServiceCredentials, configuredServiceKeys, createPeers, httpCarrier } from '@latchkey/peers';
import { HotStoreUnfit, redisHotStore, type HotStore } from '@latchkey/store';
import { systemClock } from './clock.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { front, internalFront } from './http/front.ts';
import { httpSettings } from './http/http-settings.ts';
import { listen, type Listening } from './http/listen.ts';
import { kafkaOf } from './kafka-settings.ts';
import { loadConfig, processEnvironment } from './load-config.ts';
import type { Logger } from './logger.ts';
import { openRoom, type RunningRoom } from './open-room.ts';
import { pinoLogger } from './pino-logger.ts';
import { Readiness } from './readiness.ts';
import type { RoomDefinition } from './room.ts';
import { peerAddresses, splitConfig, type SplitConfig } from './split-config.ts';
import { answerMetrics } from './telemetry/answer-metrics.ts';
import { CircuitGauges } from './telemetry/circuit-gauges.ts';
import { processMetrics } from './telemetry/process-metrics.ts';
import { openTracing } from './telemetry/tracing.ts';
import { currentTraceparent } from './trace.ts';

/** Longer than a client that we tell so keeps an idle connection, and shorter than a drain: none is cut while it is used. */
const INTERNAL_KEEP_ALIVE_MS = 4_000;
/** What is in flight after the drain may take so long before it is cut. */
const IN_FLIGHT_MS = 20_000;

export interface StartRoomOptions {
  /** Work of this room's own process once it answers; it does not keep the room from serving. */
  readonly opened?: (room: RunningRoom, logger: Logger) => Promise<void>;
}

/** Runs one room alone: public routes on one port, internal ones on another, until it is told to end. */
export async function startRoom<Config>(definition: RoomDefinition<Config>, options: StartRoomOptions = {}): Promise<void> {
  const logger = pinoLogger({ level: 'info' }).child({ room: definition.room });
  try {
    const process = await openProcess(definition);
    endWhenTold(process);
    await options.opened?.(process.room, process.logger);
  } catch (error) {
    // One line for whoever is woken; what they can mend says so by itself.
    logger.error({ err: error }, `${definition.room} did not start`);
    process.exit(1);
  }
}

interface RoomProcess {
  readonly room: RunningRoom;
  readonly logger: Logger;
  /** Resolves when nothing is left in flight. */
  end(): Promise<void>;
}

async function openProcess<Config>(definition: RoomDefinition<Config>): Promise<RoomProcess> {
  const environment = processEnvironment();
  const config = loadConfig(splitConfig, environment);
  const logger = pinoLogger({ level: config.LATCHKEY_LOG_LEVEL });
  const metrics = processMetrics();
  const tracing = await openTracing(config, logger);
  const clock = systemClock;
  const http = httpSettings(config);
  const keys = configuredServiceKeys(definition.room, config.LATCHKEY_SERVICE_KEY, config.LATCHKEY_SERVICE_PUBLIC_KEYS as Record<string, string[]>);
  const credentials = new ServiceCredentials(keys, () => clock.now());
  const addresses = peerAddresses(config);
  const circuits = new CircuitGauges(metrics.ofRoom(definition.room));
  const carrier = httpCarrier(addresses, { onCircuit: circuits.turned });
  const { hot, fit } = await hotStoreOf(config, logger);
  const transport = transportOf(config, definition.room, logger);
  const room = await openRoom(definition, {
    tenant: 'main',
    environment,
    http,
    clock,
    logger,
    metrics,
    tracing,
    hot,
    transport,
    keys,
    peers: createPeers({ carrier, credential: (to) => credentials.for(to), traceparent: currentTraceparent }),
    outbound: guardedOutbound({ allow: config.LATCHKEY_OUTBOUND_ALLOW }),
    database: { url: config.DATABASE_URL, schema: definition.schema, maxConnections: config.LATCHKEY_DATABASE_CONNECTIONS },
    migrates: false,
  });
  const readiness = new Readiness([() => room.check(), fit], logger);
  await giveBackMemory();
  const listening = await listenOn(room, config, http, { ready: () => readiness.isReady(), metrics: answerMetrics(metrics) });
  await room.start();
  logger.info({ room: definition.room }, 'Open');
  return {
    room,
    logger,
    async end() {
      readiness.drain();
      for (const each of listening) each.drain();
      await pause(config.LATCHKEY_DRAIN_SECONDS * 1_000);
      await Promise.all(listening.map((each) => each.close(IN_FLIGHT_MS)));
      await room.stop();
      await transport.close();
      await hot.close();
      carrier.close();
      await tracing?.close();
    },
  };
}

/** Redis that is away is waited for by whoever needs it; one that remembers what was used is refused as soon as it is seen. */
async function hotStoreOf(config: SplitConfig, logger: Logger): Promise<{ hot: HotStore; fit(): Promise<void> }> {
  const hot = redisHotStore({ url: config.REDIS_URL, logger, allowPersistence: config.LATCHKEY_REDIS_ALLOW_PERSISTENCE });
  let seen = false;
  const fit = async (): Promise<void> => {
    if (seen) return;
    try {
      await hot.check();
      seen = true;
    } catch (error) {
      if (error instanceof HotStoreUnfit) throw error;
      logger.warn({ err: error }, 'Redis is not there yet; what needs it is refused until it is');
    }
  };
  await fit();
  return { hot, fit };
}

function transportOf(config: SplitConfig, clientId: string, logger: Logger): BusTransport {
  return config.KAFKA_BROKERS === undefined ? directTransport() : kafkaOf(config, config.KAFKA_BROKERS, clientId, logger);
}

async function listenOn(
  room: RunningRoom,
  config: SplitConfig,
  http: ReturnType<typeof httpSettings>,
  { ready, metrics }: { ready(): Promise<boolean>; metrics: RequestListener },
): Promise<Listening[]> {
  const { paths } = room.definition;
  const handle: RequestListener = room.fastify.routing.bind(room.fastify);
  const hosts = config.LATCHKEY_HOST.length > 0 ? config.LATCHKEY_HOST : ['0.0.0.0', '::'];
  const internal = await listen(internalFront(handle, { ready, metrics }), {
    port: config.LATCHKEY_INTERNAL_PORT,
    hosts,
    variable: 'LATCHKEY_INTERNAL_PORT',
    keepAliveMs: INTERNAL_KEEP_ALIVE_MS,
  });
  if (paths.length === 0) return [internal];
  const open = front([{ paths, handle }], http, { home: '/account', ready });
  return [internal, await listen(open, { port: config.LATCHKEY_PORT ?? 8080, hosts, variable: 'LATCHKEY_PORT' })];
}

function endWhenTold({ logger, end }: RoomProcess): void {
  let ending: Promise<void> | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      ending ??= end()
        .catch((error: unknown) => logger.error({ err: error }, 'The room did not end well'))
        .then(() => process.exit(0));
    });
  }
}
