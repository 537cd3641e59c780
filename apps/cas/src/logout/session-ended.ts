import { sessionCopyKey, type Payload, type sessionEnded } from '@latchkey/contracts';
import type { Deliveries, NewDelivery } from '@latchkey/outbound';
import type { HotStore, Transaction } from '@latchkey/store';
import type { ProxyGrantingTickets } from '../proxy/proxy-granting-tickets.ts';
import type { Services } from '../services/services.ts';
import type { VisitRow, Visits } from '../visits/visits.ts';
import type { LogoutPayload } from './logout-delivery.ts';

interface Options {
  readonly hot: HotStore;
  readonly tenant: string;
  readonly visits: Visits;
  readonly granted: ProxyGrantingTickets;
  readonly services: Services;
  readonly deliveries: Deliveries;
}

/** So long the browser of whoever signed out has to tell a front-channel service. Then it is told like all others: a browser that was closed tells nobody. */
const BROWSER_HAS_MS = 30_000;

/**
 * Queues the logout of every service that was entered in the ended session, one delivery a ticket. The hot copy goes before
 * the visits are read: a validation that commits its visit after this reading finds no copy, asks, and is refused.
 * @see CAS Protocol 3.0 §2.3.3
 */
export class SessionEnded {
  constructor(private readonly options: Options) {}

  async handle(ended: Payload<typeof sessionEnded>, tx: Transaction): Promise<void> {
    const { hot, tenant, visits, granted, deliveries } = this.options;
    await hot.drop(sessionCopyKey(tenant, ended.sessionId));
    const rows = await visits.ofSessions([ended.sessionId], tx);
    await granted.endOf(ended.sessionId, tx);
    await deliveries.queue(
      tx,
      rows.flatMap((row) => this.deliveryFor(row, ended.reason)),
    );
  }

  /** A service that left the registry since is still told, at the address it was entered by. */
  private deliveryFor(visit: VisitRow, reason: string): NewDelivery[] {
    const service = this.options.services.byId(visit.service);
    // What stands behind forward auth asks us at every request: the end of the session is its logout.
    if (service?.logout.type === 'none' || service?.forwardAuth === true) return [];
    const byBrowser = service?.logout.type === 'front-channel' && reason === 'sign-out';
    const payload: LogoutPayload = { ticket: visit.ticket, user: visit.username };
    return [
      {
        sid: visit.sid,
        subject: visit.subject,
        application: visit.service,
        applicationName: service?.name ?? visit.service,
        address: service?.logout.url ?? visit.service_url,
        reason,
        payload,
        ...(byBrowser && { channel: 'front', delayMs: BROWSER_HAS_MS }),
      },
    ];
  }
}
