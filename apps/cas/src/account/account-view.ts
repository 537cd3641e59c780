import { sessionStorePeer, tokenIssuerPeer, type DeliveryRow } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import type { AccountDelivery, AccountSession } from '@latchkey/pages';
import type { Peers } from '@latchkey/peers';
import type { Logger } from '@latchkey/runtime';
import type { Participations } from '../visits/participations.ts';

const SHOWN_SESSIONS = 50;
const SHOWN_DELIVERIES = 30;

interface Options {
  readonly peers: Peers;
  readonly tenant: string;
  readonly logger: Logger;
  readonly participations: Participations;
  readonly deliveries: Deliveries;
}

/** What a person sees of their own sign-ins: living sessions with their applications, and the ledger of deliveries. */
export class AccountView {
  constructor(private readonly options: Options) {}

  async sessions(subject: string, currentSid: string): Promise<AccountSession[]> {
    const { peers, tenant, participations } = this.options;
    const { sessions } = await peers.to(sessionStorePeer).list({ tenant, subject, alive: true, limit: SHOWN_SESSIONS, before: null });
    const entered = await participations.ofSubject(
      subject,
      sessions.map((session) => session.sid),
    );
    return sessions.map(({ sid, device, startedAt, seenAt }) => ({
      sid,
      current: sid === currentSid,
      ...device,
      startedAt,
      seenAt,
      applications: [...new Set(entered.filter((one) => one.sid === sid).map((one) => one.applicationName))],
    }));
  }

  async deliveries(subject: string): Promise<AccountDelivery[]> {
    const { peers, tenant, deliveries, logger } = this.options;
    const request = { subject, sid: null, state: null, limit: SHOWN_DELIVERIES };
    const theirs = peers
      .to(tokenIssuerPeer)
      .deliveries({ tenant, ...request })
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'the deliveries of the token issuer are not shown');
        return { deliveries: [] as DeliveryRow[] };
      });
    const all = [...(await deliveries.list(request)), ...(await theirs).deliveries];
    return all.sort((a, b) => (a.queuedAt < b.queuedAt ? 1 : -1)).slice(0, SHOWN_DELIVERIES);
  }
}
