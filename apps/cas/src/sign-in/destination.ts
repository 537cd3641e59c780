import { withTicket } from '@latchkey/cas-protocol';
import type { ServiceEntry, SessionCopy } from '@latchkey/contracts';
import { notAdmitted } from '../pages/refusals.ts';
import type { People } from '../people/people.ts';
import { admits } from '../services/services.ts';
import type { Tickets } from '../tickets/tickets.ts';
import type { Purpose } from './purpose.ts';

/** Where a signed-in person goes on: to the service with a fresh ticket, back to the authorization endpoint, or to a page of ours. */
export class Destinations {
  constructor(private readonly options: { tickets: Tickets; people: People }) {}

  async of(purpose: Purpose, session: SessionCopy, fromNewLogin: boolean): Promise<string> {
    switch (purpose.kind) {
      case 'service': {
        const { service, url } = purpose.matched;
        await this.checkAdmitted(service, session.subject);
        const { sid, subject } = session;
        return withTicket(url, await this.options.tickets.issue({ service: url, serviceId: service.id, sid, subject, fromNewLogin }));
      }
      case 'pending':
        return `/oauth2/authorize?pending=${encodeURIComponent(purpose.pending)}`;
      case 'own-page':
        return purpose.path;
      case 'nothing':
        return '/cas/login';
    }
  }

  /** Groups are read from the truth, and only for a service that asks for one. Validation checks again. */
  private async checkAdmitted(service: ServiceEntry, subject: string): Promise<void> {
    if (service.groups.length === 0) return;
    const person = await this.options.people.bySubject(subject);
    if (person === null || !admits(service, person.groups)) throw notAdmitted(service.name);
  }
}
