import { eventsPeer, sessionEnded, type PeerApi, type PeerClient, type Room } from '@latchkey/contracts';
import { testDatabase, type TestDatabase } from '../../testing/src/servers.ts';
import { on } from './bus.ts';
import { createRoomBus, type RoomBus } from './create-room-bus.ts';
import { busMigrations } from './migrations/bus-migrations.ts';
import type { BusTransport } from './transport.ts';

export const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => Date.now() };
const effects = {
  name: '20261124-002-effects',
  sql: 'CREATE TABLE effect (session text, at timestamptz NOT NULL DEFAULT clock_timestamp()); CREATE INDEX effect_session ON effect (session)',
};
/** Who hears of the end of a session. */
export const HEARERS = ['cas', 'token-issuer', 'management'] as const satisfies readonly Room[];
export type Hearer = (typeof HEARERS)[number];

export interface Replica {
  readonly bus: RoomBus;
  stop(): Promise<void>;
}

export interface Replicas {
  /** Hears in this room from now on; each effect is a row, in the transaction of its inbox row. */
  hear(room: Hearer): Promise<Replica>;
  /** Tells the ends of so many sessions, `perTransaction` at a time, through each teller in turn. Returns the sessions. */
  tell(count: number, perTransaction?: number): Promise<string[]>;
  /** How often each of these sessions had an effect in this room: 1 is right. */
  timesEnded(room: Hearer, sessions: readonly string[]): Promise<number[]>;
  /** When the last of these took effect there, or null while one has not. */
  lastEffect(room: Hearer, sessions: readonly string[]): Promise<Date | null>;
  waiting(): Promise<number>;
  /** Posts to this room hang until it is let go, as to a replica that is stopped. */
  hang(room: Hearer): () => void;
  /** Posts of the way round so far. */
  asks(): number;
  readonly databases: ReadonlyMap<Room, TestDatabase>;
  readonly seen: readonly string[];
  close(): Promise<void>;
}

export interface ReplicasOptions {
  /** A transport of its own for each replica. */
  open(): BusTransport;
  readonly tellers?: number;
}

/** A room that tells ends of sessions and those that hear of them, in several replicas each, on databases of their own. */
export async function openReplicas({ open, tellers: tellerCount = 2 }: ReplicasOptions): Promise<Replicas> {
  const databases = new Map<Room, TestDatabase>();
  for (const room of ['session-store', ...HEARERS] as const) databases.set(room, await testDatabase([...busMigrations, effects]));
  const databaseOf = (room: Room) => must(databases.get(room)).database;
  const hearing = new Map<Room, Replica[]>();
  const stuck = new Map<Room, Promise<void>>();
  const seen: string[] = [];
  const all = new Set<Replica>();
  let asks = 0;
  let told = 0;

  const peers = {
    to: <Api extends PeerApi>(api: Api) =>
      ({
        receive: async (asked: unknown) => {
          asks += 1;
          await stuck.get(api.room);
          const replicas = hearing.get(api.room) ?? [];
          const replica = replicas[asks % replicas.length];
          if (replica === undefined) throw new Error(`${api.room} is not there`);
          return replica.bus.receive(eventsPeer(api.room).asks.receive.request.parse(JSON.parse(JSON.stringify(asked))));
        },
      }) as unknown as PeerClient<Api>,
  };
  const start = async (room: Room, listeners: Parameters<RoomBus['start']>[0]): Promise<Replica> => {
    const transport = open();
    const observe = (event: string, outcome: string): void => void seen.push(`${room} ${event} ${outcome}`);
    const bus = createRoomBus({ room, database: databaseOf(room), transport, peers, clock, logger: silent, observe });
    await bus.start(listeners);
    const replica: Replica = {
      bus,
      stop: async () => {
        all.delete(replica);
        hearing.set(room, (hearing.get(room) ?? []).filter((one) => one !== replica));
        await bus.stop();
        await transport.close();
      },
    };
    all.add(replica);
    return replica;
  };
  const tellers: Replica[] = [];
  for (let n = 0; n < tellerCount; n += 1) tellers.push(await start('session-store', []));

  return {
    hear: async (room) => {
      const ended = on.once(sessionEnded, async ({ sessionId }, tx) => {
        await tx.query({ name: 'effect', text: 'INSERT INTO effect (session) VALUES ($1)' }, [sessionId]);
      });
      const replica = await start(room, [ended]);
      hearing.set(room, [...(hearing.get(room) ?? []), replica]);
      return replica;
    },
    tell: async (count, perTransaction = 10) => {
      const sessions: string[] = [];
      while (sessions.length < count) {
        const some = Array.from({ length: Math.min(perTransaction, count - sessions.length) }, () => `s${(told += 1)}`);
        const { bus } = must(tellers[told % tellers.length]);
        await databaseOf('session-store').transaction(async (tx) => {
          for (const session of some) await bus.tell(tx, sessionEnded, endedOf(session));
        });
        sessions.push(...some);
      }
      return sessions;
    },
    timesEnded: async (room, sessions) => {
      const text = `SELECT (SELECT count(*) FROM effect WHERE effect.session = asked.session)::int AS times FROM unnest($1::text[]) AS asked (session)`;
      return (await databaseOf(room).query<{ times: number }>(text, [sessions])).rows.map(({ times }) => times);
    },
    lastEffect: async (room, sessions) => {
      const text = 'SELECT max(at) AS last, count(DISTINCT session)::int AS sessions FROM effect WHERE session = ANY($1::text[])';
      const { rows } = await databaseOf(room).query<{ last: Date; sessions: number }>(text, [sessions]);
      return rows[0]?.sessions === sessions.length ? rows[0].last : null;
    },
    waiting: async () => (await databaseOf('session-store').query('SELECT 1 FROM outbox')).count,
    hang: (room) => {
      let letGo = (): void => undefined;
      stuck.set(room, new Promise((resolve) => (letGo = resolve)));
      return () => {
        stuck.delete(room);
        letGo();
      };
    },
    asks: () => asks,
    databases,
    seen,
    close: async () => {
      await Promise.all([...all].map((replica) => replica.stop()));
      for (const { close } of databases.values()) await close();
    },
  };
}

function endedOf(sessionId: string) {
  return { tenant: 'main', sessionId, subject: 'p', reason: 'sign-out' as const, at: new Date().toISOString(), revision: 2 };
}

function must<T>(value: T | null | undefined): T {
  if (value == null) throw new Error('It is not there');
  return value;
}
