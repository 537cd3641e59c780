import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock, testDatabase } from '@latchkey/testing';
import { entry, keeperMigrations, launchKeepers, type Keepers } from '../cas.fixture.ts';

const RIGHT = 'correct horse battery staple';
let room: Keepers;
beforeAll(async () => {
  room = launchKeepers(await testDatabase(keeperMigrations, { schema: 'cas' }), new FakeClock());
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.query('TRUNCATE person, credential');
  await room.changes.put(entry());
});

const attempts = async (username: string, count: number, password = 'wrong') => {
  const outcomes: string[] = [];
  for (let i = 0; i < count; i++) outcomes.push((await room.credentials.attempt(username, password)).outcome);
  return outcomes;
};
/** Time as the rows know it, without waiting for it. */
const letTimePass = (seconds: number) => room.database.query(`UPDATE credential SET next_try_at = next_try_at - interval '${seconds} seconds'`);

describe('password sign-in (NIST SP 800-63B-4 §3.2.2, ASVS 6.3)', () => {
  it('matches the right password and says who and since when, with microseconds', async () => {
    const attempt = await room.credentials.attempt('ada', RIGHT);
    expect(attempt).toMatchObject({ outcome: 'match', username: 'ada', authenticatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) });
  });

  it('meets one account under every spelling of its name', async () => {
    await room.changes.put(entry({ username: 'Ame\u0301lie' }));
    for (const spelling of ['Am\u00e9lie', 'am\u00e9lie', 'AME\u0301LIE']) expect((await room.credentials.attempt(spelling, RIGHT)).outcome).toBe('match');
  });

  it('knows one password under both normal forms of it', async () => {
    await room.changes.put(entry({ password: 'd\u00e9j\u00e0 vu encore une fois' }));
    expect((await room.credentials.attempt('ada', 'de\u0301ja\u0300 vu encore une fois')).outcome).toBe('match');
  });

  it('tells nobody apart: wrong password, unknown name, disabled person, person without a password', async () => {
    await room.changes.put(entry({ username: 'off', enabled: false }));
    await room.changes.put(entry({ username: 'nopass', password: undefined }));
    const answers = [
      await room.credentials.attempt('ada', 'wrong'),
      await room.credentials.attempt('nobody', 'wrong'),
      await room.credentials.attempt('off', RIGHT),
      await room.credentials.attempt('nopass', ''),
      await room.credentials.attempt('no\u0000body', 'wrong'),
      await room.credentials.attempt('\ud800', 'wrong'),
    ];
    for (const answer of answers) expect(answer).toEqual({ outcome: 'no-match' });
  });

  it('writes one row whoever is asked for: a commit without a write would be quicker', async () => {
    const written = async () => Number((await room.database.query<{ sum: string }>('SELECT sum(attempts) FROM nobody')).rows[0]!.sum);
    const before = await written();
    await attempts('ada', 3);
    expect(await written()).toBe(before);
    await attempts('nobody-is-called-so', 3);
    expect(await written()).toBe(before + 3);
  });

  it('makes the same statement and one hash for a known and an unknown name', async () => {
    const work = async (username: string) => {
      const statements: string[] = [];
      const hashes: (string | null)[] = [];
      const { Credentials } = await import('./credentials.ts');
      const watched = new Credentials({
        database: { ...room.database, query: (statement, values) => (statements.push(String((statement as { name: string }).name)), room.database.query(statement, values)) },
        tenant: room.tenant,
        hasher: { verify: (stored: string | null, password: string) => (hashes.push(stored), room.hasher.verify(stored, password)) } as unknown as typeof room.hasher,
        unknownNames: { attempt: async () => 0 } as never,
        freeTries: 10,
      });
      await watched.attempt(username, 'wrong');
      return { statements, hashes: hashes.length };
    };
    expect(await work('ada')).toEqual({ statements: ['credential_attempt'], hashes: 1 });
    expect(await work('nobody')).toEqual(await work('ada'));
  });
});

describe('throttle of an account (NIST SP 800-63B-4 §3.2.2)', () => {
  it.each(['ada', 'somebody-who-is-not'])('ten tries, then a wait, for %s alike', async (username) => {
    expect(await attempts(username, 11)).toEqual([...Array(10).fill('no-match'), 'wait']);
  });

  it('the right password waits too', async () => {
    await attempts('ada', 10);
    expect((await room.credentials.attempt('ada', RIGHT)).outcome).toBe('wait');
  });

  it('survives a restart: the count is in Postgres', async () => {
    await attempts('ada', 10);
    expect((await room.newCredentials().attempt('ada', RIGHT)).outcome).toBe('wait');
  });

  it('the wait doubles with each further failure, for known and unknown names by the same rule', async () => {
    const waits = async (username: string, passes: (ms: number) => unknown) => {
      await attempts(username, 10);
      const seen: number[] = [];
      for (let i = 0; i < 5; i++) {
        const attempt = await room.credentials.attempt(username, 'wrong');
        if (attempt.outcome !== 'wait') throw new Error('did not wait');
        seen.push(Math.round(attempt.waitMs / 1000));
        await passes(attempt.waitMs);
        await room.credentials.attempt(username, 'wrong');
      }
      return seen;
    };
    expect(await waits('ada', (ms) => letTimePass(ms / 1000 + 1))).toEqual([5, 10, 20, 40, 80]);
    expect(await waits('nobody-doubles', (ms) => room.clock.advance(ms))).toEqual([5, 10, 20, 40, 80]);
  });

  it('a success begins anew', async () => {
    await attempts('ada', 9);
    expect((await room.credentials.attempt('ada', RIGHT)).outcome).toBe('match');
    expect(await attempts('ada', 10)).toEqual(Array(10).fill('no-match'));
  });

  it('a hundred failures kill the password until a new one is set', async () => {
    await room.database.query('UPDATE credential SET failures = 99');
    await attempts('ada', 1);
    await letTimePass(365 * 86_400);
    const person = (await room.people.byUsername('ada'))!;
    expect((await room.credentials.attempt('ada', RIGHT)).outcome).toBe('wait');
    await room.changes.setPassword(person.subject, 'a new one that nobody knows');
    expect((await room.credentials.attempt('ada', 'a new one that nobody knows')).outcome).toBe('match');
  });

  it.each(['ada', 'nobody-by-that-name'])('counts before it verifies: of 60 guesses at once no more than ten are looked at, for %s alike', async (username) => {
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => room.credentials.attempt(username, 'wrong')));
    expect(outcomes.filter((attempt) => attempt.outcome === 'no-match')).toHaveLength(10);
  });
});

describe('password hash (OWASP Password Storage)', () => {
  it('is made anew at a sign-in when the parameters rise, and only then', async () => {
    const { PasswordHasher } = await import('./password-hasher.ts');
    const { HashGate } = await import('./hash-gate.ts');
    const { Credentials } = await import('./credentials.ts');
    const risen = new Credentials({
      database: room.database,
      tenant: room.tenant,
      hasher: new PasswordHasher(new HashGate({ concurrency: 1, maxWaitMs: 1000, maxWaiting: 10 }), { memoryCost: 16, timeCost: 2, parallelism: 1 }),
      unknownNames: {} as never,
      freeTries: 10,
    });
    const stored = async () => (await room.database.query<{ password_hash: string }>('SELECT password_hash FROM credential')).rows[0]!.password_hash;
    expect(await stored()).toContain('m=8,t=1');
    await risen.attempt('ada', 'wrong');
    expect(await stored()).toContain('m=8,t=1');
    await risen.attempt('ada', RIGHT);
    const renewed = await stored();
    expect(renewed).toContain('m=16,t=2');
    expect((await risen.attempt('ada', RIGHT)).outcome).toBe('match');
    expect(await stored()).toBe(renewed);
  });
});
