import { deflateRawSync } from 'node:zlib';
import { logoutRequestXml } from '@latchkey/cas-protocol';
import type { ClaimedDelivery, Deliveries } from '@latchkey/outbound';
import type { Clock } from '@latchkey/runtime';
import type { LogoutPayload } from './logout-delivery.ts';

/** Single logout by way of the browser: a frame or a link of the signed-out page comes here and is sent on to the service. */
export class FrontChannel {
  constructor(private readonly options: { deliveries: Deliveries; clock: Clock }) {}

  /**
   * Records that the browser brings it, and where to: the service with the same request that the back channel posts, deflated as
   * for SAML's redirect binding. null: that session has nothing to be brought there by a browser.
   */
  async goOn(sid: string, delivery: string): Promise<string | null> {
    const { deliveries, clock } = this.options;
    const settled = await deliveries.settleByBrowser({ id: delivery, sid, answer: 'brought by the browser' });
    return settled === null ? null : addressOf(settled, clock.now());
  }
}

function addressOf(delivery: ClaimedDelivery, now: number): string {
  const { ticket, user } = delivery.payload as LogoutPayload;
  const xml = logoutRequestXml({ id: `LR-${delivery.id}`, issuedAt: new Date(now), user, ticket });
  const address = new URL(delivery.address);
  address.searchParams.append('SAMLRequest', deflateRawSync(xml).toString('base64'));
  return address.href;
}
