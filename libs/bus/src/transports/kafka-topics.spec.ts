import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, STREAMS, topicOf } from '@latchkey/contracts';
import { ConfigResourceTypes, Kafka, type Admin } from 'kafkajs';
import { stopServices, testKafka } from '../../../testing/src/servers.ts';
import { eventually } from '../eventually.conformance.ts';
import { kafkaAddress } from './kafka-address.ts';
import { makeTopics, wantedTopics } from './kafka-topics.ts';

describe('topics of the bus (design §7)', () => {
  let admin: Admin;
  let prefix: string;
  const warned: string[] = [];
  const logger = { debug: () => undefined, info: () => undefined, warn: (_fields: object, message: string) => void warned.push(message), error: () => undefined };

  beforeAll(async () => {
    const address = kafkaAddress((await testKafka()).brokers);
    ({ prefix } = address);
    admin = new Kafka({ clientId: 'topics', brokers: address.brokers, logLevel: 0 }).admin();
    await admin.connect();
  }, 180_000);
  afterAll(async () => {
    await admin.disconnect();
    await stopServices();
  }, 60_000);

  const configOf = async (topic: string) => {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: `${prefix}${topic}` }] });
    return Object.fromEntries(resources.flatMap(({ configEntries }) => configEntries.map(({ configName, configValue }) => [configName, configValue])));
  };
  const partitionsOf = async (topic: string) => (await admin.fetchTopicMetadata({ topics: [`${prefix}${topic}`] })).topics[0]?.partitions.length;

  it('are made as their streams say, also by rooms that start together, and then need no word', async () => {
    await Promise.all([1, 2, 3].map(() => makeTopics(admin, prefix, logger)));
    for (const event of EVENTS) expect(await partitionsOf(topicOf(event))).toBe(STREAMS[event.stream].partitions);
    expect(await configOf('latchkey.session.v1')).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': '604800000', 'min.insync.replicas': '1' });
    expect(await configOf('latchkey.registry.v1')).toMatchObject({ 'cleanup.policy': 'compact' });
    await makeTopics(admin, prefix, logger);
    expect(warned).toEqual([]);
  });

  it('that are there already and deviate stay as they are, and a warning says what to alter', async () => {
    const other = `${prefix}other.`;
    const topic = `${other}latchkey.session.v1`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '1000' }] }], waitForLeaders: false });
    await eventually(async () => expect((await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions).toHaveLength(2));
    warned.length = 0;
    await makeTopics(admin, other, logger);
    expect(warned).toEqual([
      `${topic} has partitions 2, not 12. Add some: kafka-topics.sh --alter --topic ${topic} --partitions 12`,
      `${topic} has retention.ms 1000, not 604800000. Set it: kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config retention.ms=604800000`,
    ]);
  });

  it('are on three brokers and in sync on two, as soon as there are three', () => {
    const shape = (brokers: number) => wantedTopics('', brokers).map(({ replicas, config }) => [replicas, config['min.insync.replicas']]);
    for (const [brokers, replicas, inSync] of [[1, 1, '1'], [2, 2, '1'], [3, 3, '2'], [9, 3, '2']] as const)
      expect(new Set(shape(brokers).map(String))).toEqual(new Set([String([replicas, inSync])]));
  });
});
