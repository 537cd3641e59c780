import { randomBytes } from 'node:crypto';
import { service } from './test-services.ts';

export interface TestKafka {
  /** `host:port,host:port?prefix=…`, as KAFKA_BROKERS may: topics and groups of this test alone. */
  readonly brokers: string;
  close(): Promise<void>;
}

export async function testKafka(): Promise<TestKafka> {
  const brokers = await service('kafka');
  return { brokers: `${brokers}?prefix=t${randomBytes(6).toString('hex')}.`, close: async () => undefined };
}
