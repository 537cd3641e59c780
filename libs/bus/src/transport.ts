import type { EventEnvelope, Room } from '@latchkey/contracts';
import type { TopicLag } from './stats.ts';

/** Carries envelopes between rooms: Kafka, or the memory of one process. */
export interface BusTransport {
  /** There is no broker: nothing is published, every event takes the way round at once. */
  readonly direct?: boolean;
  /** How long the relay waits for `publish` before it holds the transport for away; default 2 s. */
  readonly patienceMs?: number;
  /** Resolves when every envelope is safe with the transport (Kafka: acks=all). Rejects when it is away. */
  publish(envelopes: readonly EventEnvelope[]): Promise<void>;
  /** Resolves also when the transport is away: it goes on trying by itself. Returns the way to end this subscription. */
  subscribe(subscription: Subscription): Promise<Unsubscribe>;
  /** How far a room's group is behind. Answers within seconds, also when the transport is away: then with nothing. */
  lag?(room: Room): Promise<readonly TopicLag[]>;
  close(): Promise<void>;
}

export type Unsubscribe = () => Promise<void>;

export interface Subscription {
  readonly room: Room;
  /** Group = room, at least once, retried by the receiver's inbox: resolves when the envelope is settled (handled or parked). */
  readonly once: { readonly topics: readonly string[]; receive(envelope: EventEnvelope): Promise<void> };
  /** Each replica, from latest; failures are only logged. */
  readonly everywhere: { readonly topics: readonly string[]; receive(envelope: EventEnvelope): Promise<void> };
}
