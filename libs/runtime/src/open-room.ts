import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createRoomBus, type BusTransport } from '@latchkey/bus';
import { eventsPeer, parkedEventsPeer } from '@latchkey/contracts';
import type { Outbound } from '@latchkey/outbound';
import { sessionReader, type Peers, type ServiceKeys } from '@latchkey/peers';
import { assertSchemaVersion, migrate, openDatabase, type HotStore } from '@latchkey/store';
import type { FastifyInstance } from 'fastify';
import { answerAsks } from './answer-asks.ts';
import { answerParked } from './answer-parked.ts';
import type { Clock } from './clock.ts';
import { parseBodies } from './http/bodies.ts';
import { ProblemFilter } from './http/problem-filter.ts';
import { securityHeaders } from './http/security-headers.ts';
import { serviceGuard } from './http/service-guard.ts';
import type { HttpSettings } from './http/settings.ts';
import { startJobs } from './jobs.ts';
import { loadConfig, type Environment } from './load-config.ts';
import type { Logger } from './logger.ts';
import { answers, type Infra, type Job, type RoomDefinition, type RoomParts } from './room.ts';
import { measuredHotStore } from './telemetry/measured-hot-store.ts';
import { measuredStatements } from './telemetry/measured-statements.ts';
import { silentMetrics, type Metrics } from './telemetry/metrics.ts';
import { observedPeers } from './telemetry/observed-peers.ts';
import { observeRequests } from './telemetry/observed-requests.ts';
import type { ProcessMetrics } from './telemetry/process-metrics.ts';
import { collectRoomGauges } from './telemetry/room-gauges.ts';
import { unrecordedSpans, type Spans } from './telemetry/spans.ts';
import type { ProcessTracing } from './telemetry/tracing.ts';
import { securityLog } from './telemetry/security-log.ts';
import { tracingOf } from './telemetry/tracing-of-room.ts';
import { currentTraceparent } from './trace.ts';

/** What a process has made before it opens its rooms. */
export interface ProcessParts {
  readonly tenant: string;
  readonly environment: Environment;
  readonly http: HttpSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absent: nothing is measured. */
  readonly metrics?: ProcessMetrics;
  /** Absent: no trace is recorded; its ids are there all the same. */
  readonly tracing?: ProcessTracing | null;
  readonly hot: HotStore;
  readonly transport: BusTransport;
  readonly peers: Peers;
  readonly keys: ServiceKeys;
  readonly outbound: Outbound;
  readonly database: { readonly url: string; readonly schema: string; readonly maxConnections?: number };
  /** true: this process migrates. false: it only checks that the schema is new enough. */
  readonly migrates: boolean;
  readonly observeSql?: (text: string, name: string | undefined) => void;
}

export interface RunningRoom {
  readonly definition: RoomDefinition<never>;
  readonly parts: RoomParts;
  readonly infra: Infra<never>;
  readonly fastify: FastifyInstance;
  /** Runs one turn of a job now. */
  runJob(name: string): Promise<void>;
  /** Throws when the room should get no traffic. */
  check(): Promise<void>;
  /** Begins jobs and event delivery; the room answers requests before that. */
  start(): Promise<void>;
  /** Ends jobs and event delivery; the room still answers. Stopping several rooms, drain all before the first stops. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds one room: database, bus, keepers, Nest application. Listens on no port. */
export async function openRoom<Config>(definition: RoomDefinition<Config>, parts: ProcessParts): Promise<RunningRoom> {
  const logger = parts.logger.child({ room: definition.room });
  const config = loadConfig(definition.config, parts.environment);
  const metrics = parts.metrics?.ofRoom(definition.room) ?? silentMetrics;
  const postgres = await openDatabase({
    ...parts.database,
    logger,
    ...(parts.observeSql ? { observe: parts.observeSql } : {}),
    ...(parts.metrics ? { settled: measuredStatements(metrics) } : {}),
  });
  try {
    if (parts.migrates) await migrate(postgres, definition.migrations, { logger });
    await assertSchemaVersion(postgres, definition.migrations);
    return await assemble(definition, parts, { config, logger, metrics, postgres });
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

async function assemble<Config>(
  definition: RoomDefinition<Config>,
  parts: ProcessParts,
  own: { config: Config; logger: Logger; metrics: Metrics; postgres: Infra['postgres'] },
): Promise<RunningRoom> {
  const { room } = definition;
  const { logger, metrics, postgres } = own;
  const { tenant, clock, http } = parts;
  const spans = parts.tracing?.ofRoom(room) ?? unrecordedSpans;
  const tracing = tracingOf(spans);
  const hot = parts.metrics ? measuredHotStore(parts.hot, metrics) : parts.hot;
  const peers = observedPeers(parts.peers, metrics, spans);
  const bus = createRoomBus({
    ...{ room, database: postgres, transport: parts.transport, peers, clock, logger, traceparent: currentTraceparent },
    observe: (event, outcome) => metrics.count('latchkey_bus_events_total', { event, outcome }),
    withTrace: ({ name, traceparent }, work) => tracing.continued(traceparent, { name: `handle ${name}`, kind: 'consumer', attributes: { 'messaging.message.type': name } }, work),
  });
  const security = securityLog(logger, http.cookieKey);
  collectRoomGauges(metrics, { bus, postgres });
  const sessions = sessionReader({
    tenant,
    hot,
    peers,
    cookieKey: http.cookieKey,
    now: () => clock.now(),
    onTouchFailed: (error) => logger.warn({ err: error }, 'a session could not be touched'),
  });
  const infra: Infra<Config> = { room, tenant, config: own.config, http, clock, logger, security, metrics, tracing, postgres, hot, bus, peers, sessions, outbound: parts.outbound };
  const made = await definition.create(infra);
  const app = await nestApplication(made, http, { logger, metrics, spans });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const guard = serviceGuard(parts.keys, () => clock.now(), ({ routeOptions: { url } }) => security.record('peer.refused', { route: url ?? 'none' }));
  for (const answer of made.answers) answerAsks(fastify, answer, guard);
  answerAsks(fastify, answers(eventsPeer(room), { receive: (told) => bus.receive(told) }), guard);
  answerAsks(fastify, answers(parkedEventsPeer(room), answerParked(bus)), guard);
  await app.init();
  await fastify.ready();
  await made.start?.();

  const jobs: Job[] = [...made.jobs];
  let turning: { stop(): Promise<void> } | null = null;
  const drain = async (): Promise<void> => {
    await turning?.stop();
    turning = null;
    await bus.stop();
  };
  return {
    definition: definition as unknown as RoomDefinition<never>,
    parts: made,
    infra: infra as unknown as Infra<never>,
    fastify,
    async runJob(name) {
      const job = jobs.find((candidate) => candidate.name === name);
      if (job === undefined) throw new Error(`${room} has no job ${name}`);
      await job.run();
    },
    check: () => postgres.check(),
    async start() {
      await bus.start(made.listeners);
      turning = startJobs(jobs, logger);
    },
    drain,
    async stop() {
      await drain();
      await made.stop?.();
      await app.close();
      await postgres.close();
    },
  };
}

async function nestApplication(
  made: RoomParts,
  http: HttpSettings,
  observers: { logger: Logger; metrics: Metrics; spans: Spans },
): Promise<NestFastifyApplication> {
  const { logger } = observers;
  const adapter = new FastifyAdapter({
    bodyLimit: 64 * 1024,
    routerOptions: {
      querystringParser: (query) => new URLSearchParams(query) as unknown as Record<string, string>,
      caseSensitive: true,
      ignoreTrailingSlash: false,
      maxParamLength: 512,
    },
    exposeHeadRoutes: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(made.module, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: {
      log: () => {},
      error: (message: unknown, ...rest: unknown[]) => logger.error({ rest }, String(message)),
      warn: (message: unknown) => logger.warn({}, String(message)),
      debug: () => {},
      verbose: () => {},
    },
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  parseBodies(fastify);
  securityHeaders(fastify, http);
  observeRequests(fastify, observers);
  app.useGlobalFilters(new ProblemFilter(logger, made.renderers ?? []));
  return app;
}
