import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsPeer, registryChanged, sessionEnded, type PeerApi, type PeerClient, type Room } from '@latchkey/contracts';
import { DatabaseUnavailable, HotStoreUnavailable, type Database } from '@latchkey/store';
import { testDatabase } from '../../testing/src/servers.ts';
import { on, type Listener } from './bus.ts';
import { createRoomBus, type RoomBus } from './create-room-bus.ts';
import { eventId } from './event-id.ts';
import { eventually } from './eventually.conformance.ts';
import { busMigrations } from './migrations/bus-migrations.ts';
import { switchable, type Switchable } from './switchable-transport.conformance.ts';
import type { BusTransport } from './transport.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => Date.now() };
const effects = { name: '20261124-002-effects', sql: 'CREATE TABLE effect (n serial, room text, session text)' };

interface Open {
  readonly room: Room;
  readonly database: Database;
  readonly bus: RoomBus;
  close(): Promise<void>;
}

/** Rules of the bus that hold for every transport. */
export function busConformance(name: string, open: () => Promise<BusTransport>, { broker = true } = {}): void {
  const itWithBroker = broker ? it : () => undefined;
  describe(`the bus over ${name}`, () => {
    let transport: Switchable;
    const rooms = new Map<Room, Open>();
    const handled = new Map<Room, (session: string) => Promise<void>>();
    const hints: string[] = [];
    const seen: string[] = [];
    let unreachable = new Set<Room>();
    const databaseAway = new Set<Room>();
    let databaseRefused = 0;
    let told = 0;
    const fresh = (): string => `s${(told += 1)}-${Date.now()}`;

    const peers = {
      to: <Api extends PeerApi>(api: Api) =>
        ({
          receive: async (asked: unknown) => {
            if (unreachable.has(api.room)) throw new Error(`${api.room} is away`);
            const told = eventsPeer(api.room).asks.receive.request.parse(JSON.parse(JSON.stringify(asked)));
            return must(rooms.get(api.room)).bus.receive(told);
          },
        }) as unknown as PeerClient<Api>,
    };
    const listenersOf = (room: Room): Listener[] => {
      if (room === 'session-store' || room === 'consent') return [];
      const once = on.once(sessionEnded, async ({ sessionId }, tx) => {
        await tx.query('INSERT INTO effect (room, session) VALUES ($1, $2)', [room, sessionId]);
        await handled.get(room)?.(sessionId);
      });
      return room === 'cas' ? [once, on.everywhere(registryChanged, ({ tenant }) => void hints.push(tenant))] : [once];
    };
    const openRoom = async (room: Room): Promise<void> => {
      const { database: real, close } = await testDatabase([...busMigrations, effects]);
      const database = unlessAway(real, () => databaseAway.has(room) && (databaseRefused += 1) > 0);
      rooms.set(room, { room, database, close, bus: createRoomBus({ room, database, transport, peers, clock, logger: silent, observe: (event, outcome) => void seen.push(`${room} ${event} ${outcome}`), handlerDeadlineMs: 1_500 }) });
    };
    const effectsOf = async (room: Room, session: string): Promise<number> =>
      (await must(rooms.get(room)).database.query('SELECT 1 FROM effect WHERE session = $1', [session])).count;
    const waiting = async (room: Room): Promise<number> => (await must(rooms.get(room)).database.query('SELECT 1 FROM outbox')).count;
    const producer = (): Open => must(rooms.get('session-store'));
    const tellEnded = (session: string, reason: 'sign-out' = 'sign-out') =>
      producer().bus.tell(producer().database, sessionEnded, endedOf(session, reason));
    const consumers = ['cas', 'token-issuer', 'management'] as const;
    const everybodyHas = (session: string, patienceMs?: number) =>
      eventually(async () => {
        for (const room of consumers) expect(await effectsOf(room, session)).toBe(1);
        expect(await waiting('session-store')).toBe(0);
      }, patienceMs);

    const brokerIsUsed = () =>
      eventually(async () => {
        const session = fresh();
        await tellEnded(session);
        await everybodyHas(session);
        expect(transport.published(session)).toBe(1);
      });

    beforeAll(async () => {
      transport = switchable(await open());
      for (const room of ['session-store', ...consumers, 'consent'] as Room[]) await openRoom(room);
      for (const { bus, room } of rooms.values()) await bus.start(listenersOf(room));
    }, 60_000);
    afterAll(async () => {
      await transport.close();
      for (const { bus } of rooms.values()) await bus.stop();
      for (const { close } of rooms.values()) await close();
    }, 60_000);
    beforeEach(() => {
      unreachable = new Set();
      handled.clear();
    });
    afterEach(() => transport.allow());

    it('brings a told event to each declared consumer once, and empties the outbox', async () => {
      const session = fresh();
      await tellEnded(session);
      await everybodyHas(session);
    });

    it('tells nothing of a transaction that was rolled back', async () => {
      const [never, after] = [fresh(), fresh()];
      const failed = producer().database.transaction(async (tx) => {
        await producer().bus.tell(tx, sessionEnded, endedOf(never));
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      await tellEnded(after);
      await everybodyHas(after);
      expect(await effectsOf('cas', never)).toBe(0);
    });

    itWithBroker('has one effect when the relay crashes between publish and delete, and so publishes twice', async () => {
      const session = fresh();
      transport.loseAcknowledgements(1);
      await tellEnded(session);
      await everybodyHas(session);
      expect(transport.published(session)).toBeGreaterThanOrEqual(2);
      await tellEnded(`${session}-next`);
      await everybodyHas(`${session}-next`);
      expect(await effectsOf('cas', session)).toBe(1);
    });

    it('tries a handler again that failed, and leaves no trace of its failed tries', async () => {
      const session = fresh();
      let tries = 0;
      handled.set('cas', async (seen) => {
        if (seen === session && (tries += 1) < 3) throw new Error('not yet');
      });
      await tellEnded(session);
      await everybodyHas(session);
      expect(tries).toBe(3);
    });

    it('parks a poisoned message, goes on with later ones, and handles it once at a replay', async () => {
      const [poison, later] = [fresh(), fresh()];
      handled.set('cas', async (seen) => {
        if (seen === poison) throw new Error('cannot digest this');
      });
      await tellEnded(poison);
      await tellEnded(later);
      await everybodyHas(later);
      const { bus } = must(rooms.get('cas'));
      const parked = await eventually(async () => must((await bus.parked.list()).find(({ key }) => key === poison)));
      expect(parked).toMatchObject({ name: 'session.ended', version: 1, error: 'cannot digest this', tries: 5 });
      expect(await effectsOf('cas', poison)).toBe(0);
      expect(await bus.parked.replay(parked.id)).toBe('failed');
      handled.clear();
      expect(await bus.parked.replay(parked.id)).toBe('handled');
      expect(await bus.parked.replay(parked.id)).toBe('gone');
      expect(await effectsOf('cas', poison)).toBe(1);
    });

    it('goes round an absent broker within seconds, and delivers once also when the broker comes back', async () => {
      const session = fresh();
      transport.refuse();
      await tellEnded(session);
      await everybodyHas(session);
      transport.allow();
      const next = fresh();
      await tellEnded(next);
      await everybodyHas(next);
      expect(await effectsOf('cas', session)).toBe(1);
    });

    itWithBroker('delivers once what a broker that seemed away had taken after all', async () => {
      await brokerIsUsed();
      const session = fresh();
      transport.loseAcknowledgements(Number.POSITIVE_INFINITY);
      await tellEnded(session);
      await everybodyHas(session);
      expect(transport.published(session)).toBeGreaterThanOrEqual(1);
      transport.allow();
      const next = fresh();
      await tellEnded(next);
      await everybodyHas(next);
      expect(await effectsOf('cas', session)).toBe(1);
    });

    it('remembers who has it while one consumer is away on the way round, and reaches the others meanwhile', async () => {
      const session = fresh();
      unreachable.add('management');
      transport.refuse();
      await tellEnded(session);
      await eventually(async () => {
        expect(await effectsOf('cas', session)).toBe(1);
        const { rows } = await producer().database.query<{ reached: string[] }>('SELECT reached FROM outbox');
        expect(rows.map(({ reached }) => [...reached].sort())).toEqual([['cas', 'token-issuer']]);
      });
      unreachable.clear();
      await everybodyHas(session);
    });

    it('gives hints to everywhere-handlers', async () => {
      const { bus, database } = must(rooms.get('management'));
      const tenant = fresh();
      await bus.tell(database, registryChanged, { tenant, revision: 1, at: new Date().toISOString() });
      await eventually(async () => expect(hints).toContain(tenant));
    });

    it('parks what does not fit its schema and what no release knows, and does not stumble', async () => {
      const { bus } = must(rooms.get('cas'));
      const odd = { source: 'session-store', time: '', key: 'odd', traceparent: null };
      const { received } = await bus.receive({ events: [
        { ...odd, id: 'odd-1', name: 'session.ended', version: 1, data: { sessionId: 'nul \0 in it' } },
        { ...odd, id: 'odd-2', name: 'session.ended', version: 99, data: {} },
        { ...odd, id: 'odd-3', name: 'never.heard', version: 1, data: null },
        { ...odd, id: 'odd-4', name: 'session.started', version: 1, data: {} },
      ] });
      expect(received).toBe(4);
      const ids = (await bus.parked.list()).map(({ id }) => id).filter((id) => id.startsWith('odd-'));
      expect(ids.sort()).toEqual(['odd-1', 'odd-2', 'odd-3']);
      for (const id of ids) expect(await bus.parked.replay(id)).toBe('failed');
    });

    it('lets a room tell only its own events and listen only where it is declared', async () => {
      const { bus, database } = must(rooms.get('consent'));
      await expect(bus.tell(database, sessionEnded, endedOf('x'))).rejects.toThrow('consent may not tell session.ended');
      const another = createRoomBus({ room: 'consent', database, transport, peers, clock, logger: silent });
      await expect(another.start([on.once(sessionEnded, async () => undefined)])).rejects.toThrow('does not declare it as a consumer');
    });

    it('is carried once in effect by several replicas of a producer', async () => {
      const { database } = producer();
      const replicas = Array.from({ length: 3 }, () => createRoomBus({ room: 'session-store', database, transport, peers, clock, logger: silent }));
      for (const replica of replicas) await replica.start([]);
      const sessions = Array.from({ length: 60 }, fresh);
      await Promise.all(sessions.map((session, n) => must(replicas[n % 3]).tell(database, sessionEnded, endedOf(session))));
      // No order is promised between keys: that the last one is there says nothing of the others.
      for (const session of sessions) await everybodyHas(session);
      for (const room of consumers) for (const session of sessions) expect(await effectsOf(room, session)).toBe(1);
      for (const replica of replicas) await replica.stop();
    });

    it('carries what a hot statement wrote into the outbox by itself', async () => {
      const session = fresh();
      const { bus, database } = producer();
      const { id, name, version, key, time, traceparent, data } = bus.envelope(sessionEnded, endedOf(session));
      await database.query(
        `WITH changed AS (SELECT $4::text AS key)
         INSERT INTO outbox (id, name, version, key, time, traceparent, data) SELECT $1, $2, $3, key, $5, $6, $7 FROM changed`,
        [id, name, version, key, time, traceparent, data],
      );
      bus.poke();
      await everybodyHas(session);
    });

    it('forgets inbox rows after 30 days and not before', async () => {
      const { bus, database } = must(rooms.get('cas'));
      const day = 24 * 3_600_000;
      const [ancient, old, young] = [60, 40, 29].map((days) => eventId(Date.now() - days * day));
      await database.query("CREATE TABLE inbox_w1 PARTITION OF inbox FOR VALUES FROM ('0') TO ('0000000001')");
      await database.query('INSERT INTO inbox (id) VALUES ($1), ($2), ($3), ($4)', [ancient, old, young, '00000000000']);
      await bus.prune();
      expect((await database.query('SELECT id FROM inbox WHERE id < $1', [eventId(Date.now() - day)])).rows).toEqual([{ id: young }]);
    });

    it('keeps an event for a room that has not started or has stopped (nothing is lost over a restart)', async () => {
      const session = fresh();
      const { bus } = must(rooms.get('cas'));
      await bus.stop();
      await expect(bus.receive({ events: [] })).resolves.toEqual({ received: 0, settled: [] });
      await expect(bus.receive({ events: [producer().bus.envelope(sessionEnded, endedOf(session))] })).rejects.toThrow('does not listen');
      await tellEnded(session);
      await eventually(async () => expect(await effectsOf('token-issuer', session)).toBe(1));
      expect(await effectsOf('cas', session)).toBe(0);
      await bus.start(listenersOf('cas'));
      await everybodyHas(session);
    });

    it('waits with an event while its room has no database, parks nothing, and handles it once afterwards', async () => {
      const [session, { bus }] = [fresh(), must(rooms.get('cas'))];
      const parked = (await bus.parked.list()).length;
      let tries = 0;
      handled.set('cas', async (seen) => {
        if (seen === session) tries += 1;
      });
      databaseAway.add('cas');
      await tellEnded(session);
      await eventually(async () => expect(await effectsOf('token-issuer', session)).toBe(1));
      // Each try begins with a transaction that cannot begin.
      const refused = databaseRefused;
      await eventually(async () => expect(databaseRefused).toBeGreaterThan(refused + 1));
      databaseAway.clear();
      await everybodyHas(session);
      expect([tries, (await bus.parked.list()).length]).toEqual([1, parked]);
    });

    it('waits with an event while Redis is away, however often that is found, parks nothing, and handles it once afterwards', async () => {
      const [session, { bus }] = [fresh(), must(rooms.get('cas'))];
      const parked = (await bus.parked.list()).length;
      let tries = 0;
      // More often than a poisoned event is tried before it is parked.
      handled.set('cas', async (seen) => {
        if (seen === session && (tries += 1) <= 6) throw new HotStoreUnavailable('the test', 'is away');
      });
      await tellEnded(session);
      await everybodyHas(session, 45_000);
      expect([tries, (await bus.parked.list()).length]).toEqual([7, parked]);
    }, 60_000);

    it('takes a discarded event never again, whoever brings it', async () => {
      const { bus } = must(rooms.get('cas'));
      const poison = producer().bus.envelope(sessionEnded, endedOf(fresh()));
      const told = { events: [{ ...poison, data: {} }] };
      await bus.receive(told);
      expect((await bus.parked.list()).map(({ id }) => id)).toContain(poison.id);
      expect([await bus.parked.discard(poison.id), await bus.parked.discard(poison.id)]).toEqual([true, false]);
      await bus.receive(told);
      await bus.receive({ events: [poison] });
      expect(await effectsOf('cas', poison.key)).toBe(0);
      expect(await bus.parked.replay(poison.id)).toBe('gone');
    });

    it('gives up a handler that hangs, rolls it back, parks its event and goes on meanwhile', async () => {
      const [hanging, ...later] = [fresh(), fresh(), fresh(), fresh()];
      let asked = 0;
      handled.set('cas', async (seen) => {
        if (seen !== hanging) return;
        asked += 1;
        await new Promise(() => undefined);
      });
      await tellEnded(must(hanging));
      for (const session of later) await tellEnded(session);
      for (const session of later) await eventually(async () => expect(await effectsOf('cas', session)).toBe(1));
      const { bus } = must(rooms.get('cas'));
      const parked = await eventually(async () => must((await bus.parked.list()).find(({ key }) => key === hanging)));
      expect(parked).toMatchObject({ tries: 1, error: 'Its handler did not end within 1500 ms' });
      await eventually(async () => expect(await waiting('session-store')).toBe(0));
      expect([asked, await effectsOf('cas', must(hanging))]).toEqual([1, 0]);
      handled.clear();
      expect(await bus.parked.replay(parked.id)).toBe('handled');
      expect(await effectsOf('cas', must(hanging))).toBe(1);
    });

    it('counts what waits, what is parked and what became of each event (design §7)', async () => {
      seen.length = 0;
      const session = fresh();
      await tellEnded(session);
      await everybodyHas(session);
      const expected = ['session-store session.ended told', ...consumers.map((room) => `${room} session.ended handled`)];
      await eventually(async () => expect(seen.filter((one) => !/published|brought/.test(one)).sort()).toEqual(expected.sort()));
      expect(seen.filter((one) => /^session-store session.ended (published|brought-round)$/.test(one))).toHaveLength(1);
      await eventually(async () => expect(await producer().bus.stats()).toMatchObject({ outboxRows: 0, outboxAgeSeconds: 0, away: false }));
      await eventually(async () => {
        const { parked, lag } = await must(rooms.get('cas')).bus.stats();
        expect(parked).toBe((await must(rooms.get('cas')).bus.parked.list()).length);
        for (const one of lag) expect(one).toEqual({ topic: expect.stringMatching(/^latchkey\./), lag: 0 });
      });
    });

    it('validates before it writes', async () => {
      await expect(tellEnded(fresh(), 'nonsense' as 'sign-out')).rejects.toThrow();
      expect(await waiting('session-store')).toBe(0);
    });
  });
}

/** A real database that can be made to answer as one that is away. */
function unlessAway(database: Database, isAway: () => boolean): Database {
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isAway()) throw new DatabaseUnavailable('unreachable', 'the test', 'It is away');
    return work();
  };
  return {
    ...database,
    query: (statement, values) => asked(() => database.query(statement, values)),
    transaction: (work) => asked(() => database.transaction(work)),
  };
}

function endedOf(session: string, reason: 'sign-out' = 'sign-out') {
  return { tenant: 'main', sessionId: session, subject: 'p', reason, at: new Date().toISOString(), revision: 2 };
}

function must<T>(value: T | null | undefined): T {
  if (value == null) throw new Error('It is not there');
  return value;
}
