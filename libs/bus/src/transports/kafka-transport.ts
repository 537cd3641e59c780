import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { eventNamed, topicOf, type EventEnvelope, type Room } from '@latchkey/contracts';
import { Kafka, Partitioners, logLevel, type Admin, type Consumer, type EachMessagePayload, type IHeaders, type Producer, type SASLOptions } from 'kafkajs';
import type { BusLogger } from '../logger.ts';
import type { BusTransport, Subscription } from '../transport.ts';
import { DISCONNECT_PATIENCE_MS, bounded } from './bounded.ts';
import { fromMessage, toMessage } from './cloud-events.ts';
import { kafkaAddress } from './kafka-address.ts';
import { KafkaLag } from './kafka-lag.ts';
import { makeTopics } from './kafka-topics.ts';

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaTransportOptions {
  /** `host:port,…`, or a list; `?prefix=` goes before every topic and group. */
  readonly brokers: string | readonly string[];
  readonly clientId: string;
  readonly logger: BusLogger;
  /** TLS to the brokers; `ca` (PEM) where no public authority vouches for them. */
  readonly ssl?: boolean | { readonly ca: string };
  readonly sasl?: KafkaSasl;
  /** How long `subscribe` waits for its first fetch; after it the room starts without, and the reader goes on trying. */
  readonly subscribePatienceMs?: number;
}

const AGAIN_MS = 500;
/** A publish that hangs holds rows of its own; more of them at once help nobody. */
const MAX_PUBLISHING = 2;

patchRequestQueue();

export function kafkaTransport(options: KafkaTransportOptions): BusTransport {
  const { clientId, logger, subscribePatienceMs = 5_000 } = options;
  const { brokers, prefix } = kafkaAddress(options.brokers);
  const kafka = new Kafka({
    clientId,
    brokers,
    ...(options.ssl === undefined ? {} : { ssl: typeof options.ssl === 'boolean' ? options.ssl : { ca: [options.ssl.ca] } }),
    ...(options.sasl === undefined ? {} : { sasl: saslOptions(options.sasl) }),
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    logLevel: logLevel.WARN,
    // Its errors are an absent or starting broker, which every caller here rides out.
    logCreator: () => ({ level, log }) =>
      logger[level === logLevel.ERROR ? 'warn' : 'debug']({ kafka: { ...log, timestamp: undefined, logger: undefined } }, log.message),
  });
  const lag = new KafkaLag(kafka, prefix);
  const readers = new Set<Reader>();
  let topicsMade: Promise<void> | undefined;
  let producer: Promise<Producer> | undefined;
  let publishing = 0;
  let closed = false;

  const ensureTopics = (): Promise<void> => {
    topicsMade ??= withAdmin(kafka, (admin) => makeTopics(admin, prefix, logger)).catch((error: unknown) => {
      topicsMade = undefined;
      throw error;
    });
    return topicsMade;
  };
  const connectedProducer = async (): Promise<Producer> => {
    await ensureTopics();
    const made = kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    });
    try {
      await made.connect();
      return made;
    } catch (error) {
      // What never connected holds timers too.
      await bounded(made.disconnect());
      throw error;
    }
  };

  return {
    publish: async (envelopes) => {
      if (closed) throw new Error('This transport is closed');
      if (publishing >= MAX_PUBLISHING) throw new Error('Kafka has not answered what was published before');
      publishing += 1;
      const mine = (producer ??= connectedProducer());
      try {
        await (await mine).sendBatch({ acks: -1, topicMessages: byTopic(envelopes, prefix) });
      } catch (error) {
        // After a failure its sequence numbers may be ahead of the broker's, so it is not used again.
        if (producer === mine) producer = undefined;
        void mine.then((broken) => bounded(broken.disconnect()), () => undefined);
        throw error;
      } finally {
        publishing -= 1;
      }
    },
    subscribe: async ({ room, once, everywhere }: Subscription) => {
      const group = groupOf(prefix, room);
      const read = { kafka, logger, prefix, ensureTopics };
      const mine: Reader[] = [];
      if (once.topics.length > 0) mine.push(new Reader({ ...read, ...once, group, resumes: true }));
      if (everywhere.topics.length > 0) {
        const unique = `${group}.everywhere.${randomBytes(8).toString('hex')}`;
        mine.push(new Reader({ ...read, ...everywhere, group: unique, resumes: false }));
      }
      for (const reader of mine) readers.add(reader);
      await Promise.race([Promise.all(mine.map((reader) => reader.started)), pause(subscribePatienceMs, undefined, { ref: false })]);
      return async () => {
        await Promise.all(mine.map((reader) => reader.stop()));
        for (const reader of mine) readers.delete(reader);
      };
    },
    lag: async (room) => {
      const group = groupOf(prefix, room);
      return lag.of(group, [...readers].filter((reader) => reader.group === group).flatMap(({ topics }) => topics));
    },
    close: async () => {
      closed = true;
      await Promise.all([...readers].map((reader) => reader.stop()));
      await Promise.all([lag.close(), bounded(producer?.then((made) => made.disconnect()))]);
    },
  };
}

interface ReaderParts {
  readonly kafka: Kafka;
  readonly logger: BusLogger;
  readonly prefix: string;
  readonly group: string;
  readonly topics: readonly string[];
  /** True: from where the group stopped, the first time from the beginning. False: from now on, committing nothing. */
  readonly resumes: boolean;
  ensureTopics(): Promise<void>;
  receive(envelope: EventEnvelope): Promise<void>;
}

/** One consumer, made anew whenever it crashes, until it is stopped. */
class Reader {
  /** Resolves at the first fetch: from then on nothing that is published is missed. */
  readonly started: Promise<void>;
  private readonly ended: Promise<void>;
  private readonly stopping = new AbortController();

  constructor(private readonly parts: ReaderParts) {
    let begun = (): void => undefined;
    this.started = new Promise((resolve) => (begun = resolve));
    this.ended = this.keepReading(begun);
  }

  get group(): string {
    return this.parts.group;
  }

  get topics(): readonly string[] {
    return this.parts.topics;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await bounded(this.ended, 2 * DISCONNECT_PATIENCE_MS);
  }

  private async keepReading(begun: () => void): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const consumer = this.consumer();
      try {
        await this.parts.ensureTopics();
        await this.readUntilCrash(consumer, begun);
      } catch (error) {
        this.parts.logger.warn({ group: this.parts.group, err: error }, 'Events cannot be read from Kafka; it is tried again');
      }
      await bounded(consumer.disconnect());
      await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private consumer(): Consumer {
    return this.parts.kafka.consumer({
      groupId: this.parts.group,
      allowAutoTopicCreation: false,
      // A member that died with its broker is waited for this long before the others may read on.
      sessionTimeout: 7_000,
      rebalanceTimeout: 10_000,
      heartbeatInterval: 1_000,
      maxWaitTimeInMs: 250,
      // Restarted here, from scratch: kafkajs itself gives up at some errors.
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 10, restartOnFailure: async () => false },
    });
  }

  private async readUntilCrash(consumer: Consumer, begun: () => void): Promise<void> {
    const { topics, prefix, resumes } = this.parts;
    const crashed = new Promise<unknown>((resolve) => consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error)));
    consumer.on(consumer.events.FETCH, begun);
    await consumer.connect();
    await consumer.subscribe({ topics: topics.map((topic) => `${prefix}${topic}`), fromBeginning: resumes });
    await consumer.run({
      autoCommit: resumes,
      partitionsConsumedConcurrently: 3,
      eachMessage: (message) => (resumes ? this.settle(message) : this.parts.receive(envelopeOf(message))),
    });
    const { signal } = this.stopping;
    const stopped = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
    const error = signal.aborted ? undefined : await Promise.race([crashed, stopped]);
    if (error !== undefined) throw error;
  }

  /** The offset moves only when the envelope is settled; while the room cannot write, its partition waits here. */
  private async settle(message: EachMessagePayload): Promise<void> {
    const envelope = envelopeOf(message);
    const alive = setInterval(() => void message.heartbeat().catch(() => undefined), 1_500);
    try {
      for (;;) {
        try {
          return await this.parts.receive(envelope);
        } catch (error) {
          this.parts.logger.warn({ event: envelope.name, id: envelope.id, err: error }, 'An event cannot be settled yet; it is kept');
          await pause(1_000, undefined, { signal: this.stopping.signal });
        }
      }
    } finally {
      clearInterval(alive);
    }
  }
}

function groupOf(prefix: string, room: Room): string {
  return `${prefix}latchkey.${room}`;
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await bounded(admin.disconnect());
  }
}

/** Of kafkajs's own type each mechanism is a case of its own. */
function saslOptions({ mechanism, username, password }: KafkaSasl): SASLOptions {
  return { mechanism, username, password } as SASLOptions;
}

function byTopic(envelopes: readonly EventEnvelope[], prefix: string): { topic: string; messages: ReturnType<typeof toMessage>[] }[] {
  const topics = new Map<string, ReturnType<typeof toMessage>[]>();
  for (const envelope of envelopes) {
    const event = eventNamed(envelope.name, envelope.version);
    if (event === undefined) throw new Error(`No event ${envelope.name} v${envelope.version}`);
    const topic = `${prefix}${topicOf(event)}`;
    topics.set(topic, [...(topics.get(topic) ?? []), toMessage(envelope)]);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

function envelopeOf({ topic, partition, message }: EachMessagePayload): EventEnvelope {
  const { offset, key, value, headers } = message;
  return fromMessage({ topic, partition, offset, key, value, header: (name) => headerText(headers, name) });
}

function headerText(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first?.toString();
}

/**
 * kafkajs 2.2.4 arms a timer with a negative delay after every request that is not throttled: thousands a second, each of them
 * for nothing. This arms one only when something waits.
 */
function patchRequestQueue(): void {
  interface Queue {
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    pending: unknown[];
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
  const load = createRequire(import.meta.url);
  const RequestQueue = load('kafkajs/src/network/requestQueue/index.js') as { prototype: Queue };
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: Queue) {
    const waitMs = this.throttledUntil - Date.now();
    if (this.throttleCheckTimeoutId !== null || (this.pending.length === 0 && waitMs <= 0)) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      waitMs > 0 ? waitMs : 10,
    );
  };
}
