import { CasError, type ServiceUrl } from '@latchkey/cas-protocol';
import type { MatchedService } from '../services/services.ts';
import type { Tickets } from '../tickets/tickets.ts';
import type { Validations } from '../validate/validations.ts';
import type { Visits } from '../visits/visits.ts';
import type { SealedVisit } from './visit-seals.ts';

const MOST = 20_000;

/** Into a protected host by a ticket, which is spent, judged and written down where the tickets of every other service are. */
export class Entrance {
  /** Which sessions of scripts have entered which service: one visit is enough. */
  private readonly scripts = new Set<string>();

  constructor(private readonly parts: { validations: Validations; tickets: Tickets; visits: Visits }) {}

  async byTicket(service: ServiceUrl, ticket: string): Promise<SealedVisit | CasError> {
    const { validations, visits } = this.parts;
    const validation = await validations.attempt(() => ({ service, ticket, renew: false, pgtUrl: null, takesProxyTickets: false }));
    if (validation instanceof CasError) return validation;
    // The row that was just committed says whose visit it is.
    const visit = await visits.byTicket(ticket);
    return visit === null ? new CasError('INVALID_TICKET', 'The visit of this ticket is gone') : { ...visit, ticket };
  }

  /** A script has no page to be sent to, so its ticket is issued and spent at once. null: it has entered. */
  async byScript({ service, url }: MatchedService, { sid, subject, fresh }: { sid: string; subject: string; fresh: boolean }): Promise<CasError | null> {
    const mark = `${sid} ${service.id}`;
    if (this.scripts.has(mark)) return null;
    const ticket = await this.parts.tickets.issue({ service: url, serviceId: service.id, sid, subject, fromNewLogin: fresh });
    const visit = await this.byTicket(url, ticket);
    if (visit instanceof CasError) return visit;
    this.scripts.add(mark);
    if (this.scripts.size > MOST) this.scripts.delete(this.scripts.values().next().value!);
    return null;
  }
}
