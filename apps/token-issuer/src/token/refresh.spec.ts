import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryHotStore } from '@latchkey/store';
import { testDatabase, type TestDatabase } from '@latchkey/testing';
import { decodeJwt } from 'jose';
import { migrations } from '../migrations/migrations.ts';
import { API, kit, outcome, post, redemption, refreshing, type Kit } from '../testing/kit.ts';
import type { TokenResponse } from './tokens.ts';

let db: TestDatabase;
let k: Kit;
beforeAll(async () => {
  db = await testDatabase(migrations);
  k = await kit(db.database, memoryHotStore({ now: () => Date.now() }));
});
afterAll(() => db.close());

const first = async (over: Record<string, string> = {}, session = k.signIn()): Promise<TokenResponse> =>
  k.token.answer(redemption(await k.codeFor(session, over)));
const refresh = (token: string | undefined, over: Record<string, string> = {}) => outcome(k.token.answer(refreshing(token, over)));
const succeed = async (token: string | undefined, over: Record<string, string> = {}): Promise<TokenResponse> => {
  const answer = await refresh(token, over);
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
};
const age = (seconds: number) => db.database.query(`UPDATE "grant" SET rotated_at = rotated_at - $1 * interval '1 second'`, [seconds]);

describe('refresh token of a public client (RFC 9700 §4.14.2)', () => {
  it('has one successor, however many ask for it at once', async () => {
    const { refresh_token: token } = await first();
    const answers = await Promise.all(Array.from({ length: 50 }, () => succeed(token)));
    expect(new Set(answers.map(({ refresh_token: next }) => next)).size).toBe(1);
    expect(answers[0]!.refresh_token).not.toBe(token);
  });

  it('counts its direct parent as a retry while the successor is unused, and gives the same successor', async () => {
    const { refresh_token: token } = await first();
    const one = await succeed(token);
    const two = await succeed(token);
    expect(two.refresh_token).toBe(one.refresh_token);
    expect(two.access_token).not.toBe(one.access_token);
  });

  it('kills the grant when it comes back after its successor was used', async () => {
    const { refresh_token: token, access_token: access } = await first();
    const second = await succeed(token);
    const third = await succeed(second.refresh_token);
    expect(await refresh(token)).toBe('invalid_grant');
    for (const dead of [third.refresh_token, second.refresh_token, token]) expect(await refresh(dead)).toBe('invalid_grant');
    await expect(k.userinfo.answer(access)).rejects.toMatchObject({ code: 'invalid_token' });
    const { rows } = await db.database.query<{ data: object }>(`SELECT data FROM outbox WHERE name = 'grant.revoked' ORDER BY seq DESC`);
    expect(rows[0]!.data).toMatchObject({ reason: 'refresh-reused', client: 'spa', subject: 'subject-of-ada' });
  });

  it('kills the grant when its parent comes later than 30 s', async () => {
    const { refresh_token: token } = await first();
    const second = await succeed(token);
    await age(31);
    expect(await refresh(token)).toBe('invalid_grant');
    expect(await refresh(second.refresh_token)).toBe('invalid_grant');
  });

  it('kills the grant when five generations in a row were each presented twice', async () => {
    let { refresh_token: token } = await first();
    for (let generation = 0; generation < 5; generation += 1) {
      const next = await succeed(token);
      expect((await succeed(token)).refresh_token).toBe(next.refresh_token);
      token = next.refresh_token;
    }
    expect(await refresh(token)).toBe('invalid_grant');
  });

  it('forgives again after a generation that was presented once', async () => {
    let { refresh_token: token } = await first();
    for (let generation = 0; generation < 12; generation += 1) {
      const next = await succeed(token);
      if (generation % 3 !== 0) await succeed(token);
      token = next.refresh_token;
    }
    expect(await refresh(token)).toMatchObject({ token_type: 'Bearer' });
  });

  it('is not used up by a request for more than was granted (RFC 6749 §6)', async () => {
    const { refresh_token: token } = await first({ scope: 'openid orders:read' });
    expect(await refresh(token, { scope: 'openid orders:write' })).toBe('invalid_scope');
    expect(await refresh(token, { resource: 'https://other.example.org' })).toBe('invalid_target');
    const narrowed = await succeed(token, { scope: 'openid' });
    expect(narrowed.scope).toBe('openid');
    expect((await succeed(narrowed.refresh_token)).scope).toBe('openid orders:read');
  });

  it('dies unused after 14 days, and after 30 in any case', async () => {
    const one = await first();
    await age(14 * 86_400 + 1);
    expect(await refresh(one.refresh_token)).toBe('invalid_grant');
    const two = await first();
    await db.database.query(`UPDATE "grant" SET expires_at = clock_timestamp()`);
    expect(await refresh(two.refresh_token)).toBe('invalid_grant');
  });

  it('is refused for another client, and stays good for its own', async () => {
    const { refresh_token: token } = await first();
    expect(await outcome(k.token.answer(post({ grant_type: 'refresh_token', refresh_token: token! }, 'web')))).toBe('invalid_grant');
    expect(await refresh(token)).toMatchObject({ token_type: 'Bearer' });
  });

  it('costs no query when its MAC is wrong', async () => {
    const { refresh_token: token } = await first();
    const query = db.database.query.bind(db.database);
    let queries = 0;
    (db.database as { query: unknown }).query = (...values: Parameters<typeof query>) => ((queries += 1), query(...values));
    expect(await refresh(`${token!.slice(0, -1)}${token!.endsWith('A') ? 'B' : 'A'}`)).toBe('invalid_grant');
    (db.database as { query: unknown }).query = query;
    expect(queries).toBe(0);
  });
});

describe('refresh token of a confidential client (FAPI 2.0 §5.3.2.1)', () => {
  const confidential = { client_id: 'web', redirect_uri: 'https://web.example.org/cb' };
  const redeem = async (scope: string, session = k.signIn()) => {
    const code = await k.codeFor(session, { client_id: 'web', scope });
    const { client_id: _none, ...form } = { grant_type: 'authorization_code', code, code_verifier: 'v'.repeat(43), ...confidential };
    return k.token.answer(post(form, 'web'));
  };
  const again = (token: string | undefined) => outcome(k.token.answer(post({ grant_type: 'refresh_token', refresh_token: token! }, 'web')));

  it('does not rotate', async () => {
    const { refresh_token: token } = await redeem('openid');
    for (let time = 0; time < 3; time += 1) expect(await again(token)).toMatchObject({ refresh_token: token });
  });

  it('needs the client to authenticate', async () => {
    const { refresh_token: token } = await redeem('openid');
    expect(await outcome(k.token.answer(post({ grant_type: 'refresh_token', refresh_token: token!, client_id: 'web' })))).toBe('invalid_client');
  });

  it('without offline_access dies with its session', async () => {
    const session = k.signIn();
    const { refresh_token: token } = await redeem('openid', session);
    k.living.delete(session.sid);
    expect(await again(token)).toBe('invalid_grant');
    k.living.set(session.sid, session);
    expect(await again(token)).toBe('invalid_grant');
  });

  it('with offline_access outlives its session, and dies with its person (not_before)', async () => {
    const session = k.signIn({ subject: 'subject-of-grace' });
    const { refresh_token: token } = await redeem('openid offline_access', session);
    k.living.delete(session.sid);
    await k.ended.handle({ tenant: 'main', sessionId: session.sid, subject: session.subject, reason: 'sign-out', at: '', revision: 2 } as never, noTransaction());
    expect(await again(token)).toMatchObject({ refresh_token: token });
    expect(await k.grants.revokeOfSubject('subject-of-grace')).toBe(1);
    expect(await again(token)).toBe('invalid_grant');
  });

  it('of the session that a change of password spares is as good as any, though the sign-in came before', async () => {
    const session = k.signIn({ subject: 'subject-of-alan', authTime: Math.floor(Date.now() / 1000) - 60 });
    await k.grants.revokeOfSubject('subject-of-alan');
    k.clock.at = Date.now() + 1;
    expect(await again((await redeem('openid offline_access', session)).refresh_token)).toMatchObject({ token_type: 'Bearer' });
  });

  it('a code agreed to before the end of its person gives nothing after it', async () => {
    const session = k.signIn({ subject: 'subject-of-edsger' });
    const code = await k.codeFor(session, { client_id: 'web', scope: 'openid offline_access' });
    await k.grants.revokeOfSubject('subject-of-edsger');
    const form = { grant_type: 'authorization_code', code, redirect_uri: 'https://web.example.org/cb', code_verifier: 'v'.repeat(43) };
    expect(await outcome(k.token.answer(post(form, 'web')))).toBe('invalid_grant');
    expect(await k.grants.ofSubject('subject-of-edsger')).toEqual([]);
  });

  it('gives a refreshed ID token without nonce, with the auth_time of the sign-in (OpenID Connect Core 1.0 §12.2)', async () => {
    const session = k.signIn();
    const one = await redeem('openid', session);
    const two = (await again(one.refresh_token)) as TokenResponse;
    expect(decodeJwt(one.id_token!)).toMatchObject({ nonce: 'n', auth_time: session.authTime, sid: session.sid, aud: 'web' });
    expect(decodeJwt(two.id_token!)).toMatchObject({ auth_time: session.authTime, sid: session.sid, acr: session.acr });
    expect(decodeJwt(two.id_token!)).not.toHaveProperty('nonce');
  });

  function noTransaction(): never {
    return { query: db.database.query.bind(db.database), afterCommit: () => undefined } as never;
  }
});

describe('access token (RFC 9068 §2.2, RFC 8707 §2.2)', () => {
  it('is for the resource that was named, with the scopes that it has, and for no other', async () => {
    const one = await first({ scope: 'openid orders:read', resource: API });
    expect(decodeJwt(one.access_token)).toMatchObject({ aud: [API, 'https://login.example.org'], scope: 'openid orders:read', client_id: 'spa' });
    const two = await succeed(one.refresh_token, { resource: API });
    expect(decodeJwt(two.access_token)).toMatchObject({ aud: API, scope: 'orders:read' });
    await expect(k.userinfo.answer(two.access_token)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('without a resource is for our userinfo', async () => {
    const one = await first();
    expect(decodeJwt(one.access_token)).toMatchObject({ aud: 'https://login.example.org', scope: 'openid' });
    expect(await k.userinfo.answer(one.access_token)).toEqual({ sub: 'subject-of-ada' });
  });
});

describe('client_credentials (RFC 6749 §4.4)', () => {
  const ask = (parameters: Record<string, string>, id = 'web') => outcome(k.token.answer(post({ grant_type: 'client_credentials', ...parameters }, id)));

  it('gives a token about the client itself, without refresh or ID token', async () => {
    const answer = (await ask({ scope: 'orders:read' })) as TokenResponse;
    expect(decodeJwt(answer.access_token)).toMatchObject({ sub: 'web', client_id: 'web', aud: API, scope: 'orders:read' });
    expect(Object.keys(answer).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
  });

  it('knows no person: scopes about one are refused', async () => {
    for (const scope of ['openid', 'orders:read profile', 'offline_access']) expect(await ask({ scope })).toBe('invalid_scope');
  });

  it('is for confidential clients that may use it', async () => {
    expect(await outcome(k.token.answer(post({ grant_type: 'client_credentials', client_id: 'spa' })))).toBe('unauthorized_client');
    expect(await ask({ resource: 'https://other.example.org', scope: 'orders:read' })).toBe('invalid_target');
    expect(await ask({}, 'api')).toMatchObject({ scope: '' });
  });

  it('is revoked token by token, there being no grant (RFC 7009 §2.1)', async () => {
    const { access_token: token } = (await ask({ scope: 'orders:read' })) as TokenResponse;
    expect(await k.introspect.answer(post({ token }, 'api'))).toMatchObject({ active: true, sub: 'web' });
    await k.revoke.answer(post({ token }, 'api'));
    expect(await k.introspect.answer(post({ token }, 'api'))).toMatchObject({ active: true });
    await k.revoke.answer(post({ token }, 'web'));
    expect(await k.introspect.answer(post({ token }, 'api'))).toEqual({ active: false });
  });
});
