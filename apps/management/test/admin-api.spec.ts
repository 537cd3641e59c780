import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { casPeer } from '@latchkey/contracts';
import { testDatabase } from '@latchkey/testing';
import { hashClientSecret } from '../src/registry/client-secret.ts';
import { routes } from '../src/api/routes.ts';
import { launchManagement, PUBLIC_URL, type Launched } from './launch.ts';

interface Operation {
  operationId: string;
  parameters: { name: string; in: string }[];
  requestBody?: object;
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

describe('the admin API', () => {
  let m: Launched;
  let token: string;
  const call = (method: string, url: string, body?: unknown, headers: Record<string, string> = {}) =>
    m.call(method, `/admin/v1${url}`, { token, ...(body === undefined ? {} : { body }), headers });
  const outbox = async () => (await m.running.infra.postgres.query<{ name: string }>('SELECT name FROM outbox')).rows.length;

  beforeAll(async () => {
    m = await launchManagement(await testDatabase([], { schema: 'management' }));
    const { person } = await m.rooms.peers.to(casPeer).putPerson({ tenant: 'main', entry: { username: 'root', name: 'Root', groups: ['latchkey-admins'] } });
    token = m.token({ sub: person.subject });
  });
  afterAll(() => m.close());

  const shop = { name: 'Shop', urls: ['https://shop.example.org/'], attributes: ['email'] };

  describe('as its OpenAPI document says', () => {
    let document: Document;
    beforeAll(async () => {
      document = (await m.call('GET', '/admin/openapi.json')).body as unknown as Document;
    });

    it('is every route, and every route is in it', async () => {
      const described = Object.entries(document.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
      const table = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
      expect(described.sort()).toEqual(table.sort());
      for (const route of routes) expect(m.running.fastify.hasRoute({ method: route.method, url: route.path })).toBe(true);
    });

    it('names each operation once and refers only to what is there', () => {
      const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
      expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
      const refs = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
      for (const ref of new Set(refs)) {
        const name = /#\/components\/schemas\/(\w+)"/.exec(ref)?.[1];
        expect([ref, name !== undefined && name in document.components.schemas]).toEqual([ref, true]);
      }
      expect(JSON.stringify(document)).not.toContain('$defs');
      expect(document.openapi).toBe('3.1.0');
    });

    it('names every parameter of a path', () => {
      for (const [path, operations] of Object.entries(document.paths)) {
        const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        for (const { parameters } of Object.values(operations))
          expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(wanted);
      }
    });

    it('refuses what the document does not know', async () => {
      expect((await call('GET', '/services?limt=1')).body['errors']).toEqual([{ path: 'limt', message: 'is not known here' }]);
      expect((await call('GET', '/services?constructor=1')).status).toBe(400);
      expect((await call('GET', '/services?limit=1&limit=2')).body['errors']).toEqual([{ path: 'limit', message: 'came more than once' }]);
    });
  });

  it('creates, reads, replaces and deletes a service, and tells it each time in one transaction', async () => {
    const before = await outbox();
    const created = await call('PUT', '/services/shop', shop);
    expect([created.status, (created.body['entry'] as { id: string }).id, created.body['origin']]).toEqual([201, 'shop', 'rest']);
    const read = await call('GET', '/services/shop');
    expect(read.headers['etag']).toBe(created.headers['etag']);
    expect((await call('PUT', '/services/shop', read.body['entry'])).headers['etag']).toBe(read.headers['etag']);
    expect(await outbox()).toBe(before + 1);
    expect((await call('PUT', '/services/shop', { ...shop, name: 'The shop' })).status).toBe(200);
    expect((await call('DELETE', '/services/shop')).status).toBe(204);
    expect((await call('GET', '/services/shop')).status).toBe(404);
    expect(await outbox()).toBe(before + 3);
    const { items } = (await call('GET', '/audit?thing=service:shop')).body as unknown as { items: { action: string; actor: string }[] };
    expect(items.map(({ action }) => action)).toEqual(['service.deleted', 'service.updated', 'service.created']);
    expect(items[0]?.actor).toBe(`person:${m.rooms.people.get('root')?.subject}`);
  });

  it('says which field is wrong and refuses unknown ones (RFC 9457)', async () => {
    const answer = await call('PUT', '/services/bad', { ...shop, urls: ['ftp://x'], colour: 'red', attributes: 'email' });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect((answer.body['errors'] as { path: string }[]).map(({ path }) => path).sort()).toEqual(['attributes', 'colour', 'urls[0]']);
    expect((await call('PUT', '/services/bad', { ...shop, name: 'a\0b' })).status).toBe(400);
    expect((await call('PUT', '/services/bad', '{"name":"a\\ud800","urls":[]}')).status).toBe(400);
    expect((await call('GET', '/services/a%00b')).status).toBe(400);
    expect((await call('GET', '/audit?thing=%00')).status).toBe(400);
    expect((await call('PUT', '/services/BAD', shop)).status).toBe(400);
    expect((await call('PUT', '/services/bad', '{')).status).toBe(400);
    expect((await call('PUT', '/services/bad', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await call('PUT', '/services/bad', { ...shop, id: 'other' })).body['errors']).toEqual([{ path: 'id', message: 'is not the id of the address' }]);
    expect((await call('GET', '/services/bad')).status).toBe(404);
  });

  it('lets no change be lost: of 20 writers who read the same revision one wins (RFC 9110 §13.1.1)', async () => {
    const { headers } = await call('PUT', '/services/race', shop);
    const writes = Array.from({ length: 20 }, (_, index) => call('PUT', '/services/race', { ...shop, name: `Shop ${index}` }, { 'if-match': String(headers['etag']) }));
    const statuses = (await Promise.all(writes)).map(({ status }) => status);
    expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 412).length]).toEqual([1, 19]);
    expect((await call('PUT', '/services/race', shop, { 'if-none-match': '*' })).status).toBe(412);
    expect((await call('PUT', '/services/race', shop, { 'if-match': 'W/"1"' })).status).toBe(400);
  });

  it('shows a secret of 256 bits once, keeps its hash, and keeps it when the client is replaced', async () => {
    const body = { name: 'App', redirectUris: ['https://app.example.org/cb'] };
    const created = await call('PUT', '/clients/app', body);
    const secret = String(created.body['secret']);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    const hash = async () => (await m.running.infra.postgres.query<{ hash: string }>(`SELECT entry->>'secretHash' AS hash FROM registry WHERE id = 'app'`)).rows[0]?.hash;
    expect(await hash()).toBe(hashClientSecret(secret));
    const read = await call('GET', '/clients/app');
    expect([read.body['hasSecret'], read.text.includes(secret), read.text.includes('secretHash')]).toEqual([true, false, false]);
    expect((await call('PUT', '/clients/app', { ...body, name: 'The app' })).body['secret']).toBeUndefined();
    expect(await hash()).toBe(hashClientSecret(secret));
    const rotated = await call('POST', '/clients/app/secret');
    expect(await hash()).toBe(hashClientSecret(String(rotated.body['secret'])));
    expect((await call('GET', '/clients')).text).not.toContain('secretHash');
  });

  it('holds a client to the rules of the declarative file', async () => {
    const answer = await call('PUT', '/clients/wrong', { name: 'Wrong', scopes: ['openid', 'constructor'], resources: ['https://nowhere.example.org/'] });
    expect((answer.body['errors'] as { path: string }[]).map(({ path }) => path)).toEqual(['redirectUris', 'resources[0]', 'scopes[1]']);
  });

  it('keeps a resource while a client names it', async () => {
    const id = encodeURIComponent('https://api.example.org');
    expect((await call('PUT', `/resource?id=${id}`, { name: 'API', scopes: [{ name: 'read', description: 'Read' }] })).status).toBe(201);
    const body = { name: 'Reader', redirectUris: ['https://r.example.org/cb'], scopes: ['read'], resources: ['https://api.example.org'] };
    expect((await call('PUT', '/clients/reader', body)).status).toBe(201);
    expect((await call('DELETE', `/resource?id=${id}`)).body['code']).toBe('in_use');
    await call('DELETE', '/clients/reader');
    expect((await call('DELETE', `/resource?id=${id}`)).status).toBe(204);
  });

  it('does not let its own client and resource be changed', async () => {
    expect((await call('DELETE', '/clients/latchkey-admin')).body['code']).toBe('built_in');
    expect((await call('PUT', `/resource?id=${encodeURIComponent(`${PUBLIC_URL}/admin`)}`, { name: 'X', scopes: [{ name: 'x', description: 'X' }] })).body['code']).toBe('built_in');
  });

  it('turns pages by cursor', async () => {
    for (const id of ['p-1', 'p-2', 'p-3']) await call('PUT', `/services/${id}`, shop);
    const ids: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const answer = await call('GET', `/services?limit=2${next === '' ? '' : `&after=${next}`}`);
      const body = answer.body as unknown as { items: { entry: { id: string } }[]; next: string | null };
      ids.push(...body.items.map(({ entry }) => entry.id));
      next = body.next;
    }
    expect(ids).toEqual([...ids].sort());
    expect(ids.filter((id) => id.startsWith('p-'))).toEqual(['p-1', 'p-2', 'p-3']);
    const first = (await call('GET', '/audit?limit=2')).body as unknown as { items: { id: string }[]; next: string };
    const second = (await call('GET', `/audit?limit=2&before=${encodeURIComponent(first.next)}`)).body as unknown as { items: { id: string }[] };
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4);
  });

  it('passes people, sessions, deliveries, consents and keys on to their owners, and writes down who did it', async () => {
    const { body } = await call('PUT', '/people', { username: 'grace', name: 'Grace' });
    const grace = String(body['subject']);
    const statuses = [
      await call('GET', '/people?search=gra'),
      await call('GET', `/people/${grace}`),
      await call('POST', `/people/${grace}/disable`),
      await call('POST', `/people/${grace}/enable`),
      await call('POST', `/people/${grace}/password`, { password: 'a long enough password' }),
      await call('DELETE', `/people/${grace}/sessions`),
      await call('GET', `/people/${grace}/consents`),
      await call('DELETE', `/people/${grace}/consents/calendar`),
      await call('DELETE', `/people/${grace}`),
      await call('GET', '/sessions?alive=true'),
      await call('DELETE', '/sessions/alive'),
      await call('GET', '/deliveries?state=parked'),
      await call('POST', '/deliveries/cas/parked/retry'),
      await call('POST', '/keys/rotate', {}),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 200, 204, 200, 200, 204, 204, 200, 204, 200, 202, 200]);
    const { items } = (await call('GET', `/audit?thing=person:${grace}`)).body as unknown as { items: { action: string }[] };
    expect(items.map(({ action }) => action)).toEqual([
      'person.deleted-by-admin',
      'consent.withdrawn-by-admin',
      'person.sessions-ended-by-admin',
      'person.password-set-by-admin',
      'person.enabled-by-admin',
      'person.disabled-by-admin',
      'person.put-by-admin',
    ]);
  });

  describe('parked events (design §7: visible, replayable)', () => {
    const list = async (query = '') => (await call('GET', `/parked-events${query}`)).body as unknown as { items: { id: string; room: string }[]; unanswered: string[] };
    const awkward = 'kafka:latchkey.session.v1/0/12';

    it('are shown of all rooms, newest first, and a room that is down is named and hides only its own', async () => {
      m.rooms.parked.set('cas', ['a', 'poison', awkward]);
      m.rooms.parked.set('consent', ['b']);
      const { items, unanswered } = await list();
      expect([items.map(({ id }) => id), unanswered]).toEqual([[awkward, 'poison', 'a', 'b'], []]);
      expect(items[0]).toEqual(expect.objectContaining({ room: 'cas', error: 'cannot digest this', tries: 5, data: { sessionId: 's1' } }));
      expect((await list('?room=consent')).items.map(({ id }) => id)).toEqual(['b']);
      m.rooms.away.add('cas');
      expect(await list()).toEqual(expect.objectContaining({ items: [expect.objectContaining({ id: 'b' })], unanswered: ['cas'] }));
      m.rooms.away.clear();
    });

    it('are tried again or given up by an administrator, and the audit says by whom', async () => {
      const at = (id: string) => `/parked-events/cas/${encodeURIComponent(id)}`;
      const replay = await call('POST', `${at('a')}/replay`);
      expect([replay.status, replay.body]).toEqual([200, { outcome: 'handled' }]);
      expect((await call('POST', `${at('a')}/replay`)).status).toBe(404);
      expect((await call('POST', `${at('poison')}/replay`)).body).toEqual({ outcome: 'failed' });
      expect((await call('DELETE', at(awkward))).status).toBe(204);
      expect((await call('DELETE', at(awkward))).status).toBe(404);
      expect((await call('POST', '/parked-events/kitchen/a/replay')).status).toBe(400);
      expect((await list('?room=cas')).items.map(({ id }) => id)).toEqual(['poison']);
      const written = (await call('GET', '/audit?limit=3')).body as unknown as { items: { action: string; thing: string; actor: string; detail: object }[] };
      expect(written.items.map(({ action, thing, detail }) => [action, thing, detail])).toEqual([
        ['parked-event.discarded', `event:${awkward}`, { room: 'cas' }],
        ['parked-event.replayed', 'event:poison', { room: 'cas', outcome: 'failed' }],
        ['parked-event.replayed', 'event:a', { room: 'cas', outcome: 'handled' }],
      ]);
      expect(written.items[0]?.actor).toMatch(/^person:/);
    });

    it('are no stranger’s: reading takes admin:read, trying again and giving up take admin', async () => {
      const subject = (await m.rooms.peers.to(casPeer).findPerson({ tenant: 'main', username: 'root', subject: null })).person?.subject;
      const readOnly = m.token({ sub: subject, scope: 'admin:read' });
      const as = async (method: string, path: string, bearer?: string) =>
        (await m.call(method, `/admin/v1/parked-events${path}`, bearer === undefined ? {} : { token: bearer })).status;
      expect([await as('GET', ''), await as('GET', '', readOnly)]).toEqual([401, 200]);
      for (const [method, path] of [['POST', '/cas/poison/replay'], ['DELETE', '/cas/poison']] as const)
        expect([await as(method, path), await as(method, path, readOnly)]).toEqual([401, 403]);
      expect((await list('?room=cas')).items.map(({ id }) => id)).toEqual(['poison']);
    });
  });

  it('says what was not there, and what was refused', async () => {
    expect((await call('GET', '/people/nobody')).status).toBe(404);
    expect((await call('GET', '/sessions/dead')).status).toBe(404);
    expect((await call('DELETE', '/sessions/dead')).status).toBe(404);
    expect((await call('POST', '/deliveries/cas/x/retry')).status).toBe(404);
    expect((await call('POST', '/people/x/password', { password: 'short' })).body['errors']).toEqual([{ path: 'password', message: 'is too short' }]);
    m.rooms.away.add('session-store');
    expect((await call('GET', '/sessions')).status).toBe(503);
    m.rooms.away.clear();
  });
});
