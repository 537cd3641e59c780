import { tokenIssuerPeer, type DeliveryRow, type Participation } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import type { SignedOutApplication } from '@latchkey/pages';
import type { Peers } from '@latchkey/peers';
import type { Clock, Logger } from '@latchkey/runtime';
import type { Services } from '../services/services.ts';
import type { Participations } from '../visits/participations.ts';
import type { Receipt } from './receipts.ts';

/** Between the end of a session and the deliveries of it lies an event. One that has none by now is not told. */
const QUEUED_WITHIN_MS = 15_000;

interface Options {
  readonly peers: Peers;
  readonly tenant: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deliveries: Deliveries;
  readonly participations: Participations;
  readonly services: Services;
}

/** How the applications of an ended session are told, over both protocols. */
export class SignedOutApplications {
  constructor(private readonly options: Options) {}

  async of({ sid, at }: Receipt): Promise<SignedOutApplication[]> {
    const { participations, clock } = this.options;
    const [entered, deliveries] = await Promise.all([participations.ofSession(sid), this.deliveries(sid)]);
    const queuing = clock.now() - at < QUEUED_WITHIN_MS;
    const applications = new Map(entered.map((one) => [`${one.protocol} ${one.application}`, one]));
    return [...applications].map(([key, participation]) =>
      shown(
        participation,
        deliveries.filter((delivery) => `${delivery.room === 'cas' ? 'cas' : 'oidc'} ${delivery.application}` === key),
        queuing && this.isTold(participation),
      ),
    );
  }

  private isTold({ protocol, application, address }: Participation): boolean {
    if (protocol === 'cas') return this.options.services.byId(application)?.logout.type !== 'none';
    return address !== '';
  }

  private async deliveries(sid: string): Promise<DeliveryRow[]> {
    const { peers, tenant, deliveries, logger } = this.options;
    const request = { subject: null, sid, state: null, limit: 200 };
    const theirs = peers
      .to(tokenIssuerPeer)
      .deliveries({ tenant, ...request })
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'the deliveries of the token issuer are not shown');
        return { deliveries: [] };
      });
    return [...(await deliveries.list(request)), ...(await theirs).deliveries];
  }
}

/** Several tickets of one application: it is told when all of them are. */
function shown(one: Participation, deliveries: readonly DeliveryRow[], expected: boolean): SignedOutApplication {
  const states = new Set(deliveries.map((delivery) => delivery.state));
  const trying = states.has('trying') || (deliveries.length === 0 && expected);
  const state = states.has('parked') ? 'unreachable' : trying ? 'trying' : states.has('delivered') ? 'told' : 'unreachable';
  return { name: one.applicationName, state, url: origin(one.address) };
}

function origin(address: string): string | null {
  return URL.canParse(address) ? new URL(address).origin : null;
}
