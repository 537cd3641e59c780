import type { Bus } from '@latchkey/bus';
import { sessionCopyKey, type PersonEntry, type ServiceEntry, type SessionCopy } from '@latchkey/contracts';
import { deliveryMigrations, type Outbound } from '@latchkey/outbound';
import { sessionReader, type Peers, type RegistryCopy } from '@latchkey/peers';
import { silentLogger, silentSecurityLog } from '@latchkey/runtime';
import { memoryHotStore, type Database, type Migration } from '@latchkey/store';
import { Credentials } from './credentials/credentials.ts';
import { HashGate } from './credentials/hash-gate.ts';
import { PasswordHasher } from './credentials/password-hasher.ts';
import { UnknownNames } from './credentials/unknown-names.ts';
import { people as peopleMigration } from './migrations/20261124-001-people.ts';
import { visits as visitsMigration } from './migrations/20261124-002-visits.ts';
import { proxyGrantingTickets } from './migrations/20261124-003-proxy-granting-tickets.ts';
import { releases } from './migrations/20261124-004-releases.ts';
import { Endings } from './people/endings.ts';
import { PeopleChanges } from './people/people-changes.ts';
import { People } from './people/people.ts';
import { ProxyGrantingTickets } from './proxy/proxy-granting-tickets.ts';
import { Releases } from './releases/releases.ts';
import { Services } from './services/services.ts';
import { Tickets } from './tickets/tickets.ts';
import { VisitWeeks } from './visits/visit-weeks.ts';
import { Visits } from './visits/visits.ts';

const tenant = 'main';
/** As cheap as Argon2id goes: these tests are about what happens around the hash. */
export const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

export const entry = (over: Partial<PersonEntry> = {}): PersonEntry => ({
  username: 'ada',
  name: 'Ada Lovelace',
  password: 'correct horse battery staple',
  attributes: { email: ['ada@example.org'], affiliation: ['staff', 'faculty'] },
  groups: ['staff'],
  enabled: true,
  ...over,
});

export const service = (over: Partial<ServiceEntry> = {}): ServiceEntry => ({
  id: 'shop',
  name: 'Shop',
  urls: ['https://shop.example/'],
  match: 'exact',
  attributes: ['email', 'affiliation', 'sub', 'groups'],
  proxy: { allowed: false, pgtUrls: [] },
  logout: { type: 'back-channel' },
  groups: [],
  enabled: true,
  ...over,
});

export interface Told {
  readonly event: string;
  readonly payload: Record<string, unknown>;
}

/** Other rooms as this one sees them: asks are recorded, sessions are a map. */
export function fakePeers(log: string[], sessions: Map<string, SessionCopy>) {
  const state = { away: false };
  const handlers: Record<string, (request: Record<string, unknown>) => unknown> = {
    find: ({ sid }) => ({ session: sessions.get(sid as string) ?? null }),
    touch: () => ({ alive: true }),
    endAll({ subject, except }) {
      for (const [sid, copy] of sessions) if (copy.subject === subject && sid !== except) sessions.delete(sid);
      return { ended: 0, notBefore: '' };
    },
    revokeSubject: () => ({ revoked: 0 }),
    deliveries: () => ({ deliveries: [] }),
    grants: () => ({ grants: [], participations: [] }),
  };
  const peers = {
    to: () =>
      new Proxy(
        {},
        {
          get: (_target, name: string) => async (request: Record<string, unknown>) => {
            if (state.away) throw new Error('the room is away');
            log.push([name, request['reason'], request['except']].filter(Boolean).join(' '));
            return handlers[name]!(request);
          },
        },
      ),
  } as unknown as Peers;
  return { peers, state };
}

export const keeperMigrations: readonly Migration[] = [peopleMigration, visitsMigration, proxyGrantingTickets, releases, ...deliveryMigrations];

/** A clock that only a test moves. */
export interface MovedClock {
  now(): number;
  advance(ms: number): void;
}

/** The keepers of the room on a real Postgres (with `keeperMigrations`) and a hot store in memory. */
export function launchKeepers({ database, close }: { database: Database; close(): Promise<void> }, clock: MovedClock) {
  const hot = memoryHotStore(clock);
  const asks: string[] = [];
  const living = new Map<string, SessionCopy>();
  const { peers, state } = fakePeers(asks, living);
  const told: Told[] = [];
  const bus = { tell: async (_sql: unknown, event: { name: string }, payload: object) => void told.push({ event: event.name, payload: { ...payload } }) } as unknown as Bus;
  const hasher = new PasswordHasher(new HashGate({ concurrency: 4, maxWaitMs: 10_000, maxWaiting: 1_000 }), CHEAP);
  const freeTries = 10;
  const newCredentials = () =>
    new Credentials({ database, tenant, hasher, freeTries, unknownNames: new UnknownNames({ hot, clock, tenant, freeTries }) });
  const endings = new Endings({ database, peers, tenant });
  const changes = new PeopleChanges({ database, bus, tenant, hasher, endings, security: silentSecurityLog });
  const entries: ServiceEntry[] = [service()];
  const registry = { services: () => entries, service: (id: string) => entries.find((one) => one.id === id), onChange: () => {} } as unknown as RegistryCopy;
  const sessions = sessionReader({ tenant, hot, peers, cookieKey: Buffer.alloc(32), now: () => clock.now() });
  return {
    tenant,
    database,
    clock,
    hot,
    asks,
    told,
    peers,
    peersState: state,
    bus,
    logger: silentLogger,
    outbound: { send: async () => ({ status: 200, headers: {}, body: '' }) } as Outbound,
    hasher,
    newCredentials,
    credentials: newCredentials(),
    people: new People(database, tenant),
    changes,
    endings,
    /** Changing the list needs `services()` afterwards. */
    entries,
    services: () => new Services(registry, clock),
    tickets: new Tickets({ hot, database, clock, tenant, lifeMs: 10_000 }),
    visits: new Visits(database, tenant),
    granted: new ProxyGrantingTickets(database, tenant),
    releases: new Releases(database, tenant),
    visitWeeks: new VisitWeeks(database, () => clock.now(), 400 * 86_400_000),
    sessions,
    /** A living session, in its owner's hands and as a hot copy. */
    async startSession(subject: string, sid: string): Promise<SessionCopy> {
      const seconds = Math.floor(clock.now() / 1000);
      const copy: SessionCopy = {
        v: 1,
        sid,
        tenant,
        subject,
        username: 'ada',
        secretHash: '',
        authTime: seconds,
        amr: ['pwd'],
        acr: '1',
        startedAt: seconds,
        seenAt: seconds,
        expiresAtMs: clock.now() + 3_600_000,
        revision: 1,
        answered: [],
      };
      living.set(sid, copy);
      await hot.put(sessionCopyKey(tenant, sid), JSON.stringify(copy), { ttlMs: 3_600_000 });
      return copy;
    },
    async endSession(sid: string): Promise<void> {
      living.delete(sid);
      await hot.drop(sessionCopyKey(tenant, sid));
    },
    close,
  };
}
export type Keepers = ReturnType<typeof launchKeepers>;
