import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock, testDatabase } from '@latchkey/testing';
import { entry, keeperMigrations, launchKeepers, type Keepers } from '../cas.fixture.ts';

let room: Keepers;
beforeAll(async () => {
  room = launchKeepers(await testDatabase(keeperMigrations, { schema: 'cas' }), new FakeClock());
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.query('TRUNCATE person, credential');
  room.peersState.away = false;
  room.asks.length = 0;
  room.told.length = 0;
});
const changes = () => room.told.map((one) => one.payload['change']);

describe('putting a person', () => {
  it('gives an opaque subject that is not the name, and keeps it', async () => {
    const { person, change } = await room.changes.put(entry());
    expect(change).toBe('created');
    expect(person.subject).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const again = await room.changes.put(entry({ name: 'Ada King' }));
    expect(again).toMatchObject({ change: 'updated', person: { subject: person.subject, name: 'Ada King' } });
    expect(changes()).toEqual(['created', 'updated']);
  });

  it('the same entry twice changes nothing, plain password included', async () => {
    await room.changes.put(entry());
    const before = (await room.database.query('SELECT * FROM person, credential')).rows;
    const reordered = entry({ attributes: { affiliation: ['staff', 'faculty'], email: ['ada@example.org'] } });
    expect((await room.changes.put(reordered)).change).toBe('unchanged');
    expect((await room.database.query('SELECT * FROM person, credential')).rows).toEqual(before);
    expect([changes(), room.asks]).toEqual([['created'], []]);
  });

  it('an entry without a password leaves the password alone', async () => {
    await room.changes.put(entry());
    expect((await room.changes.put(entry({ password: undefined }))).change).toBe('unchanged');
  });

  it('another password ends the sessions before it answers (ASVS 7.4.3)', async () => {
    await room.changes.put(entry());
    expect((await room.changes.put(entry({ password: 'something else altogether' }))).change).toBe('updated');
    expect([changes().at(-1), room.asks]).toEqual(['password-changed', ['endAll password-changed', 'revokeSubject']]);
  });

  it('a hash is taken as it is, and a hash that cannot be used is refused', async () => {
    const passwordHash = await room.hasher.hash('imported from elsewhere');
    await room.changes.put(entry({ password: undefined, passwordHash }));
    expect((await room.changes.put(entry({ password: undefined, passwordHash }))).change).toBe('unchanged');
    expect((await room.credentials.attempt('ada', 'imported from elsewhere')).outcome).toBe('match');
    for (const bad of ['$argon2id$nonsense', '$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'])
      await expect(room.changes.put(entry({ password: undefined, passwordHash: bad }))).rejects.toMatchObject({ code: 'invalid_person' });
  });

  it('two who put one name at once make one person', async () => {
    const put = await Promise.all(Array.from({ length: 8 }, (_, index) => room.changes.put(entry({ name: `Ada ${index}` }))));
    expect(new Set(put.map((one) => one.person.subject)).size).toBe(1);
    expect(put.filter((one) => one.change === 'created')).toHaveLength(1);
  });

  it('refuses what Postgres cannot hold', async () => {
    await expect(room.changes.put(entry({ attributes: { note: ['a\u0000b'] } }))).rejects.toMatchObject({ code: 'invalid_person' });
  });
});

describe('a change that ends sessions (INV-3, INV-4)', () => {
  const subject = async () => (await room.changes.put(entry())).person.subject;

  it('disabling ends everything first, and does so again when asked again', async () => {
    const ada = await subject();
    expect(await room.changes.setEnabled(ada, false)).toMatchObject({ enabled: false });
    expect(room.asks).toEqual(['endAll person-disabled', 'revokeSubject']);
    await room.changes.setEnabled(ada, false);
    expect([room.asks.length, changes()]).toEqual([4, ['created', 'disabled']]);
  });

  it('is not answered with success while session-store is away, and is not forgotten either', async () => {
    const ada = await subject();
    room.peersState.away = true;
    await expect(room.changes.setEnabled(ada, false)).rejects.toThrow('away');
    expect((await room.credentials.attempt('ada', 'correct horse battery staple')).outcome).toBe('no-match');
    room.peersState.away = false;
    await room.endings.payAll();
    expect(room.asks).toEqual(['endAll person-disabled', 'revokeSubject']);
    await room.endings.payAll();
    expect(room.asks).toHaveLength(2);
  });

  it('changing the own password spares the session it was changed in, and no other', async () => {
    const ada = await subject();
    await room.changes.setPassword(ada, 'something else altogether', 'this-session');
    expect(room.asks).toEqual(['endAll password-changed this-session', 'revokeSubject']);
    expect((await room.credentials.attempt('ada', 'correct horse battery staple')).outcome).toBe('no-match');
  });

  it('no session is spared when the person is disabled while that is still owed', async () => {
    const ada = await subject();
    room.peersState.away = true;
    await expect(room.changes.setEnabled(ada, false)).rejects.toThrow();
    await expect(room.changes.setPassword(ada, 'something else altogether', 'this-session')).rejects.toThrow();
    room.peersState.away = false;
    await room.endings.payAll();
    expect(room.asks).toEqual(['endAll person-disabled', 'revokeSubject']);
  });

  it('what is owed anew while it is being paid is paid again', async () => {
    const ada = await subject();
    await room.endings.owe(room.database, ada, 'person-disabled');
    const { Endings } = await import('./endings.ts');
    const slow = new Endings({
      database: room.database,
      tenant: room.tenant,
      peers: { to: () => ({ endAll: () => room.endings.owe(room.database, ada, 'person-disabled'), revokeSubject: async () => ({ revoked: 0 }) }) } as never,
    });
    await slow.pay(ada);
    await room.endings.pay(ada);
    expect(room.asks).toEqual(['endAll person-disabled', 'revokeSubject']);
  });

  it('a deleted person leaves no name, attribute or password, frees the name, and its subject is never given again', async () => {
    const ada = await subject();
    expect(await room.changes.delete(ada)).toBe(true);
    expect(await room.changes.delete(ada)).toBe(true);
    expect(await room.changes.delete('nobody')).toBe(false);
    expect(changes()).toEqual(['created', 'deleted']);
    const { rows } = await room.database.query('SELECT name, attributes, groups FROM person');
    expect(rows).toEqual([{ name: '', attributes: {}, groups: [] }]);
    expect((await room.database.query('SELECT 1 FROM credential')).count).toBe(0);
    expect([await room.people.bySubject(ada), await room.people.byUsername('ada')]).toEqual([null, null]);
    expect((await room.changes.put(entry())).person.subject).not.toBe(ada);
  });
});

describe('finding people', () => {
  it('lists by canonical name, with a cursor, and searches literally', async () => {
    for (const username of ['Bob', 'alice', 'carol_x', 'carolyx']) await room.changes.put(entry({ username, name: `Name of ${username}` }));
    const names = async (request: { search?: string; limit?: number; after?: string }) =>
      (await room.people.list({ search: request.search ?? null, limit: request.limit ?? 10, after: request.after ?? null })).map((one) => one.username);
    expect(await names({})).toEqual(['alice', 'Bob', 'carol_x', 'carolyx']);
    expect(await names({ limit: 2 })).toEqual(['alice', 'Bob']);
    expect(await names({ after: 'Bob' })).toEqual(['carol_x', 'carolyx']);
    expect(await names({ search: 'carol_' })).toEqual(['carol_x']);
    expect(await names({ search: 'NAME OF B' })).toEqual(['Bob']);
    expect(await names({ search: '%' })).toEqual([]);
  });
});
