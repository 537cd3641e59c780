import { sessionCopyKey, type Payload, type sessionEnded } from '@latchkey/contracts';
import type { Deliveries, NewDelivery } from '@latchkey/outbound';
import type { HotStore, Transaction } from '@latchkey/store';
import type { Services } from '../services/services.ts';
import type { VisitRow, Visits } from '../visits/visits.ts';
import type { LogoutPayload } from './logout-delivery.ts';

interface Options {
  readonly hot: HotStore;
  readonly tenant: string;
  readonly visits: Visits;
  readonly services: Services;
  readonly deliveries: Deliveries;
}

/**
 * Queues the logout of every service that was entered in the ended session, one delivery a ticket. The hot copy goes before
 * the visits are read: a validation that commits its visit after this reading finds no copy, asks, and is refused.
 * @see CAS Protocol 3.0 §2.3.3
 */
export class SessionEnded {
  constructor(private readonly options: Options) {}

  async handle(ended: Payload<typeof sessionEnded>, tx: Transaction): Promise<void> {
    const { hot, tenant, visits, deliveries } = this.options;
    await hot.drop(sessionCopyKey(tenant, ended.sessionId));
    const rows = await visits.ofSessions([ended.sessionId], tx);
    await deliveries.queue(
      tx,
      rows.flatMap((row) => this.deliveryFor(row, ended.reason)),
    );
  }

  /** A service that left the registry since is still told, at the address it was entered by. */
  private deliveryFor(visit: VisitRow, reason: string): NewDelivery[] {
    const service = this.options.services.byId(visit.service);
    if (service?.logout.type === 'none') return [];
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
      },
    ];
  }
}
