import { createHmac } from 'node:crypto';
import { memoryTransport } from '@latchkey/bus';
import { ROOMS, clientEntry, type PendingDescription } from '@latchkey/contracts';
import { PeerUnavailable, embeddedServiceKeys, type Peers } from '@latchkey/peers';
import { openRoom, silentLogger, systemClock, type RunningRoom } from '@latchkey/runtime';
import { memoryHotStore } from '@latchkey/store';
import { testDatabase, type TestDatabase } from '@latchkey/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { room } from './index.ts';

const publicUrl = 'http://localhost:8080';
const key = Buffer.alloc(32, 1);
const secret = 's'.repeat(43);
const FLOW = 'f'.repeat(32);
const pending: PendingDescription = {
  ...{ interaction: 'i1', client: 'calendar', clientName: 'Calendar', clientHost: '127.0.0.1:8082', clientOwner: 'Calendar Ltd' },
  ...{ loginHint: null, mustSignIn: false },
  scopes: [
    { name: 'openid', description: 'Know who you are', resource: null },
    { name: 'orders:read', description: 'See the tickets you ordered', resource: 'Box Office' },
  ],
};
const calendar = clientEntry.parse({ id: 'calendar', name: 'Calendar', redirectUris: ['http://127.0.0.1:8082/callback'] });

/** The other rooms. `words` is what token-issuer says the request asks for. */
const others = { words: pending, issuerAway: false, revoked: [] as string[] };
const session = () => ({
  ...{ v: 1, sid: 'sid-of-ada-1234567', tenant: 'main', subject: 'ada-subject', username: 'ada', amr: ['pwd'], acr: '1', revision: 1, answered: [] },
  ...{ authTime: now(), startedAt: now(), seenAt: now(), expiresAtMs: Date.now() + 3_600_000 },
  secretHash: createHmac('sha256', key).update(secret).digest('base64url'),
});
const now = () => Math.floor(Date.now() / 1000);
const peers = {
  to: () => ({
    find: async ({ sid }: { sid: string }) => ({ session: sid === session().sid ? session() : null }),
    describePending: async ({ pending: sealed, flow }: { pending: string; flow: string | null }) => ({
      pending: sealed === 'i1.sealed' && flow === FLOW ? others.words : null,
    }),
    claims: async () => ({ claims: { username: 'ada', name: 'Ada Lovelace', attributes: {}, groups: [] } }),
    registry: async () => ({ revision: 1, rows: [{ kind: 'client', id: 'calendar', revision: 1, deleted: false, entry: calendar }] }),
    async revokeClient({ client }: { client: string }) {
      if (others.issuerAway) throw new PeerUnavailable('token-issuer', '/internal/token-issuer/revoke-client');
      others.revoked.push(client);
      return { revoked: 1 };
    },
  }),
} as unknown as Peers;

let database: TestDatabase;
let running: RunningRoom;
beforeAll(async () => {
  database = await testDatabase([], { schema: 'consent' });
  running = await openRoom(room, {
    ...{ tenant: 'main', environment: {}, clock: systemClock, logger: silentLogger, peers, migrates: true },
    http: { publicUrl, secure: false, trustedProxies: [], cookieKey: key, formKey: key },
    hot: memoryHotStore(systemClock),
    transport: memoryTransport(),
    keys: embeddedServiceKeys(ROOMS).get('consent')!,
    outbound: { send: () => Promise.reject(new Error('unused')) },
    database: { url: database.url, schema: 'consent' },
  });
  await running.runJob('registry');
});
afterAll(async () => {
  await running.stop();
  await database.close();
});
beforeEach(async () => {
  Object.assign(others, { words: pending, issuerAway: false, revoked: [] });
  await database.database.query('TRUNCATE decision, consent, outbox');
});

const COOKIES = `latchkey=${session().sid}.${secret}; latchkey-flow=${FLOW}`;
async function get(url: string, cookie = COOKIES) {
  const answer = await running.fastify.inject({ method: 'GET', url, headers: { host: 'localhost:8080', cookie } });
  return { status: answer.statusCode, location: answer.headers.location, csp: String(answer.headers['content-security-policy']), body: answer.body };
}
async function post(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await running.fastify.inject({
    ...{ method: 'POST', url, payload: new URLSearchParams(form).toString() },
    headers: { host: 'localhost:8080', cookie: COOKIES, origin: publicUrl, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
  return { status: answer.statusCode, location: answer.headers.location, body: answer.body };
}
const tokenIn = (body: string) => /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? /value="([^"]+)" name="csrf"/.exec(body)?.[1] ?? '';
const decisions = async () => (await database.database.query<{ decision: string; shown: object }>('SELECT decision, shown FROM decision ORDER BY id')).rows;

describe('the consent page', () => {
  it('names the application, its host and owner, a permission a line, and who is signed in', async () => {
    const page = await get('/consent?pending=i1.sealed');
    expect(page.status).toBe(200);
    for (const word of ['Calendar', '127.0.0.1:8082', 'Calendar Ltd', 'See the tickets you ordered', 'Ada Lovelace']) expect(page.body).toContain(word);
    expect(page.csp).toContain("form-action 'self' http://127.0.0.1:8082");
  });

  it('without a session leads to sign-in and keeps the request', async () => {
    expect(await get('/consent?pending=i1.sealed', '')).toMatchObject({ status: 303, location: '/cas/login?pending=i1.sealed' });
  });

  it('a request of another browser is an error page with a way back, and decides nothing', async () => {
    const cookie = `latchkey=${session().sid}.${secret}; latchkey-flow=${'g'.repeat(32)}`;
    const page = await get('/consent?pending=i1.sealed', cookie);
    expect(page.status).toBe(400);
    expect(page.body).toContain('data-error="pending_other_browser"');
    expect(page.body).toContain('href="/account"');
    expect((await post('/consent', { pending: 'i1.sealed', decision: 'allow' }, { cookie })).body).toContain('data-error="pending_other_browser"');
    expect(await decisions()).toEqual([]);
  });

  it.each([
    ['allow', 'granted'],
    ['deny', 'denied'],
  ])('%s is recorded with the words shown, and leads back to the authorization request', async (decision, recorded) => {
    const csrf = tokenIn((await get('/consent?pending=i1.sealed')).body);
    const answer = await post('/consent', { pending: 'i1.sealed', csrf, decision });
    expect(answer).toMatchObject({ status: 303, location: '/oauth2/authorize?pending=i1.sealed' });
    expect(await decisions()).toMatchObject([{ decision: recorded, shown: { clientName: 'Calendar', scopes: pending.scopes } }]);
  });

  it('a form without its token, from another origin, or shown with other words decides nothing', async () => {
    const csrf = tokenIn((await get('/consent?pending=i1.sealed')).body);
    const form = { pending: 'i1.sealed', csrf, decision: 'allow' };
    const refused = [await post('/consent', { ...form, csrf: '' }), await post('/consent', form, { origin: 'https://evil.example' })];
    others.words = { ...pending, scopes: [...pending.scopes, { name: 'email', description: 'Know your address', resource: null }] };
    refused.push(await post('/consent', form));
    for (const { status, body } of refused) {
      expect(status).toBe(403);
      expect(body).toContain('data-error="form_expired"');
    }
    expect(await decisions()).toEqual([]);
  });

  it('a repeated parameter is an error page (RFC 6749 §3.1)', async () => {
    const page = await get('/consent?pending=i1.sealed&pending=i1.sealed');
    expect(page.status).toBe(400);
    expect(page.body).toContain('data-error="repeated_parameter"');
  });
});

describe('connected applications', () => {
  async function connect() {
    const csrf = tokenIn((await get('/consent?pending=i1.sealed')).body);
    await post('/consent', { pending: 'i1.sealed', csrf, decision: 'allow' });
    const page = await get('/consent/applications');
    return { page, csrf: tokenIn(page.body) };
  }

  it('lists what was allowed, in the words of then', async () => {
    const { page } = await connect();
    expect(page.status).toBe(200);
    for (const word of ['Calendar', 'See the tickets you ordered']) expect(page.body).toContain(word);
  });

  it('a withdrawal has revoked when the browser is led on', async () => {
    const { csrf } = await connect();
    const answer = await post('/consent/applications/withdraw', { csrf, client: 'calendar' });
    expect(answer).toMatchObject({ status: 303, location: '/consent/applications?withdrawn=calendar' });
    expect(others.revoked).toEqual(['calendar']);
    expect((await get('/consent/applications')).body).not.toContain('See the tickets you ordered');
  });

  it('calls nothing withdrawn that is still allowed, whatever the address says', async () => {
    const { csrf } = await connect();
    const before = (await get('/consent/applications?withdrawn=calendar')).body;
    await post('/consent/applications/withdraw', { csrf, client: 'calendar' });
    const after = (await get('/consent/applications?withdrawn=calendar')).body;
    const alert = (body: string) => body.includes('class="alert good"');
    expect([alert(before), alert(after)]).toEqual([false, true]);
  });

  it('says that a withdrawal is in progress while token-issuer is away; the job finishes it', async () => {
    const { csrf } = await connect();
    others.issuerAway = true;
    const answer = await post('/consent/applications/withdraw', { csrf, client: 'calendar' });
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('data-error="withdrawal_in_progress"');
    others.issuerAway = false;
    await running.runJob('repeat withdrawals');
    expect(others.revoked).toEqual(['calendar']);
  });

  it.each(['nobody', '', '\0', 'x'.repeat(5_000), "'; --"])('withdraws nothing from %j, which was never agreed to, and leaves no row of it anywhere', async (client) => {
    const { csrf } = await connect();
    expect((await post('/consent/applications/withdraw', { csrf, client })).status).toBe(303);
    expect(others.revoked).toEqual([]);
    expect((await get('/consent/applications')).body).toContain('See the tickets you ordered');
  });

  it('withdraws nothing by a form that was not shown here', async () => {
    await connect();
    expect((await post('/consent/applications/withdraw', { csrf: 'x', client: 'calendar' })).status).toBe(403);
    expect(others.revoked).toEqual([]);
  });
});
