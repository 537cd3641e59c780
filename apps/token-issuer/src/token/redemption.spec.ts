import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryHotStore, redisHotStore, type HotStore } from '@latchkey/store';
import { testDatabase, testRedis, type TestDatabase } from '@latchkey/testing';
import { migrations } from '../migrations/migrations.ts';
import { END_CLIENT, REVOKE_OF_CLIENT } from '../grants/grant-statements.ts';
import { AuthorizationCodeGrant } from './authorization-code.ts';
import { CHALLENGE, kit, outcome, post, redemption, refreshing, type Kit } from '../testing/kit.ts';

const stores: [string, () => Promise<HotStore>][] = [
  ['memory', async () => memoryHotStore({ now: () => Date.now() })],
  ['Redis', async () => redisHotStore({ url: (await testRedis()).url, allowPersistence: true })],
];

describe.each(stores)('authorization code on PostgreSQL and %s (RFC 6749 §4.1.2, INV-1, INV-2)', (_name, open) => {
  let db: TestDatabase;
  let hot: HotStore;
  let k: Kit;
  beforeAll(async () => {
    [db, hot] = await Promise.all([testDatabase(migrations), open()]);
    k = await kit(db.database, hot);
  });
  afterAll(async () => {
    await hot.close();
    await db.close();
  });

  it('is redeemed by exactly one of 50 parallel attempts', async () => {
    const code = await k.codeFor(k.signIn());
    const answers = await Promise.all(Array.from({ length: 50 }, () => outcome(k.token.answer(redemption(code)))));
    expect(answers.filter((answer) => typeof answer !== 'string')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'invalid_grant')).toHaveLength(49);
  });

  it('kills what it gave when it is presented again, also after the store forgot it', async () => {
    const code = await k.codeFor(k.signIn());
    const first = await k.token.answer(redemption(code));
    expect(await k.introspect.answer(post({ token: first.access_token }, 'api'))).toEqual({ active: false });
    expect(await outcome(k.token.answer(redemption(code)))).toBe('invalid_grant');
    expect(await outcome(k.token.answer(refreshing(first.refresh_token)))).toBe('invalid_grant');
    await expect(k.userinfo.answer(first.access_token)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(k.told.at(-1)).toMatchObject({ name: 'grant.revoked', payload: { reason: 'code-replayed', client: 'spa' } });
  });

  it('kills what it gave also when the second attempt came between the take and the row of the first', async () => {
    const session = k.signIn();
    const code = await k.codeFor(session);
    const binding = { client: 'spa', redirectUri: 'https://spa.example.org/cb', challenge: CHALLENGE };
    const presented = k.codes.read(code, binding)!;
    const { scopes, resources, agreedAt, ...authentication } = (await k.codes.take(presented))!;
    const postponed: (() => void)[] = [];
    const { sessions, logger } = k.infra;
    const second = new AuthorizationCodeGrant({ ...k, sessions, logger, later: (work, ms) => (expect(ms).toBeLessThan(1_000), void postponed.push(work)) });
    const spa = k.clients.find('spa')!;
    await expect(second.prove({ client: spa, parameters: redemption(code).parameters, resource: [] })).rejects.toMatchObject({ code: 'invalid_grant' });
    const { period, hash: codeHash, binding: codeBinding } = presented;
    const macKey = k.secrets.macs.current.id;
    const given = await k.grants.insert({ period, codeHash, codeBinding, client: 'spa', offline: false, scopes, resources, authentication, agreedAt, macKey });
    expect(postponed).toHaveLength(1);
    postponed[0]!();
    while ((await k.grants.find(given!.id)) !== null);
    expect((await k.grants.ofSession(session.sid))[0]).toMatchObject({ reason: 'code-replayed' });
  });

  it('is judged by the row even when the store brings it back', async () => {
    const session = k.signIn();
    const binding = { client: 'spa', redirectUri: 'https://spa.example.org/cb', challenge: CHALLENGE };
    const code = await k.codeFor(session);
    const restored = async () => {
      const presented = k.codes.read(code, binding)!;
      const facts = { subject: session.subject, sid: session.sid, authTime: 1, acr: '', amr: [], scopes: ['openid'], resources: [] };
      await hot.put(`code:v1:main:{${presented.hash}}`, `${presented.binding}\n${JSON.stringify(facts)}`, { ttlMs: 60_000 });
    };
    const first = await k.token.answer(redemption(code));
    await restored();
    expect(await outcome(k.token.answer(redemption(code)))).toBe('invalid_grant');
    expect(await outcome(k.token.answer(refreshing(first.refresh_token)))).toBe('invalid_grant');
  });

  const mismatches: [string, Record<string, string>][] = [
    ['another verifier', { code_verifier: 'w'.repeat(43) }],
    ['another redirect_uri', { redirect_uri: 'http://127.0.0.1/cb' }],
    ['the same redirect_uri with a slash', { redirect_uri: 'https://spa.example.org/cb/' }],
    ['another client', { client_id: 'staff' }],
  ];
  it.each(mismatches)('is neither burned nor redeemed with %s, before and after its use', async (_what, over) => {
    const code = await k.codeFor(k.signIn());
    const wrong = async () => expect(await outcome(k.token.answer(redemption(code, over)))).toMatch(/^(invalid_grant|unauthorized_client)$/);
    await wrong();
    const first = await k.token.answer(redemption(code));
    await wrong();
    expect(await outcome(k.token.answer(refreshing(first.refresh_token)))).toMatchObject({ token_type: 'Bearer' });
  });

  it('needs its verifier (RFC 7636 §4.5)', async () => {
    const code = await k.codeFor(k.signIn());
    const { parameters, ...rest } = redemption(code);
    const without = { ...rest, parameters: { ...parameters, one: (name: string) => (name === 'code_verifier' ? undefined : parameters.one(name)) } };
    expect(await outcome(k.token.answer(without))).toBe('invalid_request');
  });

  it('gives nothing for a session that ended after it was issued (insert, then look)', async () => {
    const session = k.signIn();
    const code = await k.codeFor(session);
    k.living.delete(session.sid);
    expect(await outcome(k.token.answer(redemption(code)))).toBe('invalid_grant');
    const [grant] = await k.grants.ofSession(session.sid);
    expect(grant).toMatchObject({ reason: 'session-ended' });
  });

  describe.each(['the first time', 'again'])('a withdrawal under way %s (INV-3, INV-4)', (time) => {
    const subject = `withdrawer ${time}`;
    /** Redeems while the withdrawal holds its row, and lets it commit only when the redemption waits for it. */
    const redeemedMeanwhile = async (code: string): Promise<unknown> => {
      let answer: Promise<unknown> = Promise.resolve();
      await db.database.transaction(async (tx) => {
        await tx.query(END_CLIENT, ['main', subject, 'spa']);
        answer = outcome(k.token.answer(redemption(code)));
        while ((await tx.query('SELECT 1 FROM pg_locks WHERE NOT granted')).count === 0);
        await tx.query(REVOKE_OF_CLIENT, ['main', subject, 'spa']);
      });
      return answer;
    };
    it('refuses the code that waited for it, and the next is as good as any', async () => {
      const session = k.signIn({ subject });
      if (time === 'again') await k.token.answer(redemption(await k.codeFor(session)));
      k.clock.at = Date.now();
      expect(await redeemedMeanwhile(await k.codeFor(session))).toBe('invalid_grant');
      k.clock.at = Date.now() + 1;
      expect(await outcome(k.token.answer(redemption(await k.codeFor(session))))).toMatchObject({ token_type: 'Bearer' });
    });
  });

  it('of a week that has no partition yet gets one', async () => {
    k.clock.at += 100 * 7 * 86_400_000;
    const code = await k.codeFor(k.signIn());
    const answers = await Promise.all(Array.from({ length: 10 }, () => outcome(k.token.answer(redemption(code)))));
    expect(answers.filter((answer) => typeof answer !== 'string')).toHaveLength(1);
    const partitions = await db.database.query(`SELECT relid::regclass::text FROM pg_partition_tree('"grant"') WHERE isleaf`);
    await k.partitions.keep();
    const kept = await db.database.query(`SELECT relid::regclass::text FROM pg_partition_tree('"grant"') WHERE isleaf`);
    expect([partitions.count, kept.count]).toEqual([3, 2]);
  });

  it.each(['', 'x', 'ab', `ab${'A'.repeat(31)}`, `ab${'A'.repeat(33)}`, `ZZ${'A'.repeat(32)}`, `ab${'A'.repeat(31)}'`])('that was never issued is refused: %p', async (code) => {
    expect(await outcome(k.token.answer(redemption(code)))).toMatch(/^invalid_(grant|request)$/);
  });
});
