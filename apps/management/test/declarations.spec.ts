import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { casPeer } from '@latchkey/contracts';
import { testDatabase } from '@latchkey/testing';
import { DeclarationRefused } from '../src/declaration/declaration-error.ts';
import { launchManagement, type Launched } from './launch.ts';

const FILE = `
people:
  - {username: ada, name: Ada, password: correct horse battery staple, attributes: {email: [ada@example.org]}}
  - {username: grace, name: Grace}
services:
  - {id: shop, name: Shop, urls: ['https://shop.example.org/']}
  - {id: wiki, name: Wiki, urls: ['https://wiki.example.org/']}
resources:
  - {id: 'https://api.example.org', name: API, scopes: [{name: read, description: Read}]}
clients:
  - {id: app, name: App, secret: 0123456789abcdef0123456789abcdef, redirectUris: ['https://app.example.org/cb'], scopes: [openid, read], resources: ['https://api.example.org']}
`;

describe('applying a declarative file', () => {
  let m: Launched;
  const rows = async () => (await m.running.infra.postgres.query('SELECT * FROM registry ORDER BY kind, id')).rows;
  const told = async () => (await m.running.infra.postgres.query('SELECT * FROM outbox')).count;
  const noted = async () => (await m.running.infra.postgres.query('SELECT * FROM audit')).count;

  beforeAll(async () => {
    m = await launchManagement(await testDatabase([], { schema: 'management' }));
  });
  afterAll(() => m.close());

  it('makes everything it names', async () => {
    expect(await m.parts.apply(FILE)).toEqual({
      people: { written: 2, removed: 0, unchanged: 0 },
      services: { written: 2, removed: 0, unchanged: 0 },
      clients: { written: 1, removed: 0, unchanged: 0 },
      resources: { written: 1, removed: 0, unchanged: 0 },
    });
    expect(m.rooms.people.get('ada')?.attributes).toEqual({ email: ['ada@example.org'] });
  });

  it('writes nothing, tells nothing and notes nothing when the file is unchanged', async () => {
    const before = [await rows(), await told(), await noted()];
    const { people, services, clients, resources } = await m.parts.apply(`# a comment\n${FILE}`);
    expect([people, services, clients, resources].every(({ written, removed }) => written + removed === 0)).toBe(true);
    expect([await rows(), await told(), await noted()]).toEqual(before);
  });

  it('tells one event for all its entries', async () => {
    const before = await told();
    await m.parts.apply(FILE.replace('name: Shop', 'name: The shop').replace('name: Wiki', 'name: The wiki'));
    expect(await told()).toBe(before + 1);
  });

  it('takes away what it made and no longer names, and leaves alone what others made', async () => {
    const { person } = await m.rooms.peers.to(casPeer).putPerson({ tenant: 'main', entry: { username: 'root', name: 'Root', groups: ['latchkey-admins'] } });
    const token = m.token({ sub: person.subject });
    expect((await m.call('PUT', '/admin/v1/services/mine', { token, body: { name: 'Mine', urls: ['https://mine.example.org/'] } })).status).toBe(201);
    const applied = await m.parts.apply(FILE.replace(/ {2}- \{id: wiki.*\n/, '').replace(/ {2}- \{username: grace.*\n/, ''));
    expect([applied.services.removed, applied.people.removed]).toEqual([1, 1]);
    expect((await m.call('GET', '/admin/v1/services/wiki', { token })).status).toBe(404);
    expect((await m.call('GET', '/admin/v1/services/mine', { token })).status).toBe(200);
    expect((await m.call('GET', '/admin/v1/clients/latchkey-admin', { token })).status).toBe(200);
    // Out at once, but not forgotten: what applications keep under the subject is not orphaned.
    expect(m.rooms.people.get('grace')?.enabled).toBe(false);
    expect(m.rooms.people.get('root')?.enabled).toBe(true);
    expect((await m.parts.apply(FILE)).people).toEqual({ written: 1, removed: 0, unchanged: 1 });
    expect(m.rooms.people.get('grace')?.enabled).toBe(true);
  });

  it('knows a person by who they are, not by how their name is written', async () => {
    const applied = await m.parts.apply(FILE.replace('username: ada', 'username: Ada'));
    expect([applied.people.removed, m.rooms.people.get('ada')?.enabled ?? m.rooms.people.get('Ada')?.enabled]).toEqual([0, true]);
    await m.parts.apply(FILE);
  });

  it('changes nothing when anything is wrong, and says every line', async () => {
    const before = [await rows(), await told(), m.rooms.asked.length];
    const wrong = `${FILE.replace('name: Shop', 'nam: Shop')}  - {id: app, name: Twice}\n`;
    const refused = await m.parts.apply(wrong, 'latchkey.yaml').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DeclarationRefused);
    expect((refused as DeclarationRefused).errors.map(({ line, path }) => [line, path])).toEqual([
      [6, 'services[0].name'],
      [6, 'services[0].nam'],
    ]);
    expect((refused as Error).message).toContain('latchkey.yaml has 2 errors; nothing of it was applied\n  line 6, column');
    expect([await rows(), await told(), m.rooms.asked.length]).toEqual(before);
  });

  it('can be applied by several replicas at once', async () => {
    const changed = FILE.replace('name: Shop', 'name: Shop of many');
    const before = await told();
    await Promise.all(Array.from({ length: 8 }, () => m.parts.apply(changed)));
    expect(await told()).toBe(before + 1);
  });
});
