import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stopServices } from '../../../testing/src/servers.ts';
import { eventually } from '../eventually.conformance.ts';
import { HEARERS, openReplicas, silent, type Hearer, type Replicas } from '../replicas.conformance.ts';
import { kafkaTransport } from './kafka-transport.ts';
import { startTestBroker, type TestBroker } from './test-broker.conformance.ts';

/** A logout reaches applications within this while the broker is away; after its return everything is settled within the other. */
const REACHED_MS = 10_000;
const SETTLED_MS = 30_000;

/** Several replicas of each room over a broker of their own, which is killed, stopped and started here. */
describe('replicas over Kafka (design §7, INV-4)', () => {
  let dataDir: string;
  let broker: TestBroker;
  let rooms: Replicas;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-replicas-'));
    broker = await startTestBroker({ dataDir });
    rooms = await openReplicas({
      open: () => kafkaTransport({ brokers: broker.brokers, clientId: 'replicas', logger: silent, subscribePatienceMs: 30_000 }),
    });
    for (const room of HEARERS) await rooms.hear(room);
    await rooms.hear('cas');
  }, 240_000);
  afterAll(async () => {
    broker.thaw();
    await rooms.close();
    await broker.stop();
    await rm(dataDir, { recursive: true, force: true });
    await stopServices();
  }, 120_000);

  const onceEach = async (sessions: readonly string[]) => {
    for (const room of HEARERS) expect(await rooms.timesEnded(room, sessions)).toEqual(sessions.map(() => 1));
  };
  const allSettled = (sessions: readonly string[], patienceMs: number) =>
    eventually(async () => {
      expect(await rooms.waiting()).toBe(0);
      for (const room of HEARERS) expect(await rooms.lastEffect(room, sessions)).not.toBeNull();
    }, patienceMs);
  const reached = async (room: Hearer, sessions: readonly string[], began: number) => {
    const last = await eventually(async () => {
      const at = await rooms.lastEffect(room, sessions);
      if (at === null) throw new Error(`${room} has not heard of all of them`);
      return at;
    }, 2 * REACHED_MS);
    expect(last.getTime() - began).toBeLessThanOrEqual(REACHED_MS);
  };
  const publishedAgain = () =>
    eventually(async () => {
      const before = rooms.seen.filter((one) => one === 'session-store session.ended published').length;
      await allSettled(await rooms.tell(1), SETTLED_MS);
      expect(rooms.seen.filter((one) => one === 'session-store session.ended published').length).toBeGreaterThan(before);
    }, SETTLED_MS);

  it('lose nothing and apply nothing twice while replicas join and leave a stream of 2,000 events', async () => {
    const sessions: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const joined = n % 2 === 0 ? rooms.hear('cas') : rooms.hear('management');
      sessions.push(...(await rooms.tell(250, 50)));
      const replica = await joined;
      sessions.push(...(await rooms.tell(250, 50)));
      await replica.stop();
    }
    await allSettled(sessions, 60_000);
    await onceEach(sessions);
  }, 240_000);

  it('reach everybody within 10 s while the broker is killed with its load, and settle within 30 s of its return', async () => {
    const sessions = await rooms.tell(100, 20);
    await broker.kill();
    const away = Date.now();
    // Longer than the client goes on trying: its producers and consumers give up and are made anew.
    while (Date.now() - away < 20_000) {
      const began = Date.now();
      const some = await rooms.tell(50);
      await Promise.all(HEARERS.map((room) => reached(room, some, began)));
      sessions.push(...some);
    }
    await broker.start();
    await allSettled(sessions, SETTLED_MS);
    await publishedAgain();
    await onceEach(sessions);
  }, 180_000);

  it('reach everybody within 10 s while the broker hangs (SIGSTOP: connections neither answer nor break)', async () => {
    const sessions = await rooms.tell(50);
    broker.freeze();
    const away = Date.now();
    while (Date.now() - away < 15_000) {
      const began = Date.now();
      const some = await rooms.tell(50);
      await Promise.all(HEARERS.map((room) => reached(room, some, began)));
      sessions.push(...some);
    }
    broker.thaw();
    await allSettled(sessions, SETTLED_MS);
    await publishedAgain();
    await onceEach(sessions);
  }, 180_000);

  it('say how far they are behind: not at all once everything is settled, and nothing while the broker is away', async () => {
    const cas = await rooms.hear('cas');
    await allSettled(await rooms.tell(50), SETTLED_MS);
    await eventually(async () => expect((await cas.bus.stats()).lag).toEqual([{ topic: 'latchkey.session.v1', lag: 0 }]), SETTLED_MS);
    broker.freeze();
    const asked = Date.now();
    expect((await cas.bus.stats()).lag).toEqual([]);
    expect(Date.now() - asked).toBeLessThan(5_000);
    broker.thaw();
    await eventually(async () => expect((await cas.bus.stats()).lag).toEqual([{ topic: 'latchkey.session.v1', lag: 0 }]), SETTLED_MS);
    await cas.stop();
  }, 120_000);
});
