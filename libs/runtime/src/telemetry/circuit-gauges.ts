import type { Room } from '@latchkey/contracts';
import { reading, type Metrics } from './metrics.ts';

/** Remembers which rooms are not asked at the moment. */
export class CircuitGauges {
  private readonly open = new Map<Room, boolean>();

  constructor(metrics: Metrics) {
    metrics.collect('circuits', () => [...this.open].map(([to, open]) => reading('latchkey_peer_circuit_open', Number(open), { to })));
  }

  readonly turned = (room: Room, open: boolean): void => void this.open.set(room, open);
}
