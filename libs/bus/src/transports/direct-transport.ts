import type { BusTransport } from '../transport.ts';

/**
 * Rooms apart, without a broker: the relay of the producer posts each event to each consuming room, and its row goes when all of
 * them have it. What changes state is as sure as with Kafka: outbox, the same id, inbox.
 *
 * An everywhere-handler is told in the one replica that answered the post. Nothing depends on more: it is a hint that makes a
 * poll sooner, and the other replicas poll (the registry each second).
 */
export function directTransport(): BusTransport {
  return {
    direct: true,
    publish: async () => {
      throw new Error('There is no broker to publish to');
    },
    subscribe: async () => async () => undefined,
    close: async () => undefined,
  };
}
