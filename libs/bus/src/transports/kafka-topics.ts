import { setTimeout as pause } from 'node:timers/promises';
import { EVENTS, STREAMS, STREAM_DAYS, topicOf, type Stream } from '@latchkey/contracts';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import type { BusLogger } from '../logger.ts';

// Node sees only some of the names that kafkajs exports: those that a CommonJS module names in a way it can read.
const { ConfigResourceTypes } = kafkajs;

const LEADER_TRIES = 50;
const LEADER_EVERY_MS = 200;

type Config = Readonly<Record<string, string>>;

interface Wanted {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config: Config;
}

/** Makes the topics that are missing, and says what is odd about those that are there: changing them is the operator's. */
export async function makeTopics(admin: Admin, prefix: string, logger: BusLogger): Promise<void> {
  const { brokers } = await admin.describeCluster();
  const wanted = wantedTopics(prefix, brokers.length);
  const there = new Set(await admin.listTopics());
  const missing = wanted.filter(({ topic }) => !there.has(topic));
  const present = wanted.filter(({ topic }) => there.has(topic));
  // Rooms that start together make them together: what another one made meanwhile is no error.
  await Promise.all(missing.map((one) => admin.createTopics({ topics: [inKafka(one)], waitForLeaders: false })));
  if (missing.length > 0) await haveLeaders(admin, missing.map(({ topic }) => topic));
  if (present.length === 0) return;
  try {
    for (const { topic, deviation, advice } of await deviations(admin, present)) logger.warn({ topic, deviation }, advice);
  } catch (error) {
    logger.debug({ err: error }, 'The topics of Kafka could not be checked');
  }
}

/** A broker hears of a new topic a moment after the controller made it; kafkajs's own waiting stumbles over that moment. */
async function haveLeaders(admin: Admin, topics: string[]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics });
      if (found.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
      if (tries >= LEADER_TRIES) throw new Error(`No broker leads ${topics.join(', ')}`);
    } catch (error) {
      if (tries >= LEADER_TRIES) throw error;
    }
    await pause(LEADER_EVERY_MS);
  }
}

export function wantedTopics(prefix: string, brokers: number): Wanted[] {
  const streams = new Map<string, Stream>(EVENTS.map((event) => [topicOf(event), STREAMS[event.stream]]));
  const replicas = Math.min(3, Math.max(1, brokers));
  return [...streams].map(([topic, { partitions, keeps }]) => ({
    topic: `${prefix}${topic}`,
    partitions,
    replicas,
    config: {
      ...(keeps === 'latest' ? { 'cleanup.policy': 'compact' } : { 'cleanup.policy': 'delete', 'retention.ms': String(STREAM_DAYS * 24 * 3_600_000) }),
      // acks=all with three replicas: one broker may be away, and what was acknowledged is on two.
      'min.insync.replicas': replicas >= 3 ? '2' : '1',
    },
  }));
}

function inKafka({ topic, partitions, replicas, config }: Wanted): ITopicConfig {
  return {
    topic,
    numPartitions: partitions,
    replicationFactor: replicas,
    configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
  };
}

interface Deviation {
  readonly topic: string;
  readonly deviation: string;
  readonly advice: string;
}

async function deviations(admin: Admin, wanted: readonly Wanted[]): Promise<Deviation[]> {
  const topics = wanted.map(({ topic }) => topic);
  const [metadata, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics }),
    admin.describeConfigs({ includeSynonyms: false, resources: topics.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })) }),
  ]);
  return wanted.flatMap((one) => {
    const shape = metadata.topics.find(({ name }) => name === one.topic)?.partitions ?? [];
    const entries = resources.find(({ resourceName }) => resourceName === one.topic)?.configEntries ?? [];
    const config = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
    return [...oddShape(one, shape), ...oddConfig(one, config)];
  });
}

function oddShape({ topic, partitions, replicas }: Wanted, shape: readonly { replicas: readonly number[] }[]): Deviation[] {
  const found: Deviation[] = [];
  if (shape.length > 0 && shape.length < partitions) {
    const deviation = `partitions ${shape.length}, not ${partitions}`;
    found.push({ topic, deviation, advice: `${topic} has ${deviation}. Add some: kafka-topics.sh --alter --topic ${topic} --partitions ${partitions}` });
  }
  const least = Math.min(...shape.map((partition) => partition.replicas.length));
  if (shape.length > 0 && least < replicas) {
    const deviation = `replicas ${least}, not ${replicas}`;
    found.push({ topic, deviation, advice: `${topic} has ${deviation}, so the loss of a broker can lose events. Reassign it: kafka-reassign-partitions.sh` });
  }
  return found;
}

function oddConfig({ topic, config }: Wanted, actual: ReadonlyMap<string, string>): Deviation[] {
  return Object.entries(config).flatMap(([name, value]) => {
    const is = actual.get(name);
    if (is === undefined || is === value || isSafer(name, is, value)) return [];
    const deviation = `${name} ${is}, not ${value}`;
    const alter = `kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${name}=${value}`;
    return [{ topic, deviation, advice: `${topic} has ${deviation}. Set it: ${alter}` }];
  });
}

/** More in-sync replicas are nobody's fault, as long as there are that many. */
function isSafer(name: string, is: string, wanted: string): boolean {
  return name === 'min.insync.replicas' && Number(is) > Number(wanted);
}
