import { tokenIssuerPeer, type Participation } from '@latchkey/contracts';
import type { Peers } from '@latchkey/peers';
import type { Logger } from '@latchkey/runtime';
import type { Services } from '../services/services.ts';
import type { VisitRow, Visits } from './visits.ts';

interface Options {
  readonly peers: Peers;
  readonly tenant: string;
  readonly logger: Logger;
  readonly visits: Visits;
  readonly services: Services;
}

/** Which applications took part in a session: our own visits, and the grants of the token issuer. */
export class Participations {
  constructor(private readonly options: Options) {}

  /** Visits alone: what this room answers to others. */
  async visitsOf(sids: readonly string[]): Promise<Participation[]> {
    return (await this.options.visits.ofSessions(sids)).map((visit) => this.shown(visit));
  }

  async ofSession(sid: string): Promise<Participation[]> {
    const [visits, grants] = await Promise.all([this.visitsOf([sid]), this.grants({ subject: null, sid })]);
    return [...visits, ...grants];
  }

  async ofSubject(subject: string, sids: readonly string[]): Promise<Participation[]> {
    const [visits, grants] = await Promise.all([this.visitsOf(sids), this.grants({ subject, sid: null })]);
    return [...visits, ...grants];
  }

  /** A list for people to look at: it is shown without the other room's part when that room is away. */
  private async grants(of: { subject: string | null; sid: string | null }): Promise<Participation[]> {
    const { peers, tenant, logger } = this.options;
    try {
      return (await peers.to(tokenIssuerPeer).grants({ tenant, ...of })).participations;
    } catch (error) {
      logger.warn({ err: error }, 'the grants of the token issuer are not shown');
      return [];
    }
  }

  private shown(visit: VisitRow): Participation {
    const service = this.options.services.byId(visit.service);
    return {
      sid: visit.sid,
      protocol: 'cas',
      application: visit.service,
      applicationName: service?.name ?? visit.service,
      address: visit.service_url,
      at: visit.at.toISOString(),
    };
  }
}
