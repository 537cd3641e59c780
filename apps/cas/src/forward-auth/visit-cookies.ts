import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readCookie, writeCookie } from '@latchkey/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Place, SealedVisit, VisitSeals } from './visit-seals.ts';

/**
 * The two cookies of a protected host: its visit, one for each service of the host, and a random value that binds a sign-in to
 * the browser that began it. Without that, whoever has a ticket of their own could sign others in as themselves.
 */
export class VisitCookies {
  constructor(private readonly seals: VisitSeals) {}

  visit(request: FastifyRequest, place: Place): SealedVisit | null {
    const value = readCookie(request, visitName(place));
    return value === undefined ? null : this.seals.open(value, place);
  }

  setVisit(reply: FastifyReply, visit: SealedVisit, place: Place): void {
    writeCookie(reply, { name: visitName(place), value: this.seals.seal(visit, place), secure: isSecure(place) });
  }

  clearVisit(reply: FastifyReply, place: Place): void {
    writeCookie(reply, { name: visitName(place), value: '', secure: isSecure(place), maxAge: 0 });
  }

  /** What the address of a sign-in carries of this browser; sets the cookie if there is none. */
  begin(request: FastifyRequest, reply: FastifyReply, place: Place): string {
    const present = browserValue(request, place);
    if (present !== null) return stateOf(present);
    const value = randomBytes(24).toString('base64url');
    writeCookie(reply, { name: browserName(place), value, secure: isSecure(place) });
    return stateOf(value);
  }

  /** Whether this browser began the sign-in that comes back with `state`. */
  began(request: FastifyRequest, place: Place, state: string): boolean {
    const present = browserValue(request, place);
    if (present === null) return false;
    const [given, expected] = [Buffer.from(state), Buffer.from(stateOf(present))];
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

const isSecure = ({ origin }: Place): boolean => origin.startsWith('https:');
const prefix = (place: Place): string => (isSecure(place) ? '__Host-' : '');
const visitName = (place: Place): string => `${prefix(place)}latchkey-visit-${place.service}`;
const browserName = (place: Place): string => `${prefix(place)}latchkey-visitor`;

function browserValue(request: FastifyRequest, place: Place): string | null {
  const value = readCookie(request, browserName(place));
  return value !== undefined && /^[A-Za-z0-9_-]{32}$/.test(value) ? value : null;
}

/** The value itself does not stand in an address. */
function stateOf(value: string): string {
  return createHash('sha256').update(`forward-auth\n${value}`).digest('base64url');
}
