import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionEnded, topicOf, type EventEnvelope } from '@latchkey/contracts';
import { eventually } from '../eventually.conformance.ts';
import { startTestBroker, type TestBroker } from './test-broker.conformance.ts';
import { kafkaTransport, type KafkaTransportOptions } from './kafka-transport.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const tls = (name: string) => readFileSync(new URL(`../../../../conformance/platform/tls/${name}`, import.meta.url), 'utf8');
const certificate = tls('certificate.pem');
const good = { mechanism: 'plain', username: 'latchkey', password: 'a password of the test' } as const;

describe('Kafka behind TLS and SASL', () => {
  let dataDir: string;
  let broker: TestBroker;
  const opened: { close(): Promise<void> }[] = [];
  const open = (how: Pick<KafkaTransportOptions, 'ssl' | 'sasl'>) => {
    const transport = kafkaTransport({ brokers: broker.secureBrokers ?? '', clientId: 'secure', logger: silent, subscribePatienceMs: 30_000, ...how });
    opened.push(transport);
    return transport;
  };
  const envelope: EventEnvelope = { id: 'one', name: 'session.ended', version: 1, source: 'session-store', time: '', key: 'k', traceparent: null, data: {} };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-secure-'));
    broker = await startTestBroker({ dataDir, secure: { certificate, key: tls('key.pem'), username: good.username, password: good.password } });
  }, 180_000);
  afterAll(async () => {
    await Promise.all(opened.map((transport) => transport.close()));
    await broker.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  it('carries events for who has the password and knows the authority', async () => {
    const transport = open({ ssl: { ca: certificate }, sasl: good });
    const got: string[] = [];
    await transport.subscribe({
      room: 'cas',
      once: { topics: [topicOf(sessionEnded)], receive: async ({ id }) => void got.push(id) },
      everywhere: { topics: [], receive: async () => undefined },
    });
    await eventually(() => transport.publish([envelope]), 60_000);
    await eventually(async () => expect(got).toContain('one'), 60_000);
  }, 120_000);

  it.each([
    ['another password', { ssl: { ca: certificate }, sasl: { ...good, password: 'wrong' } }, /authentication/i],
    ['a broker whose authority nobody knows (RFC 8446 §4.4.2.4)', { ssl: true, sasl: good }, /self-signed|certificate/i],
    ['no TLS', { sasl: good }, /closed|timeout|disconnect|ECONNRESET/i],
  ] as const)('carries nothing with %s', async (_, how, why) => {
    await expect(open(how).publish([envelope])).rejects.toThrow(why);
  }, 60_000);
});
