import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@latchkey/testing';
import { IssuerKey } from './fake-peers.ts';
import { launchManagement, PUBLIC_URL, type Launched } from './launch.ts';

describe('the guard of the admin API (RFC 6750, RFC 9068)', () => {
  let m: Launched;
  let admin: string;
  const get = (token?: string, headers: Record<string, string> = {}) =>
    m.call('GET', '/admin/v1/services', { ...(token === undefined ? {} : { token }), headers });

  beforeAll(async () => {
    m = await launchManagement(await testDatabase([], { schema: 'management' }));
    const peer = m.rooms.peers.to((await import('@latchkey/contracts')).casPeer);
    admin = (await peer.putPerson({ tenant: 'main', entry: { username: 'root', name: 'Root', groups: ['latchkey-admins'] } })).person.subject;
    await peer.putPerson({ tenant: 'main', entry: { username: 'ada', name: 'Ada' } });
  });
  afterAll(() => m.close());
  beforeEach(() => {
    m.clock.time += 5_000;
    m.rooms.away.clear();
  });

  it('lets an administrator in with a living token', async () => {
    expect((await get(m.token({ sub: admin }))).status).toBe(200);
  });

  it('lets no request in without a token, and names the scheme (§3)', async () => {
    const answer = await get();
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="latchkey-admin"');
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each<[string, () => string]>([
    ['nonsense', () => 'abc'],
    ['another audience', () => m.token({ sub: admin, aud: `${PUBLIC_URL}/api` })],
    ['another issuer', () => m.token({ sub: admin, iss: 'http://localhost:8081' })],
    ['a time that is over', () => m.token({ sub: admin, exp: m.clock.time / 1000 })],
    ['a time to come', () => m.token({ sub: admin, nbf: m.clock.time / 1000 + 60 })],
    ['no end', () => m.token({ sub: admin, exp: undefined })],
    ['the type of an ID token (RFC 9068 §4)', () => m.token({ sub: admin }, { typ: 'JWT' })],
    ['a key of nobody', () => new IssuerKey('k9', 'ES256').sign({ iss: PUBLIC_URL, aud: `${PUBLIC_URL}/admin`, sub: admin, client_id: 'x', scope: 'admin', exp: 9e9 })],
    ['a stranger’s key under our kid', () => new IssuerKey('k1', 'ES256').sign({ iss: PUBLIC_URL, aud: `${PUBLIC_URL}/admin`, sub: admin, client_id: 'x', scope: 'admin', exp: 9e9 })],
    ['alg none (RFC 8725 §3.2)', () => `${b64({ alg: 'none', typ: 'at+jwt', kid: 'k1' })}.${m.token({ sub: admin }).split('.')[1]}.`],
    [
      'HS256 keyed with our public key (RFC 8725 §2.1)',
      () => {
        const input = `${b64({ alg: 'HS256', typ: 'at+jwt', kid: 'k2' })}.${m.token({ sub: admin }).split('.')[1]}`;
        return `${input}.${createHmac('sha256', m.rooms.keys[1]!.pem()).update(input).digest('base64url')}`;
      },
    ],
    ['a critical header that nobody knows (RFC 7515 §4.1.11)', () => m.token({ sub: admin }, { crit: ['x'], x: 1 })],
    ['a session that is over', () => m.token({ sub: admin, sid: 'dead' })],
  ])('refuses %s', async (_, make) => {
    const answer = await get(make());
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="latchkey-admin", error="invalid_token"');
  });

  it('refuses a token in the query (§2.3)', async () => {
    expect((await m.call('GET', `/admin/v1/services?access_token=${m.token({ sub: admin })}`)).status).toBe(401);
  });

  it('remembers a good token no longer than to its end', async () => {
    const token = m.token({ sub: admin });
    expect((await get(token)).status).toBe(200);
    m.clock.time += 299_000;
    expect((await get(token)).status).toBe(200);
    m.clock.time += 1_000;
    expect((await get(token)).status).toBe(401);
  });

  it('forgets a remembered token when its key is dropped', async () => {
    const token = m.token({ sub: admin });
    expect((await get(token)).status).toBe(200);
    const [dropped] = m.rooms.keys.splice(0, 1);
    m.clock.time += 31_000;
    expect((await get(token)).status).toBe(401);
    m.rooms.keys.unshift(dropped!);
  });

  it('says 403 to somebody who is no administrator', async () => {
    const answer = await get(m.token({ sub: m.rooms.people.get('ada')!.subject }));
    expect([answer.status, answer.body['code']]).toEqual([403, 'not_administrator']);
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
  });

  it('says 403 to a token without the scope, and names it (§3.1)', async () => {
    const none = await get(m.token({ sub: admin, scope: 'openid' }));
    expect([none.status, none.headers['www-authenticate']]).toEqual([403, 'Bearer realm="latchkey-admin", error="insufficient_scope", scope="admin:read"']);
    const reader = m.token({ sub: admin, scope: 'admin:read' });
    expect((await get(reader)).status).toBe(200);
    const write = await m.call('POST', '/admin/v1/keys/rotate', { token: reader });
    expect([write.status, write.headers['www-authenticate']]).toEqual([403, 'Bearer realm="latchkey-admin", error="insufficient_scope", scope="admin"']);
  });

  it('shuts an administrator out a second after they left the group', async () => {
    const token = m.token({ sub: admin });
    expect((await get(token)).status).toBe(200);
    const root = m.rooms.people.get('root')!;
    m.rooms.people.set('root', { ...root, groups: [] });
    m.clock.time += 1_000;
    expect((await get(token)).status).toBe(403);
    m.rooms.people.set('root', root);
  });

  it('lets a client in that an administrator registered for it, as far as it is registered', async () => {
    const root = m.token({ sub: admin });
    const body = { name: 'Robot', grantTypes: ['client_credentials'], scopes: ['admin:read'], resources: [`${PUBLIC_URL}/admin`] };
    expect((await m.call('PUT', '/admin/v1/clients/robot', { token: root, body })).status).toBe(201);
    const robot = m.token({ sub: 'robot', client_id: 'robot', scope: 'admin admin:read' });
    expect((await get(robot)).status).toBe(200);
    expect((await m.call('POST', '/admin/v1/keys/rotate', { token: robot })).status).toBe(403);
    expect((await m.call('DELETE', '/admin/v1/clients/robot', { token: root })).status).toBe(204);
    m.clock.time += 1_000;
    expect((await get(robot)).status).toBe(403);
  });

  it('lets nobody in when the keys could not be read for ten minutes, and calls nobody a forger', async () => {
    m.rooms.away.add('token-issuer');
    m.clock.time += 60_000;
    expect((await get(m.token({ sub: admin }))).status).toBe(200);
    m.clock.time += 600_000;
    expect((await get(m.token({ sub: admin }))).status).toBe(503);
  });
});
