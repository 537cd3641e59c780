import { readFile } from 'node:fs/promises';
import { memoryTransport } from '@latchkey/bus';
import {
  answerMetrics,
  listen,
  kafkaOf,
  loadConfig,
  pinoLogger,
  processConfig,
  processEnvironment,
  processMetrics,
  systemClock,
  type Environment,
  type ProcessConfig,
} from '@latchkey/runtime';
import { memoryHotStore, redisHotStore } from '@latchkey/store';
import { applyDeclarationTo, setupUrlOf } from './management-door.ts';
import { openPlatform } from './open-platform.ts';
import { embeddedSecrets } from './secrets.ts';

export interface AllInOneOptions {
  readonly databaseUrl: string;
  /** Folder for the keys of this installation. */
  readonly dataDir: string;
  readonly port?: number;
  /** The declarative file to apply at start. */
  readonly applyFile?: string;
  /** Added to what LATCHKEY_OUTBOUND_ALLOW says. */
  readonly outboundAllow?: readonly string[];
  readonly progress?: (step: string) => void;
}

export interface AllInOne {
  readonly publicUrl: string;
  /** One-time link by which the first administrator is made; null once there is one. */
  readonly setupUrl: string | null;
  stop(): Promise<void>;
}

/** The embedded product: every room in this process, memory in place of Redis and Kafka unless they are given. */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const environment = environmentOf(options, processEnvironment());
  const config = loadConfig(processConfig, environment);
  const logger = pinoLogger({ level: config.LATCHKEY_LOG_LEVEL });
  const measured = await measuredIfAsked(config);
  const hot = config.REDIS_URL
    ? await redisHotStore({ url: config.REDIS_URL, logger, allowPersistence: config.LATCHKEY_REDIS_ALLOW_PERSISTENCE })
    : memoryHotStore(systemClock);
  const transport = config.KAFKA_BROKERS
    ? kafkaOf(config, config.KAFKA_BROKERS, 'latchkey', logger)
    : memoryTransport();
  const close = async (): Promise<void> => {
    await measured?.close();
    await transport.close();
    await hot.close();
  };
  try {
    await hot.check();
    const platform = await openPlatform({
      environment,
      clock: systemClock,
      logger,
      ...(measured ? { metrics: measured.metrics } : {}),
      hot,
      transport,
      ...(options.progress ? { progress: options.progress } : {}),
    });
    const stop = async (): Promise<void> => {
      await platform.stop();
      await close();
    };
    try {
      if (options.applyFile !== undefined) {
        options.progress?.('Applying the file of people, services and clients');
        await applyDeclarationTo(platform, await readFile(options.applyFile, 'utf8'), options.applyFile);
      }
      return { publicUrl: platform.publicUrl, setupUrl: await setupUrlOf(platform), stop };
    } catch (error) {
      await platform.stop();
      throw error;
    }
  } catch (error) {
    await close();
    throw error;
  }
}

/** Metrics on a port of their own, which is on loopback unless it is said otherwise: they ask for no credential. */
async function measuredIfAsked({ LATCHKEY_METRICS_PORT: port, LATCHKEY_METRICS_HOST: hosts }: ProcessConfig) {
  if (port === undefined) return undefined;
  const metrics = processMetrics();
  const answer = answerMetrics(metrics);
  const listening = await listen(
    (request, response) => {
      if (request.url === '/metrics') answer(request, response);
      else response.writeHead(404).end();
    },
    { port, hosts: hosts.length > 0 ? hosts : ['127.0.0.1', '::1'], variable: 'LATCHKEY_METRICS_PORT' },
  );
  return { metrics, close: () => listening.close() };
}

/** What is given wins over what we make up, also where it is given as a file. */
function environmentOf(options: AllInOneOptions, given: Environment): Environment {
  const madeUp: Environment = {
    ...embeddedSecrets(options.dataDir),
    ...(options.port === undefined ? {} : { LATCHKEY_PUBLIC_URL: `http://localhost:${options.port}` }),
    LATCHKEY_LOG_LEVEL: 'warn',
  };
  const isGiven = (name: string): boolean => [name, `${name}_FILE`].some((each) => (given[each] ?? '') !== '');
  const { LATCHKEY_OUTBOUND_ALLOW: allowed } = loadConfig(processConfig.pick({ LATCHKEY_OUTBOUND_ALLOW: true }), given);
  return {
    ...given,
    ...Object.fromEntries(Object.entries(madeUp).filter(([name]) => !isGiven(name))),
    LATCHKEY_OUTBOUND_ALLOW: [...(options.outboundAllow ?? []), ...allowed].join(','),
    LATCHKEY_OUTBOUND_ALLOW_FILE: undefined,
    DATABASE_URL: options.databaseUrl,
    DATABASE_URL_FILE: undefined,
  };
}
