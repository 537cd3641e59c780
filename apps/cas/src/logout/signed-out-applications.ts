import { tokenIssuerPeer, type DeliveryRow, type Participation } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import type { SignedOutApplication } from '@latchkey/pages';
import type { Peers } from '@latchkey/peers';
import type { Clock, Logger } from '@latchkey/runtime';
import type { Services } from '../services/services.ts';
import type { Participations } from '../visits/participations.ts';
import type { Receipt } from './receipts.ts';

/** With the origins to which the browser is sent on, which the page's policy has to name. */
export type SignedOutPageApplication = SignedOutApplication & { readonly bringsTo: readonly string[] };

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

  /** `bring`: the address by which the browser of whoever signed out brings a delivery. */
  async of({ sid, at }: Receipt, bring: (delivery: string) => string): Promise<SignedOutPageApplication[]> {
    const { participations, clock } = this.options;
    const [entered, deliveries] = await Promise.all([participations.ofSession(sid), this.deliveries(sid)]);
    const queuing = clock.now() - at < QUEUED_WITHIN_MS;
    const applications = new Map(entered.map((one) => [`${one.protocol} ${one.application}`, one]));
    return [...applications].map(([key, participation]) =>
      this.isClosed(participation)
        ? shown(participation, [], 'told', bring)
        : shown(
            participation,
            deliveries.filter((delivery) => `${delivery.room === 'cas' ? 'cas' : 'oidc'} ${delivery.application}` === key),
            queuing && this.isTold(participation) ? 'trying' : 'unreachable',
            bring,
          ),
    );
  }

  /** Was a service entered in this session that the browser is to tell? */
  async anyByBrowser(sid: string): Promise<boolean> {
    const visits = await this.options.participations.visitsOf([sid]);
    return visits.some(({ application }) => this.options.services.byId(application)?.logout.type === 'front-channel');
  }

  private isTold({ protocol, application, address }: Participation): boolean {
    if (protocol === 'cas') return this.options.services.byId(application)?.logout.type !== 'none';
    return address !== '';
  }

  /** Behind forward auth the end of the session is all there is to tell: the next request finds none. */
  private isClosed({ protocol, application }: Participation): boolean {
    return protocol === 'cas' && this.options.services.byId(application)?.forwardAuth === true;
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
function shown(one: Participation, deliveries: readonly DeliveryRow[], withoutAny: SignedOutPageApplication['state'], bring: (delivery: string) => string): SignedOutPageApplication {
  const states = new Set(deliveries.map((delivery) => delivery.state));
  const settled = states.has('parked') ? 'unreachable' : states.has('trying') ? 'trying' : 'told';
  const state = deliveries.length === 0 ? withoutAny : settled;
  const byBrowser = deliveries.filter((delivery) => delivery.channel === 'front' && delivery.state === 'trying');
  return {
    name: one.applicationName,
    state,
    url: origin(one.address),
    bring: byBrowser.map(({ id }) => bring(id)),
    bringsTo: byBrowser.flatMap(({ address }) => origin(address) ?? []),
  };
}

function origin(address: string): string | null {
  return URL.canParse(address) ? new URL(address).origin : null;
}
