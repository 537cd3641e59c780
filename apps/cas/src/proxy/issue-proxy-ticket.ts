import { CasError, type ProxyAnswer, type ProxyParameters } from '@latchkey/cas-protocol';
import type { SessionReader } from '@latchkey/peers';
import type { Services } from '../services/services.ts';
import type { Tickets } from '../tickets/tickets.ts';
import type { ProxyGrantingTickets } from './proxy-granting-tickets.ts';

export interface ProxyDesk {
  readonly granted: ProxyGrantingTickets;
  readonly services: Services;
  readonly sessions: SessionReader;
  readonly tickets: Tickets;
}

/**
 * A ticket with which a proxy enters another service in the name of the person. The grant is judged anew at each use: what an
 * administrator took from the proxy since, and the end of the session, count at once.
 *
 * @see CAS Protocol 3.0 §2.7
 * @throws CasError
 */
export async function issueProxyTicket({ granted, services, sessions, tickets }: ProxyDesk, { pgt, targetService }: ProxyParameters): Promise<ProxyAnswer> {
  const grant = await granted.find(pgt);
  if (grant === null) throw new CasError('INVALID_TICKET', 'The proxy-granting ticket is not recognized');
  const proxy = services.openById(grant.service);
  if (!proxy?.proxy.allowed || !proxy.proxy.pgtUrls.includes(grant.proxies[0]!)) {
    throw new CasError('UNAUTHORIZED_SERVICE', 'This service is not allowed to act as a proxy any more');
  }
  const target = services.find(targetService);
  if (target === null) throw new CasError('UNAUTHORIZED_SERVICE', 'The targetService is not registered');
  const { sid, subject, proxies } = grant;
  const session = await sessions.bySid(sid);
  if (session === null || session.subject !== subject) throw new CasError('INVALID_TICKET', 'The session of this proxy-granting ticket has ended');
  return { proxyTicket: await tickets.issue({ service: target.url, serviceId: target.service.id, sid, subject, fromNewLogin: false, proxies }) };
}
