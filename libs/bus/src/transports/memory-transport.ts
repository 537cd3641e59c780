import { eventNamed, topicOf, type EventEnvelope } from '@latchkey/contracts';
import type { BusLogger } from '../logger.ts';
import type { BusTransport, Subscription } from '../transport.ts';

/**
 * Rooms of one process. Each envelope becomes JSON and back, so that nothing passes here that would not pass Kafka.
 * `publish` resolves when every once-handler has settled: only then does the outbox row go, so a crash loses nothing.
 */
export function memoryTransport({ logger }: { logger?: BusLogger } = {}): BusTransport {
  const subscriptions = new Set<Subscription>();
  return {
    // A handler may be tried for a while; that is not absence.
    patienceMs: 30_000,
    publish: async (envelopes) => {
      for (const envelope of envelopes) await carry(envelope, [...subscriptions], logger);
    },
    subscribe: async (subscription) => {
      subscriptions.add(subscription);
      return async () => void subscriptions.delete(subscription);
    },
    close: async () => subscriptions.clear(),
  };
}

async function carry(envelope: EventEnvelope, subscriptions: readonly Subscription[], logger: BusLogger | undefined): Promise<void> {
  const event = eventNamed(envelope.name, envelope.version);
  if (event === undefined) throw new Error(`No event ${envelope.name} v${envelope.version}`);
  const topic = topicOf(event);
  const wire = JSON.stringify(envelope);
  const arrive = () => JSON.parse(wire) as EventEnvelope;
  // A room that has not begun, or has stopped already, must not miss it: the row waits, or goes round to it.
  const absent = event.consumers.filter((room) => !subscriptions.some((subscription) => subscription.room === room));
  const settled = await Promise.allSettled(
    subscriptions.filter(({ once }) => once.topics.includes(topic)).map(({ once }) => once.receive(arrive())),
  );
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  if (absent.length > 0) throw new Error(`${envelope.name} has no reader in ${absent.join(', ')}`);
  for (const { everywhere } of subscriptions) {
    if (!everywhere.topics.includes(topic)) continue;
    void everywhere.receive(arrive()).catch((error: unknown) => logger?.warn({ err: error }, 'A hint was lost'));
  }
}
