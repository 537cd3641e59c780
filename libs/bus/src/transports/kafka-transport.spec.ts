import { afterAll, beforeAll } from '@jest/globals';
import { stopServices, testKafka } from '../../../testing/src/servers.ts';
import { busConformance } from '../bus.conformance.ts';
import { kafkaTransport } from './kafka-transport.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let brokers = '';
// The first start of a broker on a machine fetches it.
beforeAll(async () => {
  ({ brokers } = await testKafka());
}, 180_000);
afterAll(stopServices, 60_000);

busConformance('Kafka', async () => kafkaTransport({ brokers, clientId: 'conformance', logger: silent, subscribePatienceMs: 30_000 }));
