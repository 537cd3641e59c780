import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CasError, newTicketId, parseServiceUrl } from '@latchkey/cas-protocol';
import type { ServiceEntry } from '@latchkey/contracts';
import { silentMetrics, silentSecurityLog } from '@latchkey/runtime';
import { redisHotStore } from '@latchkey/store';
import { FakeClock, testDatabase, testRedis } from '@latchkey/testing';
import { entry, keeperMigrations, launchKeepers, service, type Keepers } from '../cas.fixture.ts';
import { ProxyCallback } from '../proxy/proxy-callback.ts';
import { Tickets } from '../tickets/tickets.ts';
import { validate } from './validate.ts';

const SHOP = 'https://shop.example/';
let room: Keepers;
let subject: string;
beforeAll(async () => {
  room = launchKeepers(await testDatabase(keeperMigrations, { schema: 'cas' }), new FakeClock());
  await room.visitWeeks.keep();
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.query('TRUNCATE person, credential, visit');
  subject = (await room.changes.put(entry())).person.subject;
  room.entries.splice(0, room.entries.length, service());
  await room.startSession(subject, 'sid-of-ada-0001');
});

const issue = (over: { fromNewLogin?: boolean; serviceId?: string; service?: string } = {}) =>
  room.tickets.issue({ service: SHOP, serviceId: 'shop', sid: 'sid-of-ada-0001', subject, fromNewLogin: false, ...over });
const parts = () => {
  const { tickets, visits, sessions, granted, releases, outbound, clock, logger } = room;
  const callback = new ProxyCallback({ outbound, clock, logger, metrics: silentMetrics });
  return { tickets, services: room.services(), visits, sessions, granted, releases, callback, metrics: silentMetrics, security: silentSecurityLog };
};
const attempt = async (ticket: string, over: { service?: string; renew?: boolean; pgtUrl?: string } = {}) =>
  validate(parts(), { service: SHOP, ticket, renew: false, pgtUrl: null, takesProxyTickets: false, ...over }).catch((error: unknown) => {
    if (error instanceof CasError) return error.code;
    throw error;
  });
const visitsOf = async (sid: string) => (await room.visits.ofSessions([sid])).map((visit) => visit.ticket);

describe('service ticket (CAS 3.0 §3.1.1)', () => {
  it('says who entered, when they proved it, and what the service may know', async () => {
    expect(await attempt(await issue({ fromNewLogin: true }))).toEqual({
      user: 'ada',
      authenticatedAt: new Date(Math.floor(room.clock.now() / 1000) * 1000),
      fromNewLogin: true,
      attributes: new Map([
        ['email', ['ada@example.org']],
        ['affiliation', ['staff', 'faculty']],
        ['sub', [subject]],
        ['groups', ['staff']],
      ]),
      longTerm: false,
      proxies: [],
      proxyGrantingTicketIou: null,
    });
  });

  it('of 50 validations at once exactly one wins', async () => {
    const ticket = await issue();
    const results = await Promise.all(Array.from({ length: 50 }, () => attempt(ticket)));
    expect(results.filter((result) => result !== 'INVALID_TICKET')).toHaveLength(1);
    expect(await visitsOf('sid-of-ada-0001')).toEqual([ticket]);
  });

  it('of 50 validations at once over a real Redis exactly one wins', async () => {
    const redis = await testRedis();
    const hot = redisHotStore({ url: redis.url, allowPersistence: true });
    const tickets = new Tickets({ hot, database: room.database, clock: room.clock, tenant: room.tenant, lifeMs: 10_000 });
    const ticket = await tickets.issue({ service: SHOP, serviceId: 'shop', sid: 'sid-of-ada-0001', subject, fromNewLogin: false });
    const request = { service: SHOP, ticket, renew: false, pgtUrl: null, takesProxyTickets: false };
    const results = await Promise.all(Array.from({ length: 50 }, () => validate({ ...parts(), tickets }, request).catch(() => null)));
    await hot.close();
    await redis.close();
    expect(results.filter((result) => result !== null)).toHaveLength(1);
  });

  it('is refused the second time even where the hot store brings it back: the row is the judge (INV-1)', async () => {
    const ticket = await issue();
    const raw = (await room.hot.get(`ticket:v1:main:{${ticket}}`))!;
    const revive = () => room.hot.put(`ticket:v1:main:{${ticket}}`, raw, { ttlMs: 10_000 });
    expect(await attempt(ticket)).toMatchObject({ user: 'ada' });
    await revive();
    expect(await attempt(ticket)).toBe('INVALID_TICKET');
    const revived = { tickets: { take: async () => JSON.parse(raw) as unknown } };
    const many = await Promise.all(
      Array.from({ length: 50 }, () => validate({ ...parts(), ...(revived as object) } as never, { service: SHOP, ticket, renew: false, pgtUrl: null, takesProxyTickets: false }).catch(() => 'no')),
    );
    expect(new Set(many)).toEqual(new Set(['no']));
  });

  it.each([
    ['another service', { service: 'https://shop.example/other' }, 'INVALID_SERVICE'],
    ['the same service with another byte', { service: 'https://shop.example' }, 'INVALID_SERVICE'],
    ['renew, though it came from a session', { renew: true }, 'INVALID_TICKET'],
    ['a pgtUrl, though the service is no proxy', { pgtUrl: 'https://shop.example/pgt' }, 'UNAUTHORIZED_SERVICE_PROXY'],
  ])('is spent by an attempt that fails: %s', async (_why, over, code) => {
    const ticket = await issue();
    expect(await attempt(ticket, over)).toBe(code);
    expect(await attempt(ticket)).toBe('INVALID_TICKET');
    expect(await visitsOf('sid-of-ada-0001')).toEqual([]);
  });

  it('renew is satisfied by a ticket from a password just given (§2.4.1)', async () =>
    expect(await attempt(await issue({ fromNewLogin: true }), { renew: true })).toMatchObject({ fromNewLogin: true }));

  it('lives ten seconds', async () => {
    const ticket = await issue();
    room.clock.advance(10_001);
    expect(await attempt(ticket)).toBe('INVALID_TICKET');
  });

  it.each(['', 'ST-', 'ST-unknown', newTicketId('ST', Date.now()), newTicketId('PT', Date.now()), `ticket:v1:main`])('%j is not one', async (odd) =>
    expect(await attempt(odd)).toBe('INVALID_TICKET'),
  );
});

describe('what has changed since the ticket was issued', () => {
  it('a session that ended: refused, and the logout still finds the visit (insert, then look)', async () => {
    const ticket = await issue();
    await room.endSession('sid-of-ada-0001');
    expect(await attempt(ticket)).toBe('INVALID_TICKET');
    expect(await visitsOf('sid-of-ada-0001')).toEqual([ticket]);
  });

  it('the visit is committed before the session is read', async () => {
    const ticket = await issue();
    let seen: string[] = [];
    const sessions = { ...room.sessions, bySid: async (sid: string) => ((seen = await visitsOf(sid)), room.sessions.bySid(sid)) };
    await validate({ ...parts(), sessions }, { service: SHOP, ticket, renew: false, pgtUrl: null, takesProxyTickets: false });
    expect(seen).toEqual([ticket]);
  });

  it.each<[string, () => Promise<unknown> | unknown, string]>([
    ['the person was disabled', () => room.database.query('UPDATE person SET enabled = false'), 'INVALID_TICKET'],
    ['the person was deleted', () => room.database.query('UPDATE person SET deleted_at = now()'), 'INVALID_TICKET'],
    ['the service was disabled', () => room.entries.splice(0, 1, service({ enabled: false })), 'INVALID_SERVICE'],
    ['the service left the registry', () => room.entries.splice(0, 1), 'INVALID_SERVICE'],
    ['the address belongs to another service now', () => room.entries.splice(0, 1, service({ id: 'other' })), 'INVALID_SERVICE'],
    ['the service lets in another group only', () => room.entries.splice(0, 1, service({ groups: ['admins'] })), 'INVALID_TICKET'],
  ])('%s: refused', async (_why, change, code) => {
    const ticket = await issue();
    await change();
    expect(await attempt(ticket)).toBe(code);
  });
});

describe('what a service is told', () => {
  const told = async (over: Partial<ServiceEntry>) => {
    room.entries.splice(0, 1, service(over));
    return attempt(await issue());
  };
  it('nothing but what its entry names', async () => expect(await told({ attributes: [] })).toMatchObject({ attributes: new Map() }));
  it('computed names win over stored attributes of the same name', async () => {
    await room.changes.put(entry({ attributes: { sub: ['root'], username: ['root'], groups: ['root'], name: ['root'] } }));
    expect(await told({ attributes: ['sub', 'username', 'name', 'groups'] })).toMatchObject({
      attributes: new Map([
        ['sub', [subject]],
        ['username', ['ada']],
        ['name', ['Ada Lovelace']],
        ['groups', ['staff']],
      ]),
    });
  });
  it('the name it asked for', async () => expect(await told({ usernameAttribute: 'email' })).toMatchObject({ user: 'ada@example.org' }));
  it.each(['ada\nroot', 'ada\u000broot', 'ada\u2028root', 'ada\u0085root', 'ada\u0001', ' ada', 'ada ', 'ada\ufffe'])(
    'nor a name that clients read as another one: %j (INV-8)',
    async (employeeNumber) => {
      await room.changes.put(entry({ attributes: { employeeNumber: [employeeNumber] } }));
      expect(await told({ usernameAttribute: 'employeeNumber' })).toBe('INVALID_TICKET');
    },
  );
  it('no other name in place of one that is missing (INV-8)', async () => expect(await told({ usernameAttribute: 'employeeNumber' })).toBe('INVALID_TICKET'));
});

describe('strength of the sign-in (acr)', () => {
  it('a service that wants more than a password is not entered by one', async () => {
    room.entries.splice(0, 1, service({ acr: '2' }));
    expect(await attempt(await issue())).toBe('INVALID_TICKET');
  });
});

describe('a service with a last day', () => {
  it('is entered before it and not from then on', async () => {
    room.entries.splice(0, 1, service({ expiresAt: new Date(room.clock.now() + 5_000).toISOString() }));
    const [first, second] = [await issue(), await issue()];
    expect(await attempt(first)).toMatchObject({ user: 'ada' });
    room.clock.advance(5_000);
    expect(await attempt(second)).toBe('INVALID_SERVICE');
  });
});

it('a service URL of these tests is a good one', () => expect(parseServiceUrl(SHOP)).toBe(SHOP));
