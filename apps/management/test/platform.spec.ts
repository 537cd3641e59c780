import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOMS } from '@latchkey/contracts';
import { Browser, launchPlatform, type Launched } from '@latchkey/testing';
import type { ManagementParts } from '../src/room.ts';

const demo = readFileSync(new URL('../../../examples/demo.yaml', import.meta.url), 'utf8');
const robot = (url: string) => `
  - id: robot
    name: Robot
    secret: 0123456789abcdef0123456789abcdef
    grantTypes: [client_credentials]
    scopes: [admin]
    resources: ['${url}/admin']
`;

describe('management among the real rooms', () => {
  let platform: Launched;
  let token: string;
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${platform.url}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };

  beforeAll(async () => {
    platform = await launchPlatform({ declaration: demo + robot('{{url}}') });
  });
  afterAll(() => platform.close());

  it('lets a client in by client_credentials, with a token of our own issuer', async () => {
    const answer = await fetch(`${platform.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('robot:0123456789abcdef0123456789abcdef').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'admin', resource: `${platform.url}/admin` }),
    });
    const granted = (await answer.json()) as { access_token: string };
    expect([answer.status, granted]).toEqual([200, expect.objectContaining({ access_token: expect.any(String) })]);
    token = granted.access_token;
    expect((await call('GET', '/services/box-office')).status).toBe(200);
  });

  it('shows the people, sessions, deliveries, consents and audit that the other rooms hold', async () => {
    const people = (await call('GET', '/people?search=ada')).body['items'] as { subject: string; username: string }[];
    expect(people.map(({ username }) => username)).toEqual(['ada']);
    const ada = people[0]!.subject;
    for (const path of ['/sessions', `/sessions?person=${ada}&alive=true`, '/deliveries', `/people/${ada}/consents`, '/audit?limit=5', '/clients', '/resources'])
      expect([path, (await call('GET', path)).status]).toEqual([path, 200]);
  });

  it('asks every room for its parked events, itself included, and finds none', async () => {
    expect((await call('GET', '/parked-events')).body).toEqual({ items: [], unanswered: [] });
    for (const room of ROOMS) expect((await call('POST', `/parked-events/${room}/nothing/replay`)).status).toBe(404);
  });

  it('rotates the keys and still takes tokens of the key before', async () => {
    expect((await call('POST', '/keys/rotate', {})).status).toBe(200);
    expect((await call('GET', '/services')).status).toBe(200);
  });

  it('shuts a person out', async () => {
    const put = await call('PUT', '/people', { username: 'eve', name: 'Eve', password: 'a password of some length' });
    expect(put.status).toBe(201);
    expect((await call('POST', `/people/${String(put.body['subject'])}/disable`)).body['enabled']).toBe(false);
    expect((await call('DELETE', `/people/${String(put.body['subject'])}`)).status).toBe(204);
  });

  it('is set up by the printed link, works for that administrator, and stops when they sign out', async () => {
    const parts = platform.rooms.get('management')!.parts as unknown as ManagementParts;
    const link = await parts.setupUrl();
    const browser = new Browser();
    const setUp = await browser.visit(link!);
    const password = 'quite a long password for an admin';
    const made = await browser.submit(setUp, { name: 'Root', login: 'root', password });
    expect([made.status, new URL(made.url).pathname]).toEqual([200, '/cas/login']);

    const verifier = randomBytes(32).toString('base64url');
    const redirect_uri = `${platform.url}/admin/callback`;
    const authorize = new URLSearchParams({
      response_type: 'code',
      client_id: 'latchkey-admin',
      redirect_uri,
      scope: 'openid admin',
      resource: `${platform.url}/admin`,
      state: 'x',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const until = (url: string) => url.startsWith(redirect_uri);
    const signIn = await browser.visit(`${platform.url}/oauth2/authorize?${authorize}`, { until });
    const back = await browser.submit(signIn, { login: 'root', password }, { until });
    const code = new URL(String(back.headers['location'])).searchParams.get('code');
    const exchange = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'latchkey-admin', code: code ?? '', redirect_uri, code_verifier: verifier });
    const granted = (await (await fetch(`${platform.url}/oauth2/token`, { method: 'POST', body: exchange })).json()) as { access_token: string };
    expect(granted).toEqual(expect.objectContaining({ access_token: expect.any(String) }));
    token = granted.access_token;

    const sessions = (await call('GET', '/sessions?alive=true')).body['items'] as { sid: string; username: string }[];
    const mine = sessions.find(({ username }) => username === 'root');
    const detail = (await call('GET', `/sessions/${mine?.sid}`)).body as { grants: { client: string }[] };
    expect(detail.grants.map(({ client }) => client)).toEqual(['latchkey-admin']);
    expect((await call('DELETE', `/sessions/${mine?.sid}`)).status).toBe(204);
    expect((await call('GET', '/sessions')).status).toBe(401);
  });
});
