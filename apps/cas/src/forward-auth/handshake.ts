import { CasError } from '@latchkey/cas-protocol';
import { PageError, Problem, redirect, type HttpSettings } from '@latchkey/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MatchedService, Services } from '../services/services.ts';
import { arrivalOf, backTo, entryAddress } from './entry.ts';
import type { Entrance } from './entrance.ts';
import type { OriginalRequest } from './original-request.ts';
import type { VisitCookies } from './visit-cookies.ts';

interface Parts {
  readonly services: Services;
  readonly cookies: VisitCookies;
  readonly entrance: Entrance;
  readonly http: HttpSettings;
}

/**
 * How a protected host comes by a visit. The cookie of the session is ours alone, so the person is sent to /cas/login as by any
 * service, comes back to an address of ours on their host with a ticket, and gets a cookie of that host for it, once.
 */
export class Handshake {
  constructor(private readonly parts: Parts) {}

  /** To the sign-in, and then to `to`. Nothing of the request but the registered address says where it leads. */
  async begin(request: FastifyRequest, reply: FastifyReply, original: OriginalRequest, matched: MatchedService, to: string): Promise<void> {
    const { services, cookies, http } = this.parts;
    const state = cookies.begin(request, reply, placeOf(original, matched));
    const entry = entryAddress(services, matched, original, { state, to });
    if (entry === null) throw new Problem(403, 'no_entry', 'Forbidden', `The service ${matched.service.id} has no address below which /.latchkey/enter could be.`);
    await redirect(reply, `${http.publicUrl}/cas/login?service=${encodeURIComponent(entry)}`);
  }

  async enter(request: FastifyRequest, reply: FastifyReply, original: OriginalRequest, matched: MatchedService): Promise<void> {
    const arrival = arrivalOf(original);
    if (arrival === null) return void (await redirect(reply, backTo(original, '/')));
    const place = placeOf(original, matched);
    const back = backTo(original, arrival.to);
    if (!this.parts.cookies.began(request, place, arrival.state)) throw begunElsewhere(back, matched);
    const visit = await this.parts.entrance.byTicket(arrival.service, arrival.ticket);
    if (visit instanceof CasError) throw visit.code === 'INTERNAL_ERROR' ? notNow(back, matched) : notEntered(back, matched);
    this.parts.cookies.setVisit(reply, visit, place);
    await redirect(reply, back);
  }

  /** Out of this host, and to the sign-out that ends the session, by which every other one closes too. */
  async leave(reply: FastifyReply, original: OriginalRequest, matched: MatchedService): Promise<void> {
    this.parts.cookies.clearVisit(reply, placeOf(original, matched));
    await redirect(reply, `${this.parts.http.publicUrl}/cas/logout`);
  }
}

const placeOf = ({ origin }: OriginalRequest, { service }: MatchedService) => ({ origin, service: service.id });

function begunElsewhere(back: string, { service }: MatchedService): PageError {
  const advice = 'The request to sign in does not belong to this browser, or it keeps no cookies of this address. Start again from here.';
  return new PageError(403, 'begun_elsewhere', 'This sign-in was begun elsewhere', advice, { href: back, label: service.name });
}

function notEntered(back: string, { service }: MatchedService): PageError {
  return new PageError(403, 'not_entered', 'This sign-in is not valid any more', 'It can be used once, and for a few seconds. Start again from here.', {
    href: back,
    label: service.name,
  });
}

function notNow(back: string, { service }: MatchedService): PageError {
  return new PageError(503, 'unavailable', 'Signing in does not work at this moment', 'Nothing is lost. Please try again in a minute.', { href: back, label: service.name });
}
