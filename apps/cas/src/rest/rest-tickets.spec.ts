import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, launchPlatform } from '@latchkey/testing';
import { CLUB, PASSWORD, SHOP, launchCas, type CasPlatform } from '../cas.platform.fixture.ts';

let cas: CasPlatform;
let closed: CasPlatform;
beforeAll(async () => {
  const tools = { launchPlatform, newBrowser: () => new Browser() };
  [cas, closed] = await Promise.all([launchCas(tools), launchCas(tools, { LATCHKEY_REST_TICKETS_FROM: '10.0.0.0/8' })]);
}, 90_000);
afterAll(() => Promise.all([cas.close(), closed.close()]));

const ada = { username: 'ada', password: PASSWORD };
const ask = (method: string, path: string, form?: Record<string, string>, at = cas) =>
  fetch(`${at.url}/cas/v1/${path}`, { method, ...(form === undefined ? {} : { body: new URLSearchParams(form) }) });
const signIn = async () => (await ask('POST', 'tickets', ada)).text();

describe('tickets without a browser (REST)', () => {
  it('a name and a password make a ticket-granting ticket, and that a service ticket', async () => {
    const made = await ask('POST', 'tickets', ada);
    const tgt = await made.text();
    expect([made.status, made.headers.get('location')]).toEqual([201, `${cas.url}/cas/v1/tickets/${tgt}`]);
    const ticket = await ask('POST', `tickets/${tgt}`, { service: SHOP });
    expect(ticket.status).toBe(200);
    expect(await cas.validate(await ticket.text())).toContain('<cas:user>ada</cas:user>');
    expect((await ask('GET', `tickets/${tgt}`)).status).toBe(200);
  });
  it('names the service as all other entrances do: without the session of a servlet container', async () => {
    const ticket = await ask('POST', `tickets/${await signIn()}`, { service: `${SHOP};jsessionid=A1` });
    expect(await cas.validate(await ticket.text())).toContain('<cas:user>ada</cas:user>');
  });
  it('signing out ends it everywhere', async () => {
    const tgt = await signIn();
    const ticket = await (await ask('POST', `tickets/${tgt}`, { service: SHOP })).text();
    expect((await ask('DELETE', `tickets/${tgt}`)).status).toBe(200);
    expect(await cas.validate(ticket)).toContain('INVALID_TICKET');
    for (const [method, form] of [['GET'], ['DELETE'], ['POST', { service: SHOP }]] as const) expect((await ask(method, `tickets/${tgt}`, form)).status).toBe(404);
  });
  it('users: says who it is, and leaves no session behind', async () => {
    const known = await ask('POST', 'users', ada);
    expect([known.status, await known.json()]).toMatchObject([200, { authentication: { principal: { id: 'ada', attributes: { email: ['ada@example.org'] } } } }]);
  });
  it.each<[string, string, Record<string, string> | undefined, number]>([
    ['a wrong password', 'tickets', { ...ada, password: 'x' }, 401],
    ['an unknown name', 'users', { username: 'nobody', password: 'x' }, 401],
    ['no password', 'tickets', { username: 'ada' }, 400],
    ['nothing', 'tickets', undefined, 400],
    ['an unknown ticket', 'tickets/TGT-aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', { service: SHOP }, 404],
    ['no ticket', 'tickets/x', { service: SHOP }, 404],
  ])('%s is refused', async (_what, path, form, status) => {
    const answer = await ask('POST', path, form);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, expect.stringMatching(/^application\/problem\+json/)]);
    expect(await answer.text()).not.toMatch(/TGT-|ST-/);
  });
  it.each([
    ['https://evil.example/', 400],
    ['', 400],
    [CLUB, 403],
    ['https://vault.example/', 403],
    ['https://gone.example/', 400],
  ])('there is no ticket for %j', async (service, status) => {
    expect((await ask('POST', `tickets/${await signIn()}`, { service })).status).toBe(status);
  });
  it('from a network that was not named nothing is there', async () => {
    for (const [method, path] of [['POST', 'tickets'], ['POST', 'users'], ['GET', 'tickets/x'], ['DELETE', 'tickets/x'], ['POST', 'tickets/x']] as const)
      expect((await ask(method, path, method === 'POST' ? ada : undefined, closed)).status).toBe(404);
  });
  it('tries are throttled like those of a browser', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) statuses.push((await ask('POST', 'tickets', { username: 'grace', password: `x${n}` })).status);
    expect(statuses.at(-1)).toBe(429);
  });
});
