import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryHotStore } from '@latchkey/store';
import { testDatabase, type TestDatabase } from '@latchkey/testing';
import { decodeJwt } from 'jose';
import { migrations } from '../migrations/migrations.ts';
import { API, ISSUER, SECRET, kit, outcome, post, redemption, refreshing, type Kit } from '../testing/kit.ts';
import type { TokenResponse } from '../token/tokens.ts';

let db: TestDatabase;
let k: Kit;
beforeAll(async () => {
  db = await testDatabase(migrations);
  k = await kit(db.database, memoryHotStore({ now: () => Date.now() }));
});
afterAll(() => db.close());

const first = async (over: Record<string, string> = {}, session = k.signIn()): Promise<TokenResponse> =>
  k.token.answer(redemption(await k.codeFor(session, over)));
const opaque = async (session = k.signIn()): Promise<TokenResponse> => {
  k.others['consent decided'] = () => ({ granted: ['openid', 'profile'], decision: null });
  const code = await k.codeFor(session, { client_id: 'third', scope: 'openid profile' });
  const form = { grant_type: 'authorization_code', code, redirect_uri: 'https://third.example.org/cb', code_verifier: 'v'.repeat(43) };
  return k.token.answer(post({ ...form, client_id: 'third', client_secret: SECRET }));
};

describe('introspection (RFC 7662)', () => {
  it('tells the resource server of the audience what the token says, and who', async () => {
    const { access_token: token } = await first({ scope: 'openid orders:read' });
    expect(await k.introspect.answer(post({ token }, 'api'))).toEqual({ active: true, token_type: 'Bearer', username: 'ada', ...decodeJwt(token) });
  });

  it('tells everybody else only that it is not active for them (§2.2)', async () => {
    const { access_token: token, refresh_token: refresh } = await first({ scope: 'openid orders:read' });
    expect(await k.introspect.answer(post({ token }, 'web'))).toEqual({ active: false });
    expect(await k.introspect.answer(post({ token: refresh! }, 'api'))).toEqual({ active: false });
    expect(await k.introspect.answer(post({ token: 'nonsense' }, 'api'))).toEqual({ active: false });
  });

  it('needs a confidential client that authenticates (§2.1)', async () => {
    await expect(k.introspect.answer(post({ token: 'x', client_id: 'spa' }))).rejects.toMatchObject({ code: 'invalid_client' });
    await expect(k.introspect.answer(post({ token: 'x' }, 'api', 'wrong'))).rejects.toMatchObject({ code: 'invalid_client' });
    await expect(k.introspect.answer(post({}, 'api'))).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('reads grant and session: a token whose session ended is not active (INV-4)', async () => {
    const session = k.signIn();
    const { access_token: token } = await first({ scope: 'orders:read' }, session);
    expect(await k.introspect.answer(post({ token }, 'api'))).toMatchObject({ active: true });
    k.living.delete(session.sid);
    expect(await k.introspect.answer(post({ token }, 'api'))).toEqual({ active: false });
  });

  it('calls no refresh token active that was unused for too long, as no refresh would', async () => {
    const tokens = await k.token.answer(post({ grant_type: 'authorization_code', code: await k.codeFor(k.signIn(), { client_id: 'web' }), redirect_uri: 'https://web.example.org/cb', code_verifier: 'v'.repeat(43) }, 'web'));
    const ask = async () => (await k.introspect.answer(post({ token: tokens.refresh_token! }, 'web'))).active;
    expect(await ask()).toBe(true);
    await db.database.query(`UPDATE "grant" SET rotated_at = rotated_at - interval '15 days' WHERE id = $1`, [tokens.refresh_token!.split('.')[0]]);
    expect(await ask()).toBe(false);
  });

  it('calls no token of a client active that was switched off', async () => {
    const { access_token: token } = await first({ scope: 'orders:read' });
    const find = k.clients.find.bind(k.clients);
    k.clients.find = (id) => (id === 'spa' ? undefined : find(id));
    expect(await k.introspect.answer(post({ token }, 'api'))).toEqual({ active: false });
    k.clients.find = find;
    expect(await k.introspect.answer(post({ token }, 'api'))).toMatchObject({ active: true });
  });

  it('knows an opaque access token as well, and nobody can read it', async () => {
    const { access_token: token } = await opaque();
    expect(token).toMatch(/^at_[\w-]+$/);
    const asked = post({ token, client_id: 'third', client_secret: SECRET });
    expect(await k.introspect.answer(asked)).toMatchObject({ active: true, client_id: 'third', scope: 'openid profile', aud: ISSUER });
  });

  it('costs no query when the token is not for the asker', async () => {
    const { access_token: token } = await first();
    const query = db.database.query;
    let queries = 0;
    (db.database as { query: unknown }).query = (...values: Parameters<typeof query>) => ((queries += 1), query(...values));
    await k.introspect.answer(post({ token }, 'web'));
    (db.database as { query: unknown }).query = query;
    expect(queries).toBe(0);
  });
});

describe('userinfo (OpenID Connect Core 1.0 §5.3)', () => {
  it('gives the claims of the granted scopes, with either form of token', async () => {
    expect(await k.userinfo.answer((await opaque()).access_token)).toEqual({ sub: 'subject-of-ada', name: 'Ada Lovelace', preferred_username: 'ada' });
    expect(await k.userinfo.answer((await first()).access_token)).toEqual({ sub: 'subject-of-ada' });
  });

  it('refuses tokens for others, without openid, of an ended session, of a deleted person, and what is no access token', async () => {
    const session = k.signIn();
    const one = await first({ scope: 'openid orders:read' }, session);
    const named = await k.token.answer(refreshing(one.refresh_token, { resource: API }));
    const plain = await first({ scope: 'orders:read' });
    const own = (await k.token.answer(post({ grant_type: 'client_credentials' }, 'api'))).access_token;
    for (const token of [named.access_token, plain.access_token, own, one.id_token!, one.refresh_token!, 'x', '']) {
      await expect(k.userinfo.answer(token)).rejects.toMatchObject({ code: expect.stringMatching(/^(invalid_token|insufficient_scope)$/) });
    }
    const claims = k.others['cas claims']!;
    k.others['cas claims'] = () => ({ claims: null });
    await expect(k.userinfo.answer(one.access_token)).rejects.toMatchObject({ code: 'invalid_token' });
    k.others['cas claims'] = claims;
    k.living.delete(session.sid);
    await expect(k.userinfo.answer(one.access_token)).rejects.toMatchObject({ code: 'invalid_token' });
  });
});

describe('revocation (RFC 7009)', () => {
  it.each(['access_token', 'refresh_token'] as const)('of the %s ends the whole grant before it answers (§2.1)', async (kind) => {
    const one = await first();
    await k.revoke.answer(post({ token: one[kind]!, client_id: 'spa' }));
    expect(await outcome(k.token.answer(refreshing(one.refresh_token)))).toBe('invalid_grant');
    await expect(k.userinfo.answer(one.access_token)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it("does nothing to another client's token, and answers the same", async () => {
    const one = await first();
    for (const token of [one.access_token, one.refresh_token!, 'nonsense']) {
      await expect(k.revoke.answer(post({ token }, 'web'))).resolves.toBeUndefined();
    }
    expect(await k.userinfo.answer(one.access_token)).toHaveProperty('sub');
  });

  it('is refused to a confidential client that does not authenticate', async () => {
    await expect(k.revoke.answer(post({ token: 'x', client_id: 'web' }))).rejects.toMatchObject({ code: 'invalid_client', status: 401 });
  });
});

describe('withdrawal of a consent (INV-3)', () => {
  it('ends every grant of that person and client, and of nobody else', async () => {
    const [one, two] = [await first(), await first()];
    const other = await first({}, k.signIn({ subject: 'subject-of-grace' }));
    expect(await k.grants.revokeOfClient('subject-of-ada', 'spa')).toBeGreaterThanOrEqual(2);
    for (const dead of [one, two]) expect(await outcome(k.token.answer(refreshing(dead.refresh_token)))).toBe('invalid_grant');
    expect(await outcome(k.token.answer(refreshing(other.refresh_token)))).toMatchObject({ token_type: 'Bearer' });
  });
});

describe('client authentication (RFC 6749 §2.3.1, §5.2)', () => {
  it('is throttled by failures per network and client, before any work; other networks and other clients go on', async () => {
    const tight = await kit(db.database, memoryHotStore({ now: () => Date.now() }), { LATCHKEY_CLIENT_FAILURES_PER_MINUTE: '3' });
    const ask = (secret: string, network = '192.0.2.7', id = 'api') =>
      outcome(tight.token.answer({ ...post({ grant_type: 'client_credentials' }, id, secret), network }));
    for (let time = 0; time < 4; time += 1) expect(await ask('wrong')).toBe('invalid_client');
    expect(await ask('wrong')).toBe('temporarily_unavailable');
    expect(await ask(SECRET)).toBe('temporarily_unavailable');
    expect(await ask(SECRET, '192.0.2.8')).toMatchObject({ token_type: 'Bearer' });
    expect(await ask(SECRET, '192.0.2.7', 'web')).toMatchObject({ token_type: 'Bearer' });
    for (const unknown of ['a', 'b', 'c', 'd']) expect(await ask('wrong', '192.0.2.7', unknown)).toBe('invalid_client');
    expect(await ask('wrong', '192.0.2.7', 'e')).toBe('temporarily_unavailable');
    expect(await ask(SECRET, '192.0.2.7', 'web')).toMatchObject({ token_type: 'Bearer' });
    tight.clock.at += 61_000;
    expect(await ask(SECRET)).toMatchObject({ token_type: 'Bearer' });
  });

  it('fails for disabled and unknown clients as for a wrong secret', async () => {
    for (const [id, secret] of [['gone', SECRET], ['nobody', SECRET], ['api', 'wrong'], ['spa', SECRET]] as const) {
      await expect(k.token.answer(post({ grant_type: 'client_credentials' }, id, secret))).rejects.toMatchObject({
        ...{ code: 'invalid_client', status: 401, description: 'Client authentication failed' },
      });
    }
  });
});
