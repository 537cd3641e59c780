import { casPeer, type DeliveryRow, type Participation } from '@latchkey/contracts';
import type { Deliveries } from '@latchkey/outbound';
import type { SignedOutApplication } from '@latchkey/pages';
import type { Peers } from '@latchkey/peers';
import type { Logger } from '@latchkey/runtime';
import type { Participants } from '../deliveries/participants.ts';
import type { Receipt } from './receipts.ts';

interface SignedOutParts {
  readonly deliveries: Deliveries;
  readonly participants: Participants;
  readonly peers: Peers;
  readonly tenant: string;
  readonly nowSeconds: () => number;
  readonly logger: Logger;
}

/** Until then an application without a delivery is taken to have one on its way. */
const SETTLING_SECONDS = 10;
const STATES = { delivered: 'told', trying: 'trying', parked: 'unreachable' } as const;

/** Who took part in an ended session, and whether they know. */
export class SignedOutList {
  constructor(private readonly parts: SignedOutParts) {}

  async of({ sid, at }: Receipt): Promise<SignedOutApplication[]> {
    const { tenant, deliveries, participants, peers, logger } = this.parts;
    const request = { tenant, subject: null, sid, state: null, limit: 200 };
    const cas = peers.to(casPeer);
    const [ours, oidc, theirs, visits] = await Promise.all([
      deliveries.list(request),
      participants.ofSession(sid),
      // The list is a courtesy: with the other room away it is shorter, never an error.
      cas.deliveries(request).then((answer) => answer.deliveries, (error: unknown) => this.without(logger, error)),
      cas.visits({ tenant, sid }).then((answer) => answer.visits, (error: unknown) => this.without(logger, error)),
    ]);
    const settling = this.parts.nowSeconds() - at < SETTLING_SECONDS;
    return merge([...ours, ...theirs], [...oidc, ...visits], settling);
  }

  private without(logger: Logger, error: unknown): never[] {
    logger.warn({ err: error }, 'the list of signed-out applications is not complete');
    return [];
  }
}

function merge(deliveries: readonly DeliveryRow[], participants: readonly Participation[], settling: boolean): SignedOutApplication[] {
  const told = deliveries.map(({ application, applicationName, state }) => ({ application, name: applicationName, state: STATES[state] }));
  const known = new Set(told.map(({ application }) => application));
  const others = new Map(participants.filter(({ application }) => !known.has(application)).map((each) => [each.application, each]));
  const untold = [...others.values()].map(({ applicationName, address }) => ({
    name: applicationName,
    state: settling ? ('trying' as const) : ('unreachable' as const),
    url: new URL(address).origin,
  }));
  return [...told.map(({ name, state }) => ({ name, state })), ...untold];
}
