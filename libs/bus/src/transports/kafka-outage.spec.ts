import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionEnded, topicOf, type EventEnvelope } from '@latchkey/contracts';
import { Kafka, Partitioners } from 'kafkajs';
import type { BusTransport } from '../transport.ts';
import { eventually } from '../eventually.conformance.ts';
import { kafkaTransport } from './kafka-transport.ts';
import { startTestBroker, type TestBroker } from './test-broker.conformance.ts';

/** `sessionTimeout` of the consumer is 7 s. */
const LONGER_THAN_A_SESSION_MS = 9_000;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A broker of its own, since it is killed here. */
describe('Kafka that goes away and comes back', () => {
  let dataDir: string;
  let broker: TestBroker;
  let transport: BusTransport;
  const got: EventEnvelope[] = [];
  let slow: (id: string) => Promise<void> = async () => undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-outage-'));
    broker = await startTestBroker({ dataDir });
    transport = kafkaTransport({ brokers: broker.brokers, clientId: 'outage', logger: silent, subscribePatienceMs: 30_000 });
    await transport.subscribe({
      room: 'cas',
      once: {
        topics: [topicOf(sessionEnded)],
        receive: async (envelope) => {
          await slow(envelope.id);
          got.push(envelope);
        },
      },
      everywhere: { topics: [], receive: async () => undefined },
    });
  }, 180_000);
  afterAll(async () => {
    await transport.close();
    await broker.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  const envelope = (id: string): EventEnvelope => ({
    id,
    name: 'session.ended',
    version: 1,
    source: 'session-store',
    time: '2026-11-24T08:00:00.000Z',
    key: id,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { sessionId: id },
  });
  const publishAtLast = (id: string) => eventually(() => transport.publish([envelope(id)]), 60_000);
  const arrived = (id: string) =>
    eventually(async () => {
      const one = got.find((candidate) => candidate.id === id);
      if (one === undefined) throw new Error(`${id} has not arrived`);
      return one;
    }, 60_000);

  it('carries an envelope unchanged', async () => {
    await publishAtLast('first');
    expect(await arrived('first')).toEqual(envelope('first'));
  });

  it('hands on what is not one of our events, so that it can be parked, and goes on (CloudEvents, binary mode)', async () => {
    const producer = new Kafka({ clientId: 'stranger', brokers: [broker.brokers], logLevel: 0 }).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const topic = topicOf(sessionEnded);
    await producer.send({ topic, messages: [{ value: 'not json' }, { value: null }, { value: '{}', headers: { ce_id: 'x', ce_type: 'theirs' } }] });
    await producer.disconnect();
    await publishAtLast('second');
    await arrived('second');
    const strangers = () => got.filter(({ version }) => version === 0);
    await eventually(async () => expect(strangers().map(({ name }) => name).sort()).toEqual(['theirs', 'unreadable', 'unreadable']));
    for (const { id } of strangers()) expect(id).toMatch(/^kafka:latchkey\.session\.v1\/\d+\/\d+$/);
  });

  it('keeps its place in the group while a handler takes longer than a session may be silent', async () => {
    const admin = new Kafka({ clientId: 'observer', brokers: [broker.brokers], logLevel: 0 }).admin();
    await admin.connect();
    const members = async () => (await admin.describeGroups(['latchkey.cas'])).groups.flatMap((group) => group.members.map(({ memberId }) => memberId));
    const before = await members();
    let done = false;
    slow = async (id) => {
      if (id === 'slow') await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_A_SESSION_MS));
      done = true;
    };
    await publishAtLast('slow');
    await arrived('slow');
    await publishAtLast('behind');
    expect([before.length, await members(), done]).toEqual([1, before, true]);
    await arrived('behind');
    await admin.disconnect();
  }, 60_000);

  it('refuses to publish while it is away, and reads and writes again after it is back', async () => {
    await broker.kill();
    const refused = await transport.publish([envelope('lost')]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
    await broker.start();
    await publishAtLast('third');
    await arrived('third');
  }, 120_000);

  it('lets a room start while it is away, and reads when it comes', async () => {
    await broker.kill();
    const late = kafkaTransport({ brokers: broker.brokers, clientId: 'late', logger: silent, subscribePatienceMs: 50 });
    const seen: string[] = [];
    await late.subscribe({
      room: 'management',
      once: { topics: [topicOf(sessionEnded)], receive: async ({ id }) => void seen.push(id) },
      everywhere: { topics: [], receive: async () => undefined },
    });
    await broker.start();
    await publishAtLast('fourth');
    // Its group is new: it reads from the beginning.
    await eventually(async () => expect(seen).toEqual(expect.arrayContaining(['first', 'second', 'third', 'fourth'])), 60_000);
    await late.close();
  }, 120_000);
});
