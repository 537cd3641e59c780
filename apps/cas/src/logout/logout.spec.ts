import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newTicketId } from '@latchkey/cas-protocol';
import { sessionCopyKey } from '@latchkey/contracts';
import { Deliveries, type OutboundRequest } from '@latchkey/outbound';
import { FakeClock, testDatabase } from '@latchkey/testing';
import { entry, keeperMigrations, launchKeepers, service, type Keepers } from '../cas.fixture.ts';
import { acceptsLogout, logoutRequestFor } from './logout-delivery.ts';
import { Receipts } from './receipts.ts';
import { SessionEnded } from './session-ended.ts';

let room: Keepers;
let subject: string;
const sent: OutboundRequest[] = [];
let answerWith: () => { status: number };
let deliveries: Deliveries;
beforeAll(async () => {
  room = launchKeepers(await testDatabase(keeperMigrations, { schema: 'cas' }), new FakeClock());
  await room.visitWeeks.keep();
  deliveries = new Deliveries({
    database: room.database,
    outbound: { send: async (request) => (sent.push(request), { headers: {}, body: '', ...answerWith() }) },
    bus: room.bus,
    room: 'cas',
    tenant: room.tenant,
    logger: room.logger,
    requestFor: logoutRequestFor(room.clock),
    accepts: acceptsLogout,
    settings: { backoffMs: [0], giveUpAfterMs: 60_000 },
  });
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.query('TRUNCATE person, credential, visit, delivery');
  subject = (await room.changes.put(entry())).person.subject;
  sent.length = 0;
  answerWith = () => ({ status: 200 });
});

const enter = async (sid: string, serviceId: string, serviceUrl: string) => {
  const ticket = newTicketId('ST', room.clock.now());
  await room.visits.enter({ ticket, sid, subject, service: serviceId, serviceUrl });
  return ticket;
};
const end = async (sid: string) => {
  const handler = new SessionEnded({ hot: room.hot, tenant: room.tenant, visits: room.visits, granted: room.granted, services: room.services(), deliveries });
  const ended = { tenant: 'main', sessionId: sid, subject, reason: 'sign-out' as const, at: '', revision: 2 };
  await room.database.transaction((tx) => handler.handle(ended, tx));
  await deliveries.run();
};
const bodies = () => sent.map(({ url, body }) => [url, /SessionIndex>([^<]+)</.exec(new URLSearchParams(body).get('logoutRequest')!)![1]]);

describe('single logout (CAS 3.0 §2.3.3)', () => {
  it('every ticket of the session is told, at the address it was used for or the registered one, and no ticket of another session', async () => {
    room.entries.splice(0, room.entries.length, service(), service({ id: 'desk', logout: { type: 'back-channel', url: 'https://desk.example/slo' } }), service({ id: 'quiet', logout: { type: 'none' } }));
    const first = await enter('s1', 'shop', 'https://shop.example/');
    const second = await enter('s1', 'shop', 'https://shop.example/');
    const desk = await enter('s1', 'desk', 'https://desk.example/in');
    await enter('s1', 'quiet', 'https://quiet.example/');
    await enter('s2', 'shop', 'https://shop.example/');
    const gone = await enter('s1', 'no-longer-registered', 'https://gone.example/');
    await end('s1');
    expect(bodies().sort()).toEqual(
      [
        ['https://shop.example/', first],
        ['https://shop.example/', second],
        ['https://desk.example/slo', desk],
        ['https://gone.example/', gone],
      ].sort(),
    );
    const ledger = await deliveries.list({ subject, sid: null, state: null, limit: 10 });
    expect(ledger.map((row) => [row.state, row.attempts.map((one) => one.answer)])).toEqual(Array(4).fill(['delivered', ['200']]));
  });

  it('names the person and is a form that any service can read', async () => {
    await enter('s1', 'shop', 'https://shop.example/');
    await end('s1');
    expect(sent[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(new URLSearchParams(sent[0]!.body).get('logoutRequest')).toContain('<saml:NameID>ada</saml:NameID>');
  });

  it('is repeated until it is heard, with one request id', async () => {
    const answers = [500, 404, 302];
    answerWith = () => ({ status: answers.shift()! });
    await enter('s1', 'shop', 'https://shop.example/');
    await end('s1');
    const [row] = await deliveries.list({ subject: null, sid: 's1', state: null, limit: 10 });
    expect([row!.state, row!.attempts.map((one) => one.answer)]).toEqual(['delivered', ['500', '404', '302']]);
    expect(new Set(sent.map(({ body }) => /ID%3D%22(LR-[^%]+)%22/.exec(body!)![1])).size).toBe(1);
  });

  it('the hot copy is gone before the visits are read (design: insert, then look)', async () => {
    await room.startSession(subject, 's1');
    let copy: string | null = 'unread';
    const visits = { ofSessions: async () => ((copy = await room.hot.get(sessionCopyKey('main', 's1'))), []) };
    const handler = new SessionEnded({ hot: room.hot, tenant: 'main', visits: visits as never, granted: room.granted, services: room.services(), deliveries });
    await room.database.transaction((tx) => handler.handle({ tenant: 'main', sessionId: 's1', subject, reason: 'admin', at: '', revision: 2 }, tx));
    expect(copy).toBeNull();
  });

  it('a deleted person is still named to the services that knew them', async () => {
    await enter('s1', 'shop', 'https://shop.example/');
    await room.changes.delete(subject);
    await end('s1');
    expect(decodeURIComponent(sent[0]!.body!)).toContain('<saml:NameID>ada</saml:NameID>');
  });
});

describe('receipt of a sign-out', () => {
  const receipts = () => new Receipts(Buffer.alloc(32, 1), room.clock);
  it('opens for an hour, tells nothing, and cannot be made elsewhere', () => {
    const sealed = receipts().seal('the-sid');
    expect(sealed).not.toContain(Buffer.from('the-sid').toString('base64url'));
    expect(receipts().open(sealed)).toMatchObject({ sid: 'the-sid' });
    expect(new Receipts(Buffer.alloc(32, 2), room.clock).open(sealed)).toBeNull();
    for (const odd of ['', 'x', `${sealed}A`, sealed.slice(0, -4), `${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`, 'A'.repeat(80)]) expect(receipts().open(odd)).toBeNull();
    room.clock.advance(3_600_000);
    expect(receipts().open(sealed)).toBeNull();
  });
});
