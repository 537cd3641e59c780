import type { RoomBus } from '@latchkey/bus';
import type { parkedEventsPeer, PeerHandlers } from '@latchkey/contracts';

/** What every room tells management of the events that it gave up on. */
export function answerParked({ parked }: Pick<RoomBus, 'parked'>): PeerHandlers<ReturnType<typeof parkedEventsPeer>> {
  return {
    listParked: async ({ limit }) => ({ events: await parked.list(limit) }),
    replayParked: async ({ id }) => ({ outcome: await parked.replay(id) }),
    discardParked: async ({ id }) => ({ discarded: await parked.discard(id) }),
  };
}
