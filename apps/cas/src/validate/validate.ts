import { CasError, ticketKind, type ValidateParameters, type ValidationSuccess } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import type { SessionReader } from '@latchkey/peers';
import type { Metrics, SecurityLog } from '@latchkey/runtime';
import type { ProxyCallback } from '../proxy/proxy-callback.ts';
import type { ProxyGrantingTickets } from '../proxy/proxy-granting-tickets.ts';
import type { Releases } from '../releases/releases.ts';
import { admits, isStrongEnough, type Services } from '../services/services.ts';
import type { Ticket, Tickets } from '../tickets/tickets.ts';
import type { Visits } from '../visits/visits.ts';
import { casUser, releasedAttributes } from './release.ts';

export interface Validator {
  readonly tickets: Tickets;
  readonly services: Services;
  readonly visits: Visits;
  readonly sessions: SessionReader;
  readonly releases: Releases;
  readonly callback: ProxyCallback;
  readonly granted: ProxyGrantingTickets;
  readonly metrics: Metrics;
  readonly security: SecurityLog;
}

export interface ValidateRequest extends Omit<ValidateParameters, 'format'> {
  /** Whether whoever asks takes the word of a proxy. @see CAS Protocol 3.0 §2.6 */
  readonly takesProxyTickets: boolean;
}

/**
 * The one core of every validation endpoint. Its order is the promise: the attempt is spent before anything is checked, the
 * visit is committed before the session is read, and nothing is told to a service before both.
 *
 * @see CAS Protocol 3.0 §2.5, §2.6, §3.1.1
 * @throws CasError
 */
export async function validate(parts: Validator, request: ValidateRequest): Promise<ValidationSuccess> {
  const ticket = await takeTicket(parts.tickets, request);
  const service = checkService(parts.services, request, ticket);
  checkRenew(request, ticket);
  const pair = request.pgtUrl === null ? null : await parts.callback.hand(request.pgtUrl, service);
  const { sid, subject, proxies = [] } = ticket;
  const visitor = await parts.visits.enter({ ticket: request.ticket, sid, subject, service: service.id, serviceUrl: ticket.service });
  if (visitor === null) {
    parts.security.record('ticket.replayed', { subject, sid, service: service.id });
    throw notRecognized(request.ticket);
  }
  const session = await parts.sessions.bySid(sid);
  if (session === null || session.subject !== subject) throw new CasError('INVALID_TICKET', 'The session of this ticket has ended');
  if (!admits(service, visitor.groups) || !isStrongEnough(service, session)) throw new CasError('INVALID_TICKET', 'This person may not use this service');
  const agreed = await parts.releases.agreed(service, subject);
  const user = casUser(service, visitor, agreed);
  if (pair !== null) await parts.granted.grant(pair.pgtId, { sid, subject, service: service.id, proxies: [request.pgtUrl!, ...proxies] });
  return {
    user,
    authenticatedAt: new Date(session.authTime * 1000),
    fromNewLogin: ticket.fromNewLogin,
    longTerm: session.longTerm === true,
    attributes: releasedAttributes(service, visitor, agreed),
    proxies,
    proxyGrantingTicketIou: pair?.pgtIou ?? null,
  };
}

/** Service tickets are valid for one attempt at validation, whatever its outcome. @see CAS Protocol 3.0 §3.1.1 */
async function takeTicket(tickets: Tickets, { ticket: id, takesProxyTickets }: ValidateRequest): Promise<Ticket> {
  const ticket = await tickets.take(id);
  if (ticketKind(id) === 'PT' && !takesProxyTickets) throw new CasError('INVALID_TICKET', 'A proxy ticket was presented where only service tickets are validated');
  if (ticket === null) throw notRecognized(id);
  return ticket;
}

/** The same bytes as at /login, and still registered. @see CAS Protocol 3.0 §2.5.3 INVALID_SERVICE */
function checkService(services: Services, request: ValidateRequest, ticket: Ticket): ServiceEntry {
  if (request.service !== ticket.service) throw new CasError('INVALID_SERVICE', 'The ticket was issued for another service');
  const found = services.find(ticket.service);
  if (found === null || found.service.id !== ticket.serviceId) throw new CasError('INVALID_SERVICE', 'The service is not registered');
  return found.service;
}

/** @see CAS Protocol 3.0 §2.5.1 renew */
function checkRenew(request: ValidateRequest, ticket: Ticket): void {
  if (request.renew && !ticket.fromNewLogin) throw new CasError('INVALID_TICKET', 'The ticket was not issued from the presentation of primary credentials');
}

function notRecognized(id: string): CasError {
  return new CasError('INVALID_TICKET', ticketKind(id) === null ? 'This is not a ticket of this server' : `Ticket ${id} not recognized`);
}
