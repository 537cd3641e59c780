import type { DynamicModule } from '@nestjs/common';
import type { Listener, Bus } from '@latchkey/bus';
import type { PeerApi, PeerHandlers, Room } from '@latchkey/contracts';
import type { Outbound } from '@latchkey/outbound';
import type { Peers, SessionReader } from '@latchkey/peers';
import type { Database, HotStore, Migration } from '@latchkey/store';
import type { z } from 'zod';
import type { Clock } from './clock.ts';
import type { ErrorRenderer } from './http/problem-filter.ts';
import type { HttpSettings } from './http/settings.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { SecurityLog } from './telemetry/security-log.ts';
import type { Tracing } from './telemetry/tracing-of-room.ts';

/** Everything a room gets from its process. Made once, handed down; nothing is reached by a global. */
export interface Infra<Config = unknown> {
  readonly room: Room;
  /** The one tenant that ships: `main`. */
  readonly tenant: string;
  readonly config: Config;
  readonly http: HttpSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly security: SecurityLog;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly postgres: Database;
  readonly hot: HotStore;
  readonly bus: Bus;
  readonly peers: Peers;
  /** Reads living sessions by cookie or sid: hot copy first, the owner at a miss. */
  readonly sessions: SessionReader;
  readonly outbound: Outbound;
}

/** Work that a room does by the clock. Runs never overlap; a failure is logged and the next turn comes. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<void>;
}

export interface RoomParts {
  readonly module: DynamicModule;
  /** What this room listens to (its events.ts). */
  readonly listeners: readonly Listener[];
  /** What it answers to other rooms, made by `answers(api, handlers)`. */
  readonly answers: readonly Answers[];
  readonly jobs: readonly Job[];
  /** How this room writes its own error families; what none of them takes leaves as a problem document. */
  readonly renderers?: readonly ErrorRenderer[];
  /** Runs after migrations and before the first request: fill memory copies, make keys. */
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

export interface Answers {
  readonly api: PeerApi;
  readonly handlers: Record<string, (request: never) => Promise<unknown>>;
}

export function answers<Api extends PeerApi>(api: Api, handlers: PeerHandlers<Api>): Answers {
  return { api, handlers: handlers as unknown as Answers['handlers'] };
}

/** A room as its process sees it: what `src/index.ts` of the room exports. */
export interface RoomDefinition<Config = unknown> {
  readonly room: Room;
  /** Its schema in Postgres, which no other room may enter. */
  readonly schema: string;
  /** zod schema of the room's settings, a description a field; keys are the environment variables' names. */
  readonly config: z.ZodType<Config>;
  readonly migrations: readonly Migration[];
  /** Path prefixes that the front sends here. */
  readonly paths: readonly string[];
  create(infra: Infra<Config>): Promise<RoomParts> | RoomParts;
}
