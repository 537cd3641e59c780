import { on, type Listener } from '@latchkey/bus';
import { registryChanged, sessionEnded } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import type { RegistryCopy } from '@latchkey/peers';
import type { BackChannelLogout } from './deliveries/back-channel-logout.ts';
import type { Grants } from './grants/grants.ts';

interface Parts {
  readonly grants: Grants;
  readonly deliveries: Deliveries;
  readonly backChannel: BackChannelLogout;
  readonly registry: RegistryCopy;
}

/** What this room listens to. It tells grant.revoked and delivery.settled. */
export function listeners({ grants, deliveries, backChannel, registry }: Parts): readonly Listener[] {
  return [
    on.once(sessionEnded, async ({ sessionId, reason }, tx) => {
      // session-store ended the row and deleted the copy before it told: what these rows miss, "insert, then look" refuses.
      const ended = await grants.endOfSession(tx, sessionId);
      await deliveries.queue(tx, backChannel.deliveriesFor(ended, reason));
    }),
    on.everywhere(registryChanged, () => registry.refresh()),
  ];
}
