import type { EventEnvelope, Room } from '@latchkey/contracts';
import type { BusTransport } from './transport.ts';

/** A real transport that can be made to fail as an absent broker, or as one whose acknowledgements get lost, does. */
export interface Switchable extends BusTransport {
  refuse(): void;
  /** Publishes, and then fails, this many times. */
  loseAcknowledgements(times: number): void;
  allow(): void;
  /** How often an event of this key was really published. */
  published(key: string): number;
}

export function switchable(transport: BusTransport): Switchable {
  let refusing = false;
  let losing = 0;
  const count = new Map<string, number>();
  return {
    ...(transport.direct === undefined ? {} : { direct: transport.direct }),
    ...(transport.patienceMs === undefined ? {} : { patienceMs: transport.patienceMs }),
    publish: async (envelopes: readonly EventEnvelope[]) => {
      if (refusing) throw new Error('The broker is away');
      await transport.publish(envelopes);
      for (const { key } of envelopes) count.set(key, (count.get(key) ?? 0) + 1);
      if (losing <= 0) return;
      losing -= 1;
      throw new Error('The acknowledgement was lost');
    },
    subscribe: (subscription) => transport.subscribe(subscription),
    lag: async (room: Room) => (await transport.lag?.(room)) ?? [],
    close: () => transport.close(),
    refuse: () => void (refusing = true),
    loseAcknowledgements: (times) => void (losing = times),
    allow: () => {
      refusing = false;
      losing = 0;
    },
    published: (key) => count.get(key) ?? 0,
  };
}
