import type { Infra } from '@latchkey/runtime';
import type { CasConfig } from '../config.ts';
import type { People } from '../people/people.ts';
import type { Releases } from '../releases/releases.ts';
import type { Services } from '../services/services.ts';
import { BasicDoor } from '../sign-in/basic-door.ts';
import { BasicSignIn } from '../sign-in/basic-sign-in.ts';
import type { Destinations } from '../sign-in/destination.ts';
import type { PasswordSignIn } from '../sign-in/password-sign-in.ts';
import type { Tickets } from '../tickets/tickets.ts';
import type { Validations } from '../validate/validations.ts';
import type { Visits } from '../visits/visits.ts';
import { AccessTokens } from './access-tokens.ts';
import { Entrance } from './entrance.ts';
import { ForwardAuth } from './forward-auth.ts';
import { Handshake } from './handshake.ts';
import { KnownVisitors } from './known-visitors.ts';
import { VisitCookies } from './visit-cookies.ts';
import { VisitSeals } from './visit-seals.ts';

interface Keepers {
  readonly services: Services;
  readonly people: People;
  readonly tickets: Tickets;
  readonly visits: Visits;
  readonly validations: Validations;
  readonly destinations: Destinations;
  readonly password: PasswordSignIn;
  readonly releases: Releases;
}

/** What answers proxies, and scripts that bring a password: both share what they remember of passwords. */
export function doorsFor({ config, clock, http, metrics, peers, sessions, tenant }: Infra<CasConfig>, keepers: Keepers) {
  const { services, people, tickets, visits, validations, destinations, password, releases } = keepers;
  const basic = new BasicSignIn({ password, sessions, clock });
  const cookies = new VisitCookies(new VisitSeals(http.formKey, clock, config.LATCHKEY_FORWARD_AUTH_VISIT_SECONDS * 1_000));
  const entrance = new Entrance({ validations, tickets, visits });
  const visitors = new KnownVisitors(people, clock);
  const tokens = new AccessTokens({ peers, tenant });
  return [
    new BasicDoor({ basic, destinations, http }),
    new ForwardAuth({ services, sessions, cookies, visitors, basic, entrance, releases, tokens, http, metrics }),
    new Handshake({ services, cookies, entrance, http }),
  ];
}
