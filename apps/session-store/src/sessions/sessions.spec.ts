import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readSessionCopy, sessionCopy, sessionCopyKey, sessionEnded, sessionStarted } from '@latchkey/contracts';
import { testDatabase, testRedis, type TestDatabase } from '@latchkey/testing';
import { migrations } from '../migrations/migrations.ts';
import { secretHash } from './cookie.ts';
import { cookieKey, sessionsFixture, startRequest, tenant, type Fixture, type StartRequest } from './sessions.fixture.ts';
import { TOUCH } from './statements.ts';

let fixture: Fixture;
let person = 0;
let subject = '';
let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase(migrations, { maxConnections: 30 });
  fixture = sessionsFixture(test.database, await testRedis());
});
afterAll(async () => {
  await fixture.close();
  await test.close();
});
beforeEach(() => {
  subject = `person-${(person += 1)}`;
  fixture.trouble.dropFails = false;
});

async function started(over: Partial<StartRequest> = {}, who = subject) {
  const answer = await fixture.sessions.start(startRequest(who, await fixture.instant(), over));
  if (answer.outcome !== 'started') throw new Error('refused');
  return { ...answer, secret: answer.cookie.split('-')[1] ?? '' };
}
const copyInRedis = async (sid: string) => readSessionCopy(await fixture.hot.get(sessionCopyKey(tenant, sid)), Date.now());
const set = (sid: string, assignments: string) => fixture.database.query(`UPDATE session SET ${assignments} WHERE sid = $1`, [sid]);

describe('a session that is to be remembered for long (CAS 3.0 §4.1)', () => {
  const DAYS = 14 * 86_400;
  const limits = async (sid: string) =>
    (await fixture.database.query<{ idle: number; absolute: number }>(
      `SELECT round(extract(epoch FROM idle_until - seen_at))::int AS idle, round(extract(epoch FROM absolute_until - started_at))::int AS absolute FROM session WHERE sid = $1`,
      [sid],
    )).rows[0];

  it('has both limits that long, says so in its copy, and keeps them when it is used', async () => {
    const { sid, session } = await started({ longTermSeconds: DAYS });
    expect(session).toMatchObject({ longTerm: true });
    expect(await limits(sid)).toEqual({ idle: DAYS, absolute: DAYS });
    await set(sid, "seen_at = now() - interval '1 hour', idle_until = now() + interval '1 minute'");
    expect(await fixture.sessions.touch(tenant, sid)).toBe(true);
    expect((await limits(sid))?.idle).toBe(DAYS);
    expect(await fixture.sessions.find(tenant, sid)).toMatchObject({ longTerm: true });
  });

  it('is an ordinary one again after a sign-in that did not ask for it', async () => {
    const { sid } = await started({ longTermSeconds: DAYS });
    const again = await started({ replaces: sid });
    expect(again.sid).toBe(sid);
    expect(again.session.longTerm).toBeUndefined();
    expect((await limits(sid))?.idle).toBeLessThan(DAYS);
  });
});

describe('starting a session', () => {
  it('answers with the copy that readers would get, keeps only a keyed hash of the secret, and tells it', async () => {
    const { sid, session, secret } = await started({ answer: { interaction: 'i1', kind: 'sign-in' } });
    expect(sessionCopy.parse(session)).toEqual(session);
    expect(session.secretHash).toBe(secretHash(cookieKey, secret));
    expect(session.answered).toEqual([{ interaction: 'i1', kind: 'sign-in', at: expect.any(Number) }]);
    expect(await fixture.sessions.find(tenant, sid)).toEqual(session);
    const told = (await fixture.told('session.started')).filter((data) => data['sessionId'] === sid);
    expect(told.map((data) => sessionStarted.schema.parse(data))).toMatchObject([{ subject, revision: 1, sessionId: sid }]);
  });

  it('costs no trip to the hot store when it replaces nothing (budget of a password sign-in)', async () => {
    const request = startRequest(subject, await fixture.instant());
    fixture.trouble.trips = 0;
    await fixture.sessions.start(request);
    expect(fixture.trouble.trips).toBe(0);
  });

  it('renews the living session of the same person: same sid, and the old secret is dead at once (ASVS 7.2.4)', async () => {
    const first = await started();
    await fixture.sessions.find(tenant, first.sid);
    expect(await copyInRedis(first.sid)).not.toBeNull();
    const second = await started({ replaces: first.sid, amr: ['pwd', 'otp'] });
    expect(second.sid).toBe(first.sid);
    expect(second.session.revision).toBe(first.session.revision + 1);
    expect(await copyInRedis(first.sid)).toBeNull();
    const found = await fixture.sessions.find(tenant, first.sid);
    expect(found?.secretHash).toBe(secretHash(cookieKey, second.secret));
    expect(found?.amr).toEqual(['pwd', 'otp']);
    expect((await fixture.told('session.started')).filter((data) => data['sessionId'] === first.sid)).toHaveLength(1);
  });

  it('ends the session of another person that the browser held, and tells it', async () => {
    const theirs = await started({}, `${subject}-before`);
    const mine = await started({ replaces: theirs.sid });
    expect(mine.sid).not.toBe(theirs.sid);
    expect(await fixture.sessions.find(tenant, theirs.sid)).toBeNull();
    expect(await fixture.sessions.get(tenant, theirs.sid)).toMatchObject({ endReason: 'replaced', endedAt: expect.any(String) });
    const told = (await fixture.told('session.ended')).filter((data) => data['sessionId'] === theirs.sid);
    expect(told.map((data) => sessionEnded.schema.parse(data))).toMatchObject([{ reason: 'replaced', subject: `${subject}-before`, revision: 2 }]);
  });

  it('begins anew when the session under `replaces` is over', async () => {
    const first = await started();
    await fixture.sessions.end(tenant, first.sid, 'sign-out');
    const second = await started({ replaces: first.sid });
    expect(second.sid).not.toBe(first.sid);
    expect(await fixture.sessions.find(tenant, first.sid)).toBeNull();
  });

  it('refuses who authenticated before everything of the person was ended, and touches nothing', async () => {
    const before = await fixture.instant();
    const other = await started({}, `${subject}-other`);
    await fixture.sessions.endAll({ tenant, subject, reason: 'password-changed', except: null });
    expect(await fixture.sessions.start(startRequest(subject, before, { replaces: other.sid }))).toEqual({ outcome: 'refused' });
    expect(await fixture.sessions.find(tenant, other.sid)).not.toBeNull();
  });
});

describe('ending sessions', () => {
  it('has ended the row and deleted the copy when it answers; ending again changes nothing', async () => {
    const { sid } = await started();
    await fixture.sessions.find(tenant, sid);
    expect(await fixture.sessions.end(tenant, sid, 'sign-out')).toBe(true);
    expect(await copyInRedis(sid)).toBeNull();
    expect(await fixture.sessions.find(tenant, sid)).toBeNull();
    expect(await fixture.sessions.end(tenant, sid, 'admin')).toBe(false);
    const told = (await fixture.told('session.ended')).filter((data) => data['sessionId'] === sid);
    expect(told.map((data) => sessionEnded.schema.parse(data))).toMatchObject([{ reason: 'sign-out', subject, revision: 2 }]);
  });

  it('answers 503 while the copy cannot be deleted; the repeat then deletes it (design: a failed DEL)', async () => {
    const { sid } = await started();
    await fixture.sessions.find(tenant, sid);
    fixture.trouble.dropFails = true;
    await expect(fixture.sessions.end(tenant, sid, 'sign-out')).rejects.toMatchObject({ status: 503 });
    await expect(fixture.sessions.end(tenant, sid, 'sign-out')).rejects.toMatchObject({ status: 503 });
    expect(await copyInRedis(sid)).not.toBeNull();
    fixture.trouble.dropFails = false;
    await fixture.database.query(`UPDATE copy_drop SET at = at - interval '1 minute'`);
    await fixture.copies.repeat();
    expect(await copyInRedis(sid)).toBeNull();
    expect((await fixture.database.query('SELECT FROM copy_drop WHERE sid = $1', [sid])).count).toBe(0);
  });

  it('does not say that there is no such session while its copy is still to be deleted: a repeated sign-out would take that for success (INV-4)', async () => {
    const { sid } = await started();
    await fixture.sessions.find(tenant, sid);
    fixture.trouble.dropFails = true;
    await expect(fixture.sessions.end(tenant, sid, 'sign-out')).rejects.toMatchObject({ status: 503 });
    await expect(fixture.sessions.find(tenant, sid)).rejects.toMatchObject({ status: 503 });
    // Of what nothing is owed, it is known without the hot store.
    expect(await fixture.sessions.find(tenant, 'no-such-session')).toBeNull();
    fixture.trouble.dropFails = false;
    expect(await fixture.sessions.find(tenant, sid)).toBeNull();
    expect(await copyInRedis(sid)).toBeNull();
  });

  it('endAll repeated after a failed DEL answers only when the copies of the first attempt are gone', async () => {
    const { sid } = await started();
    await fixture.sessions.find(tenant, sid);
    fixture.trouble.dropFails = true;
    const request = { tenant, subject, reason: 'person-disabled', except: null } as const;
    await expect(fixture.sessions.endAll(request)).rejects.toMatchObject({ status: 503 });
    fixture.trouble.dropFails = false;
    expect(await fixture.sessions.endAll(request)).toMatchObject({ ended: 0 });
    expect(await copyInRedis(sid)).toBeNull();
  });

  it('endAll spares the one that is asked to stay', async () => {
    const [kept, gone] = [await started(), await started()];
    expect(await fixture.sessions.endAll({ tenant, subject, reason: 'password-changed', except: kept.sid })).toMatchObject({ ended: 1 });
    expect(await fixture.sessions.find(tenant, kept.sid)).not.toBeNull();
    expect(await fixture.sessions.get(tenant, gone.sid)).toMatchObject({ endReason: 'password-changed' });
  });

  it('an end is never undone by find, touch, answered or a renewal beside it (40 rounds)', async () => {
    for (let round = 0; round < 40; round += 1) {
      const { sid } = await started();
      await set(sid, `seen_at = now() - interval '10 minutes'`);
      const { sessions } = fixture;
      await Promise.all([
        sessions.find(tenant, sid),
        sessions.touch(tenant, sid),
        sessions.end(tenant, sid, 'sign-out'),
        sessions.find(tenant, sid),
        sessions.answered(tenant, sid, { interaction: 'i', kind: 'select' }),
        sessions.touch(tenant, sid),
        started({ replaces: sid }),
        sessions.find(tenant, sid),
      ]);
      expect(await copyInRedis(sid)).toBeNull();
      expect(await sessions.find(tenant, sid)).toBeNull();
    }
  });

  it('start × endAll, 50 at once: no living session authenticated before not_before', async () => {
    const instants = await Promise.all(Array.from({ length: 50 }, () => fixture.instant()));
    const starts = instants.map((at, index) => {
      const start = fixture.sessions.start(startRequest(subject, at));
      return index % 5 === 4 ? [start, fixture.sessions.endAll({ tenant, subject, reason: 'sign-out-everywhere', except: null })] : [start];
    });
    await Promise.all(starts.flat());
    const { rows } = await fixture.database.query<{ living: string }>(
      `SELECT count(*) AS living FROM session s JOIN subject p USING (tenant, subject)
       WHERE s.subject = $1 AND s.ended_at IS NULL AND s.auth_time <= p.not_before`,
      [subject],
    );
    expect(rows[0]?.living).toBe('0');
  });
});

describe('extending a session', () => {
  it('touch moves the idle limit at most once in 5 minutes, and the update stays HOT', async () => {
    const { sid, session } = await started();
    expect(await fixture.sessions.touch(tenant, sid)).toBe(true);
    expect((await fixture.sessions.find(tenant, sid))?.revision).toBe(session.revision);
    await set(sid, `seen_at = now() - interval '6 minutes', idle_until = now() + interval '54 minutes'`);
    const hot = await fixture.database.transaction(async (tx) => {
      const count = () => tx.query<{ hot: number }>(`SELECT pg_stat_get_xact_tuples_hot_updated('session'::regclass)::int AS hot`);
      const before = (await count()).rows[0]?.hot ?? 0;
      await tx.query(TOUCH, [tenant, sid, 3_600]);
      return ((await count()).rows[0]?.hot ?? 0) - before;
    });
    expect(hot).toBe(1);
    await fixture.hot.drop(sessionCopyKey(tenant, sid));
    const found = await fixture.sessions.find(tenant, sid);
    expect(found?.revision).toBe(session.revision + 1);
    expect((found?.expiresAtMs ?? 0) - Date.now()).toBeGreaterThan(59 * 60_000);
  });

  it('a session past its idle or absolute limit is nobody, and no touch or renewal brings it back', async () => {
    const idle = await started();
    const old = await started();
    await set(idle.sid, `idle_until = now() - interval '1 second', seen_at = now() - interval '1 hour'`);
    await set(old.sid, `absolute_until = now() - interval '1 second'`);
    for (const { sid } of [idle, old]) {
      expect(await fixture.sessions.find(tenant, sid)).toBeNull();
      expect(await fixture.sessions.touch(tenant, sid)).toBe(false);
      expect((await started({ replaces: sid })).sid).not.toBe(sid);
    }
  });

  it('facts about interactions: written once however often, pruned after 10 minutes, never without end', async () => {
    const { sid } = await started({ answer: { interaction: 'old', kind: 'sign-in' } });
    await set(sid, `answered = jsonb_set(answered, '{0,at}', to_jsonb(floor(extract(epoch FROM now()))::bigint - 601))`);
    for (const interaction of ['i1', 'i2', 'i1']) await fixture.sessions.answered(tenant, sid, { interaction, kind: 'select' });
    expect((await fixture.sessions.find(tenant, sid))?.answered.map((fact) => fact.interaction)).toEqual(['i2', 'i1']);
    for (let i = 0; i < 30; i += 1) await fixture.sessions.answered(tenant, sid, { interaction: `many-${i}`, kind: 'denied' });
    expect((await fixture.sessions.find(tenant, sid))?.answered).toHaveLength(20);
  });
});

describe('the hot copy', () => {
  it('is filled by find and expires with the session', async () => {
    const { sid, session } = await started();
    await fixture.sessions.find(tenant, sid);
    expect(await copyInRedis(sid)).toEqual(session);
  });

  it("another's lease: the truth is answered and nothing is filled", async () => {
    const { sid } = await started();
    await fixture.hot.put(sessionCopyKey(tenant, sid), 'lease:another', { ttlMs: 60_000 });
    expect(await fixture.sessions.find(tenant, sid)).not.toBeNull();
    expect(await fixture.hot.get(sessionCopyKey(tenant, sid))).toBe('lease:another');
  });
});

describe('limits and lists', () => {
  it('the sweep ends what is past its limits, with the reason that is true, and tells it once', async () => {
    const [idle, old, living] = [await started(), await started(), await started()];
    await set(idle.sid, `idle_until = now() - interval '1 minute'`);
    await set(old.sid, `absolute_until = now() - interval '1 minute'`);
    await Promise.all([fixture.housekeeping.sweep(), fixture.housekeeping.sweep()]);
    await fixture.housekeeping.sweep();
    expect(await fixture.sessions.get(tenant, idle.sid)).toMatchObject({ endReason: 'idle' });
    expect(await fixture.sessions.get(tenant, old.sid)).toMatchObject({ endReason: 'absolute-limit' });
    expect(await fixture.sessions.get(tenant, living.sid)).toMatchObject({ endReason: null, endedAt: null });
    const told = (await fixture.told('session.ended')).filter((data) => data['subject'] === subject);
    expect(told.map((data) => sessionEnded.schema.parse(data).reason).sort()).toEqual(['absolute-limit', 'idle']);
  });

  it('old ended sessions leave the lists; living ones and fresh ends stay', async () => {
    const [living, fresh, old] = [await started(), await started(), await started()];
    for (const { sid } of [fresh, old]) await fixture.sessions.end(tenant, sid, 'sign-out');
    await set(old.sid, `started_at = now() - interval '40 days', ended_at = now() - interval '31 days'`);
    await fixture.housekeeping.prune();
    const sids = (await fixture.sessions.list({ tenant, subject, alive: null, limit: 10, before: null })).map(({ sid }) => sid);
    expect(sids).toEqual([fresh.sid, living.sid]);
  });

  it('list pages by its cursor, newest first, and tells living from ended', async () => {
    const all = [await started(), await started(), await started()].map(({ sid }) => sid).reverse();
    await fixture.sessions.end(tenant, all[1] ?? '', 'admin');
    const list = (over: object) => fixture.sessions.list({ tenant, subject, alive: null, limit: 2, before: null, ...over });
    const first = await list({});
    expect(first.map(({ sid }) => sid)).toEqual(all.slice(0, 2));
    expect((await list({ before: first[1]?.startedAt })).map(({ sid }) => sid)).toEqual(all.slice(2));
    expect((await list({ alive: true })).map(({ sid }) => sid)).toEqual([all[0], all[2]]);
    expect((await list({ alive: false })).map(({ sid }) => sid)).toEqual([all[1]]);
  });
});
