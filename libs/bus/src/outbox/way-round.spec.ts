import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stopServices } from '../../../testing/src/servers.ts';
import { eventually } from '../eventually.conformance.ts';
import { HEARERS, openReplicas, type Hearer, type Replicas } from '../replicas.conformance.ts';
import { directTransport } from '../transports/direct-transport.ts';

/** Promises of issue “five processes”: a logout reaches applications within 10 s while Kafka is down. */
const PROMISE_MS = 10_000;

describe('the way round an absent broker (design §7)', () => {
  let rooms: Replicas;

  beforeAll(async () => {
    rooms = await openReplicas({ open: directTransport });
    for (const room of HEARERS) for (let n = 0; n < 2; n += 1) await rooms.hear(room);
  }, 60_000);
  afterAll(async () => {
    await rooms.close();
    await stopServices();
  }, 60_000);

  const haveAll = (rooms: Replicas, room: Hearer, sessions: string[], patienceMs: number) =>
    eventually(async () => expect((await rooms.timesEnded(room, sessions)).every((times) => times === 1)).toBe(true), patienceMs);

  it('brings a wave of 1,000 events to every room, none twice, a hundred in a post', async () => {
    const before = rooms.asks();
    const sessions = await rooms.tell(1_000, 100);
    await eventually(async () => expect(await rooms.waiting()).toBe(0), 60_000);
    for (const room of HEARERS) expect(await rooms.timesEnded(room, sessions)).toEqual(sessions.map(() => 1));
    // Ten for each room, were every batch full and every answer complete.
    expect(rooms.asks() - before).toBeLessThanOrEqual(4 * 10 * HEARERS.length);
  }, 90_000);

  it('waits for no room that hangs: the others have everything in time, and it catches up when it is back', async () => {
    const letGo = rooms.hang('management');
    const sessions: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const began = Date.now();
      const some = await rooms.tell(10);
      sessions.push(...some);
      for (const room of ['cas', 'token-issuer'] as const) await haveAll(rooms, room, some, PROMISE_MS - (Date.now() - began));
    }
    expect(new Set(await rooms.timesEnded('management', sessions))).toEqual(new Set([0]));
    letGo();
    await haveAll(rooms, 'management', sessions, 30_000);
    await eventually(async () => expect(await rooms.waiting()).toBe(0));
  }, 120_000);

  it('leaves rows alone that only a room lacks which is not there', async () => {
    const rooms = await openReplicas({ open: directTransport, tellers: 1 });
    for (const room of HEARERS) await rooms.hear(room);
    const letGo = rooms.hang('management');
    const sessions = await rooms.tell(50);
    await haveAll(rooms, 'cas', sessions, PROMISE_MS);
    await haveAll(rooms, 'token-issuer', sessions, PROMISE_MS);
    const touched = async () =>
      (await rooms.databases.get('session-store')!.database.query<{ xmin: string }>("SELECT xmin::text FROM outbox WHERE reached @> '{cas,token-issuer}' ORDER BY seq")).rows.map(({ xmin }) => xmin);
    const before = await eventually(async () => {
      const rows = await touched();
      expect(rows).toHaveLength(50);
      return rows;
    });
    // Longer than a row rests: events told meanwhile pass these by.
    const later = Date.now() + 3_000;
    while (Date.now() < later) await haveAll(rooms, 'cas', await rooms.tell(1), PROMISE_MS);
    expect((await touched()).slice(0, 50)).toEqual(before);
    letGo();
    await haveAll(rooms, 'management', sessions, 30_000);
    await rooms.close();
  }, 60_000);
});
