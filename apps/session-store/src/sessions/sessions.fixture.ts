import { createRoomBus, memoryTransport } from '@latchkey/bus';
import type { PeerHandlers, sessionStorePeer } from '@latchkey/contracts';
import { silentLogger, systemClock } from '@latchkey/runtime';
import { redisHotStore, type Database, type HotStore } from '@latchkey/store';
import { Copies } from './copies.ts';
import { Housekeeping } from './housekeeping.ts';
import { Sessions } from './sessions.ts';

export const tenant = 'main';
export const cookieKey = Buffer.alloc(32, 7);
export const limits = { idleSeconds: 3_600, absoluteSeconds: 86_400 };
export type StartRequest = Parameters<PeerHandlers<typeof sessionStorePeer>['start']>[0];

/** The keepers over a real PostgreSQL and a real Redis. The relay is not started: the outbox keeps what was told. */
export function sessionsFixture(database: Database, redis: { readonly url: string }) {
  const real = redisHotStore({ url: redis.url, allowPersistence: true });
  const trouble = { dropFails: false, trips: 0 };
  const hot = watched(real, trouble);
  const logger = silentLogger;
  const peers = { to: () => ({}) } as never;
  const bus = createRoomBus({ room: 'session-store', database, transport: memoryTransport(), peers, clock: systemClock, logger });
  const copies = new Copies({ database, hot, logger });
  return {
    database,
    hot,
    bus,
    copies,
    trouble,
    sessions: new Sessions({ database, bus: { envelope: bus.envelope, poke: () => {} }, copies, cookieKey, limits }),
    housekeeping: new Housekeeping({ database, bus: { envelope: bus.envelope, poke: () => {} }, keepDays: 30 }),
    /** An instant of Postgres as `cas` takes it, before it checks the password. */
    async instant(): Promise<string> {
      const { rows } = await database.query<{ at: string }>(
        `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at`,
      );
      return rows[0]?.at ?? '';
    },
    async told(name: string): Promise<Record<string, unknown>[]> {
      const { rows } = await database.query<{ data: Record<string, unknown> }>('SELECT data FROM outbox WHERE name = $1 ORDER BY seq', [name]);
      return rows.map(({ data }) => data);
    },
    async close(): Promise<void> {
      await real.close();
    },
  };
}
export type Fixture = ReturnType<typeof sessionsFixture>;

function watched(real: HotStore, trouble: { dropFails: boolean; trips: number }): HotStore {
  const counted = <A extends unknown[], R>(work: (...given: A) => Promise<R>) => {
    return (...given: A) => {
      trouble.trips += 1;
      return work(...given);
    };
  };
  return {
    ...real,
    get: counted((key) => real.get(key)),
    put: counted((key, value, options) => real.put(key, value, options)),
    swap: counted((key, expected, value, ttlMs) => real.swap(key, expected, value, ttlMs)),
    drop: counted(async (key: string) => {
      if (trouble.dropFails) throw new Error('the hot store is away');
      await real.drop(key);
    }),
  };
}

export function startRequest(subject: string, authenticatedAt: string, over: Partial<StartRequest> = {}): StartRequest {
  const device = { browser: 'Firefox', system: 'Linux', network: '192.0.2.1' };
  return { tenant, subject, username: subject, authenticatedAt, amr: ['pwd'], acr: '1', device, replaces: null, answer: null, longTermSeconds: null, ...over };
}
