import { applyDeclarationTo, openPlatform, type Platform } from '@latchkey/all-in-one';
import { memoryTransport, type BusTransport } from '@latchkey/bus';
import type { Room } from '@latchkey/contracts';
import type { Outbound } from '@latchkey/outbound';
import { pinoLogger, silentLogger, systemClock, type Clock, type ProcessMetrics } from '@latchkey/runtime';
import { memoryHotStore, type HotStore } from '@latchkey/store';
import { countingHotStore, type Counts } from './counting.ts';
import { freePort } from './free-port.ts';
import { emptyDatabase } from './test-database.ts';

export interface LaunchOptions {
  /** A declarative file's text. `{{url}}` stands for the public address. */
  readonly declaration?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly hot?: HotStore;
  readonly transport?: BusTransport;
  readonly outbound?: Outbound;
  /** Another database than a fresh one: a second process on the same truth. */
  readonly databaseUrl?: string;
  readonly port?: number;
  readonly metrics?: ProcessMetrics;
  /** Receives the log lines; default: nothing is logged. */
  readonly log?: (line: string) => void;
}

export interface Launched extends Platform {
  readonly url: string;
  readonly databaseUrl: string;
  readonly hot: HotStore;
  /** Asks, hot-store trips and SQL statements since the last `reset`. */
  readonly counts: Counts;
  close(): Promise<void>;
}

const KEY = (letter: string): string => letter.repeat(43);

/** Every room in this process, on a fresh database, at a free port. */
export async function launchPlatform(options: LaunchOptions = {}): Promise<Launched> {
  const database = options.databaseUrl === undefined ? await emptyDatabase() : { url: options.databaseUrl, close: async () => {} };
  const port = options.port ?? (await freePort());
  const url = `http://localhost:${port}`;
  const { hot, counts, observe } = countingHotStore(options.hot ?? memoryHotStore(options.clock ?? systemClock));
  const transport = options.transport ?? memoryTransport();
  try {
    const platform = await openPlatform({
      environment: {
        LATCHKEY_PUBLIC_URL: url,
        LATCHKEY_HOST: '127.0.0.1',
        LATCHKEY_COOKIE_KEY: KEY('c'),
        LATCHKEY_FORM_KEY: KEY('f'),
        LATCHKEY_KEK: KEY('k'),
        LATCHKEY_DATABASE_ROLES_KEY: KEY('d'),
        ...options.environment,
        DATABASE_URL: database.url,
      },
      clock: options.clock ?? systemClock,
      logger: options.log === undefined ? silentLogger : pinoLogger({ level: 'debug', destination: { write: options.log } }),
      hot,
      transport,
      observe: { ask: (_room: Room, path) => observe.ask(path), sql: (room, text, name) => observe.sql(room, text, name) },
      ...(options.metrics ? { metrics: options.metrics } : {}),
      ...(options.outbound ? { outbound: options.outbound } : {}),
    });
    try {
      if (options.declaration !== undefined) await applyDeclarationTo(platform, options.declaration.replaceAll('{{url}}', url), 'test.yaml');
    } catch (error) {
      await platform.stop();
      throw error;
    }
    return {
      ...platform,
      url,
      databaseUrl: database.url,
      hot,
      counts,
      async close() {
        await platform.stop();
        await transport.close();
        await hot.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
