import { on, type Listener } from '@latchkey/bus';
import { registryChanged, sessionCopyKey, sessionEnded } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import type { RegistryCopy } from '@latchkey/peers';
import type { HotStore } from '@latchkey/store';
import type { BackChannelLogout } from './deliveries/back-channel-logout.ts';
import type { Grants } from './grants/grants.ts';

interface Parts {
  readonly grants: Grants;
  readonly deliveries: Deliveries;
  readonly backChannel: BackChannelLogout;
  readonly registry: RegistryCopy;
  readonly hot: HotStore;
  readonly tenant: string;
}

/** What this room listens to. It tells grant.revoked and delivery.settled. */
export function listeners({ grants, deliveries, backChannel, registry, hot, tenant }: Parts): readonly Listener[] {
  return [
    on.once(sessionEnded, async ({ sessionId, reason }, tx) => {
      // The copy goes before the rows are read: a grant that these rows miss was committed after, and then finds no copy (design, 6).
      await hot.drop(sessionCopyKey(tenant, sessionId));
      const ended = await grants.endOfSession(tx, sessionId);
      await deliveries.queue(tx, backChannel.deliveriesFor(ended, reason));
    }),
    on.everywhere(registryChanged, () => registry.refresh()),
  ];
}
