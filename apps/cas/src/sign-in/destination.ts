import { withArtifact, withTicket } from '@latchkey/cas-protocol';
import type { SessionCopy } from '@latchkey/contracts';
import { notAdmitted, notStrongEnough } from '../pages/refusals.ts';
import type { People } from '../people/people.ts';
import type { Releases } from '../releases/releases.ts';
import { whyNotAdmitted } from '../services/admission.ts';
import type { Tickets } from '../tickets/tickets.ts';
import type { Departure } from './departure.ts';
import { addressOf, type Purpose } from './purpose.ts';

/** Where a signed-in person goes on: to the service with a fresh ticket, back to the authorization endpoint, or to a page of ours. */
export class Destinations {
  constructor(private readonly options: { tickets: Tickets; people: People; releases: Releases }) {}

  async of(purpose: Purpose, session: SessionCopy, fromNewLogin: boolean): Promise<Departure> {
    switch (purpose.kind) {
      case 'service':
        return this.toService(purpose, session, fromNewLogin);
      case 'pending':
        return { kind: 'redirect', to: `/oauth2/authorize?pending=${encodeURIComponent(purpose.pending)}` };
      case 'own-page':
        return { kind: 'redirect', to: purpose.path };
      case 'nothing':
        return { kind: 'redirect', to: '/cas/login' };
    }
  }

  /** @see CAS Protocol 3.0 §2.1.1 method */
  private async toService(purpose: Purpose & { kind: 'service' }, session: SessionCopy, fromNewLogin: boolean): Promise<Departure> {
    const { matched, method, saml } = purpose;
    const { service, url } = matched;
    const why = await whyNotAdmitted(this.options.people, service, session);
    if (why !== null) throw why === 'too-weak' ? notStrongEnough(service) : notAdmitted(service);
    const { sid, subject } = session;
    if (await this.options.releases.isOwed(service, subject)) return { kind: 'redirect', to: addressOf('/cas/release', purpose) };
    const ticket = await this.options.tickets.issue({ service: url, serviceId: service.id, sid, subject, fromNewLogin });
    if (method === 'POST') return { kind: 'post', to: url, name: service.name, fields: saml ? [['SAMLart', ticket], ['TARGET', url]] : [['ticket', ticket]] };
    if (method === 'HEADER') return { kind: 'header', service: url, ticket };
    return { kind: 'redirect', to: saml ? withArtifact(url, ticket) : withTicket(url, ticket) };
  }
}
