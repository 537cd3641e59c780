import { casPeer } from '@latchkey/contracts';
import { Deliveries } from '@latchkey/outbound';
import { RegistryCopy } from '@latchkey/peers';
import { Cookies, FormGuard, NetworkLimits, answers, collectDeliveries, collectRegistry, countedDeliveries, type Infra, type RoomDefinition } from '@latchkey/runtime';
import { AccountView } from './account/account-view.ts';
import { ChangePassword } from './account/change-password.ts';
import { SignedInPeople } from './account/signed-in-person.ts';
import { casAnswers } from './answers.ts';
import { CasModule } from './cas.module.ts';
import { casConfig, type CasConfig } from './config.ts';
import { Credentials } from './credentials/credentials.ts';
import { HashGate } from './credentials/hash-gate.ts';
import { PasswordRules } from './credentials/password-policy.ts';
import { PasswordHasher } from './credentials/password-hasher.ts';
import { UnknownNames } from './credentials/unknown-names.ts';
import { listeners } from './events.ts';
import { doorsFor } from './forward-auth/assemble.ts';
import { forwardAuthErrors } from './forward-auth/error-rendering.ts';
import { FrontChannel } from './logout/front-channel.ts';
import { acceptsLogout, logoutRequestFor } from './logout/logout-delivery.ts';
import { Receipts } from './logout/receipts.ts';
import { SessionEnded } from './logout/session-ended.ts';
import { SignedOutApplications } from './logout/signed-out-applications.ts';
import { migrations } from './migrations/migrations.ts';
import { errorPages } from './pages/error-pages.ts';
import { Endings } from './people/endings.ts';
import { PeopleChanges } from './people/people-changes.ts';
import { People } from './people/people.ts';
import type { ProxyDesk } from './proxy/issue-proxy-ticket.ts';
import { ProxyCallback } from './proxy/proxy-callback.ts';
import { ProxyGrantingTickets } from './proxy/proxy-granting-tickets.ts';
import { Releases } from './releases/releases.ts';
import { RestGate } from './rest/rest-gate.ts';
import { Services } from './services/services.ts';
import { Destinations } from './sign-in/destination.ts';
import { PasswordSignIn } from './sign-in/password-sign-in.ts';
import { SignInForm } from './sign-in/sign-in-form.ts';
import { Warning } from './sign-in/warning.ts';
import { Tickets } from './tickets/tickets.ts';
import { CLOCK, CONFIG, HTTP, LOGGER, METRICS, PEERS, PROXY_DESK, SECURITY, SESSIONS, TENANT } from './tokens.ts';
import type { Validator } from './validate/validate.ts';
import { Validations } from './validate/validations.ts';
import { Participations } from './visits/participations.ts';
import { VisitWeeks } from './visits/visit-weeks.ts';
import { Visits } from './visits/visits.ts';

const DAY_MS = 86_400_000;

export const room: RoomDefinition<CasConfig> = {
  room: 'cas',
  schema: 'cas',
  config: casConfig,
  migrations,
  paths: ['/cas', '/account', '/forward-auth', '/.latchkey'],
  create(infra) {
    const { logger } = infra;
    const { registry, people, changes, endings, hasher, participations, deliveries, visitWeeks, granted, sessionEnded, rules, providers } = build(infra);
    return {
      module: CasModule.register(providers),
      listeners: listeners({ sessionEnded, registry }),
      answers: [
        answers(casPeer, casAnswers({ people, changes, participations, deliveries, rules })),
      ],
      jobs: [
        { name: 'registry', everyMs: 1_000, run: () => registry.refresh() },
        { name: 'deliveries', everyMs: 1_000, run: () => deliveries.run() },
        { name: 'end what changes of people end', everyMs: 5_000, run: () => endings.payAll() },
        { name: 'keep visit partitions', everyMs: 3_600_000, run: () => visitWeeks.keep() },
        { name: 'forget old proxy-granting tickets', everyMs: 3_600_000, run: () => granted.forget(infra.config.LATCHKEY_VISIT_DAYS * DAY_MS) },
      ],
      renderers: [errorPages(logger), forwardAuthErrors(infra.http)],
      async start() {
        await Promise.all([registry.load(), hasher.prepare(), visitWeeks.keep()]);
        await registry.refresh().catch((error: unknown) => logger.warn({ err: error }, 'the registry is as old as our copy of it'));
      },
      stop: () => deliveries.stop(),
    };
  },
};

/** Every keeper of the room, built by hand, in the order in which one needs the other. */
function build(infra: Infra<CasConfig>) {
  const { config, http, tenant, clock, logger, security, metrics, tracing, postgres: database, hot, bus, peers, sessions, outbound } = infra;
  const cookies = new Cookies(http);
  const guard = new FormGuard(http);
  const limits = new NetworkLimits(hot);
  const registry = new RegistryCopy({ database, peers, tenant, kinds: ['service'] });
  collectRegistry(metrics, () => registry.revision);
  const services = new Services(registry, clock);

  const gate = new HashGate({ concurrency: config.LATCHKEY_HASH_CONCURRENCY, maxWaitMs: 2_000, maxWaiting: 500 });
  const hasher = new PasswordHasher(gate);
  const freeTries = config.LATCHKEY_SIGN_IN_FREE_TRIES;
  const unknownNames = new UnknownNames({ hot, clock, tenant, freeTries });
  const credentials = new Credentials({ database, tenant, hasher, unknownNames, freeTries });
  const people = new People(database, tenant);
  const endings = new Endings({ database, peers, tenant });
  const changes = new PeopleChanges({ database, bus, tenant, hasher, endings, security });

  const tickets = new Tickets({ hot, database, clock, tenant, lifeMs: config.LATCHKEY_TICKET_SECONDS * 1_000 });
  const visits = new Visits(database, tenant);
  const visitWeeks = new VisitWeeks(database, () => clock.now(), config.LATCHKEY_VISIT_DAYS * DAY_MS);
  const participations = new Participations({ peers, tenant, logger, visits, services });
  const granted = new ProxyGrantingTickets(database, tenant);
  const releases = new Releases(database, tenant);
  const callback = new ProxyCallback({ outbound, clock, logger, metrics });
  const validator: Validator = { tickets, services, visits, sessions, releases, callback, granted, metrics, security };
  const proxyDesk: ProxyDesk = { granted, services, sessions, tickets };
  const deliveries = new Deliveries({
    database,
    outbound,
    bus,
    room: 'cas',
    tenant,
    logger,
    requestFor: logoutRequestFor(clock),
    accepts: acceptsLogout,
    settings: { giveUpAfterMs: config.LATCHKEY_SINGLE_LOGOUT_GIVE_UP_SECONDS * 1_000 },
    observe: countedDeliveries(metrics, 'cas'),
    tracing,
  });
  collectDeliveries(metrics, deliveries);
  const sessionEnded = new SessionEnded({ hot, tenant, visits, granted, services, deliveries });
  const signedIn = new SignedInPeople({ sessions, people, cookies });
  const destinations = new Destinations({ tickets, people, releases });
  const validations = new Validations(validator, logger);
  const password = new PasswordSignIn({ peers, tenant, metrics, security, credentials, limits, networkLimit: config.LATCHKEY_SIGN_IN_NETWORK_LIMIT });
  const rules = new PasswordRules(config.LATCHKEY_PASSWORD_MIN_LENGTH);

  const providers = [
    { provide: PROXY_DESK, useValue: proxyDesk },
    { provide: METRICS, useValue: metrics },
    { provide: SECURITY, useValue: security },
    { provide: CLOCK, useValue: clock },
    { provide: LOGGER, useValue: logger },
    { provide: SESSIONS, useValue: sessions },
    { provide: PEERS, useValue: peers },
    { provide: HTTP, useValue: http },
    { provide: TENANT, useValue: tenant },
    { provide: CONFIG, useValue: config },
    ...[
      cookies,
      guard,
      limits,
      services,
      people,
      signedIn,
      endings,
      destinations,
      validations,
      password,
      ...doorsFor(infra, { services, people, tickets, visits, validations, destinations, password, releases }),
      new Warning({ cookies, guard }),
      new SignInForm({ peers, tenant, cookies, guard, choices: { rememberMe: config.LATCHKEY_REMEMBER_DAYS > 0, warn: config.LATCHKEY_OFFER_WARNING === 'yes' } }),
      tickets,
      releases,
      new RestGate(config.LATCHKEY_REST_TICKETS_FROM, http),
      new Receipts(http.formKey, clock),
      new FrontChannel({ deliveries, clock }),
      new SignedOutApplications({ peers, tenant, clock, logger, deliveries, participations, services }),
      new AccountView({ peers, tenant, logger, participations, deliveries }),
      new ChangePassword({ credentials, changes, rules }),
    ].map((keeper) => ({ provide: keeper.constructor, useValue: keeper })),
  ];
  return { registry, people, changes, endings, hasher, participations, deliveries, visitWeeks, granted, sessionEnded, rules, providers };
}
