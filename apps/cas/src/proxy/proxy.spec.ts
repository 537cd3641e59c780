import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CasError, isProxyGrantingTicket, ticketKind, type ValidationSuccess } from '@latchkey/cas-protocol';
import { OutboundFailed, OutboundRefused, type OutboundRequest } from '@latchkey/outbound';
import { silentMetrics, silentSecurityLog } from '@latchkey/runtime';
import { FakeClock, testDatabase } from '@latchkey/testing';
import { entry, keeperMigrations, launchKeepers, service, type Keepers } from '../cas.fixture.ts';
import { SessionEnded } from '../logout/session-ended.ts';
import { validate } from '../validate/validate.ts';
import { issueProxyTicket } from './issue-proxy-ticket.ts';
import { ProxyCallback } from './proxy-callback.ts';

const PORTAL = 'https://portal.example/';
const PORTAL_PGT = 'https://portal.example/pgt?keep=1';
const MAIL = 'https://mail.example/';
const MAIL_PGT = 'https://mail.example/pgt';
const SID = 'sid-of-ada-0001';

let room: Keepers;
let subject: string;
const called: OutboundRequest[] = [];
let answer: () => Promise<{ status: number }>;
beforeAll(async () => {
  room = launchKeepers(await testDatabase(keeperMigrations, { schema: 'cas' }), new FakeClock());
  await room.visitWeeks.keep();
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.query('TRUNCATE person, credential, visit, proxy_granting_ticket');
  subject = (await room.changes.put(entry())).person.subject;
  room.entries.splice(
    0,
    room.entries.length,
    service({ id: 'portal', urls: [PORTAL], proxy: { allowed: true, pgtUrls: [PORTAL_PGT] } }),
    service({ id: 'mail', urls: [MAIL], proxy: { allowed: true, pgtUrls: [MAIL_PGT] } }),
    service({ id: 'plain', urls: ['https://plain.example/'] }),
  );
  await room.startSession(subject, SID);
  called.length = 0;
  answer = async () => ({ status: 200 });
});

const outbound = { send: async (request: OutboundRequest) => (called.push(request), { headers: {}, body: '', ...(await answer()) }) };
const told = async <T>(asked: Promise<T>): Promise<T | string> =>
  asked.catch((error: unknown) => {
    if (error instanceof CasError) return error.code;
    throw error;
  });
const validated = (ticket: string, over: { service?: string; pgtUrl?: string; takesProxyTickets?: boolean; renew?: boolean } = {}) => {
  const { tickets, visits, sessions, granted, releases, clock, logger } = room;
  const callback = new ProxyCallback({ outbound, clock, logger, metrics: silentMetrics });
  const parts = { tickets, services: room.services(), visits, sessions, granted, releases, callback, metrics: silentMetrics, security: silentSecurityLog };
  return told(validate(parts, { service: PORTAL, ticket, renew: false, pgtUrl: null, takesProxyTickets: true, ...over }));
};
const enter = () => room.tickets.issue({ service: PORTAL, serviceId: 'portal', sid: SID, subject, fromNewLogin: true });
const proxied = async (pgt: string, targetService = MAIL) => {
  const result = await told(issueProxyTicket({ granted: room.granted, services: room.services(), sessions: room.sessions, tickets: room.tickets }, { pgt, targetService }));
  return typeof result === 'string' ? result : result.proxyTicket;
};
const handed = () => Object.fromEntries(new URL(called.at(-1)!.url).searchParams) as { pgtId: string; pgtIou: string };
const granted = async (): Promise<string> => {
  expect(await validated(await enter(), { pgtUrl: PORTAL_PGT })).toMatchObject({ user: 'ada' });
  return handed().pgtId;
};
const endSession = async () => {
  await room.endSession(SID);
  const { hot, tenant, visits } = room;
  const deliveries = { queue: async () => undefined } as never;
  const handler = new SessionEnded({ hot, tenant, visits, granted: room.granted, services: room.services(), deliveries });
  await room.database.transaction((tx) => handler.handle({ tenant, sessionId: SID, subject, reason: 'sign-out', at: '', revision: 2 }, tx));
};

describe('proxy callback (CAS 3.0 §2.5.4)', () => {
  it('gets the ticket and its name; the service is told the name alone', async () => {
    const success = (await validated(await enter(), { pgtUrl: PORTAL_PGT })) as ValidationSuccess;
    const { pgtId, pgtIou } = handed();
    expect(called).toEqual([{ method: 'GET', url: `${PORTAL_PGT}&pgtIou=${pgtIou}&pgtId=${pgtId}`, readAtMost: 65_536 }]);
    expect([isProxyGrantingTicket(pgtId), pgtIou.startsWith('PGTIOU-'), pgtId.length <= 64, pgtIou.length <= 64]).toEqual([true, true, true, true]);
    expect([success.proxyGrantingTicketIou, success.proxies]).toEqual([pgtIou, []]);
    expect(JSON.stringify(success)).not.toContain(pgtId);
  });
  it('the ticket stands nowhere in the database', async () => {
    const pgt = await granted();
    const { rows } = await room.database.query('SELECT p::text FROM proxy_granting_ticket p');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(pgt.slice(4));
  });
  it.each([204, 302, 404, 500])('that answers %s gets nobody in its place: success without a proxy-granting ticket', async (status) => {
    answer = async () => ({ status });
    expect(await validated(await enter(), { pgtUrl: PORTAL_PGT })).toMatchObject({ user: 'ada', proxyGrantingTicketIou: null });
    expect(await proxied(handed().pgtId)).toBe('INVALID_TICKET');
  });
  it.each([new OutboundRefused('inside'), new OutboundFailed('no answer within 5000 ms')])('that cannot be called is INVALID_PROXY_CALLBACK, and the ticket is spent: %s', async (error) => {
    answer = () => Promise.reject(error);
    const ticket = await enter();
    expect(await validated(ticket, { pgtUrl: PORTAL_PGT })).toBe('INVALID_PROXY_CALLBACK');
    expect(await validated(ticket)).toBe('INVALID_TICKET');
  });
  it.each(['https://portal.example/pgt', `${PORTAL_PGT}&x`, MAIL_PGT, 'http://portal.example/pgt?keep=1', 'https://169.254.169.254/'])('%s is not registered for it: nothing is called', async (pgtUrl) => {
    expect(await validated(await enter(), { pgtUrl })).toBe('INVALID_PROXY_CALLBACK');
    expect(called).toEqual([]);
  });
  it('of a ticket that is not valid is not called', async () => {
    const ticket = await enter();
    await validated(ticket);
    await validated(ticket, { pgtUrl: PORTAL_PGT });
    await validated(await enter(), { pgtUrl: PORTAL_PGT, service: MAIL });
    expect(called).toEqual([]);
  });
});

describe('proxy ticket (CAS 3.0 §2.6, §2.7, §3.2)', () => {
  it('opens the target once, and says by whom it was brought', async () => {
    const ticket = await proxied(await granted());
    expect([ticketKind(ticket), ticket.length <= 32]).toEqual(['PT', true]);
    expect(await validated(ticket, { service: MAIL })).toMatchObject({ user: 'ada', proxies: [PORTAL_PGT], fromNewLogin: false });
    expect(await validated(ticket, { service: MAIL })).toBe('INVALID_TICKET');
    expect((await room.visits.ofSessions([SID])).map(({ service }) => service)).toEqual(['portal', 'mail']);
  });
  it('a chain names the last proxy first (§2.6.2)', async () => {
    const first = await proxied(await granted());
    expect(await validated(first, { service: MAIL, pgtUrl: MAIL_PGT })).toMatchObject({ proxies: [PORTAL_PGT] });
    const second = await proxied(handed().pgtId, 'https://plain.example/');
    expect(await validated(second, { service: 'https://plain.example/' })).toMatchObject({ proxies: [MAIL_PGT, PORTAL_PGT] });
  });
  it('is spent and refused where only service tickets are validated (§2.5)', async () => {
    const ticket = await proxied(await granted());
    expect(await validated(ticket, { service: MAIL, takesProxyTickets: false })).toBe('INVALID_TICKET');
    expect(await validated(ticket, { service: MAIL })).toBe('INVALID_TICKET');
  });
  it('never satisfies renew', async () => expect(await validated(await proxied(await granted()), { service: MAIL, renew: true })).toBe('INVALID_TICKET'));
  it('is for its target alone', async () => expect(await validated(await proxied(await granted()), { service: 'https://plain.example/' })).toBe('INVALID_SERVICE'));
  it('of 50 validations at once one wins', async () => {
    const ticket = await proxied(await granted());
    const results = await Promise.all(Array.from({ length: 50 }, () => validated(ticket, { service: MAIL })));
    expect(results.filter((result) => typeof result !== 'string')).toHaveLength(1);
  });
  it.each([
    ['https://unknown.example/', 'UNAUTHORIZED_SERVICE'],
    ['https://mail.example/other', 'UNAUTHORIZED_SERVICE'],
    ['javascript:alert(1)', 'UNAUTHORIZED_SERVICE'],
  ])('there is none for %s', async (target, code) => expect(await proxied(await granted(), target)).toBe(code));
  it.each(['', 'PGT-', 'PGT-unknown', 'ST-1', `PGT-${'A'.repeat(28)}`])('%j is no proxy-granting ticket', async (odd) => expect(await proxied(odd)).toBe('INVALID_TICKET'));
  it('the name of a proxy-granting ticket is none', async () => {
    await granted();
    expect(await proxied(handed().pgtIou)).toBe('INVALID_TICKET');
  });
});

describe('a proxy-granting ticket ends (INV-4)', () => {
  it.each<[string, () => unknown, string]>([
    ['its session ends', () => endSession(), 'INVALID_TICKET'],
    ['its session ends, and nobody has heard of it yet', () => room.endSession(SID), 'INVALID_TICKET'],
    ['its service leaves the registry', () => room.entries.splice(0, 1), 'UNAUTHORIZED_SERVICE'],
    ['its service is closed', () => room.entries.splice(0, 1, service({ id: 'portal', enabled: false })), 'UNAUTHORIZED_SERVICE'],
    ['its service may not be a proxy any more', () => room.entries.splice(0, 1, service({ id: 'portal', urls: [PORTAL] })), 'UNAUTHORIZED_SERVICE'],
    ['its callback is not registered any more', () => room.entries.splice(0, 1, service({ id: 'portal', urls: [PORTAL], proxy: { allowed: true, pgtUrls: [MAIL_PGT] } })), 'UNAUTHORIZED_SERVICE'],
  ])('when %s', async (_why, change, code) => {
    const pgt = await granted();
    await change();
    expect(await proxied(pgt)).toBe(code);
  });
  it('with its row, at the end of its session', async () => {
    await granted();
    await endSession();
    expect((await room.database.query('SELECT FROM proxy_granting_ticket')).rows).toEqual([]);
  });
  it('and a proxy ticket that was issued before opens nothing after', async () => {
    const ticket = await proxied(await granted());
    await endSession();
    expect(await validated(ticket, { service: MAIL })).toBe('INVALID_TICKET');
  });
  it('rows that stayed behind are forgotten by age', async () => {
    await granted();
    await room.granted.forget(-1_000);
    expect((await room.database.query('SELECT FROM proxy_granting_ticket')).rows).toEqual([]);
  });
});
