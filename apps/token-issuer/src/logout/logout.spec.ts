import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OnceHandler } from '@latchkey/bus';
import { signJwt } from '@latchkey/oauth';
import { memoryHotStore } from '@latchkey/store';
import { testDatabase, type TestDatabase } from '@latchkey/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type Outcome } from '../authorize/results.ts';
import { migrations } from '../migrations/migrations.ts';
import { ISSUER, SECRET, kit, outcome, redemption, refreshing, type Kit } from '../testing/kit.ts';
import { readLogoutRequest } from './logout-request.ts';

let db: TestDatabase;
let k: Kit;
beforeAll(async () => {
  db = await testDatabase(migrations);
  k = await kit(db.database, memoryHotStore({ now: () => Date.now() }));
});
afterAll(() => db.close());

const hintFor = (over: object) => signJwt(k.signing.signer('RS256'), 'JWT', { iss: ISSUER, aud: 'web', sub: 'subject-of-ada', exp: 1, ...over });
const read = (parameters: Record<string, string> | [string, string][]) =>
  readLogoutRequest(Array.isArray(parameters) ? parameters : Object.entries(parameters), k.rules);
const pageOf = (parameters: Record<string, string> | [string, string][]) =>
  read(parameters).then(
    () => 'accepted',
    (error: Outcome) => (error.result.kind === 'error-page' ? [error.result.code, error.result.phrase] : error.result.kind),
  );
const BYE = 'https://web.example.org/bye';

describe('a request to sign out (RP-Initiated Logout 1.0 §2, §3)', () => {
  it('leads back only to an address registered for this very client, with state', async () => {
    const hint = await hintFor({});
    expect(await read({ id_token_hint: hint, post_logout_redirect_uri: BYE, state: 'a&b' })).toMatchObject({ returnTo: `${BYE}?state=a%26b` });
    for (const uri of [`${BYE}/`, `${BYE}?x`, 'https://evil.example.org/', 'https://web.example.org/cb', 'javascript:alert(1)']) {
      expect(await pageOf({ id_token_hint: hint, post_logout_redirect_uri: uri })).toEqual([
        'post_logout_redirect_uri_not_registered',
        'post_logout_redirect_uri is not registered for this client',
      ]);
    }
  });

  it('without a client leads nowhere: there is no registration to look into', async () => {
    expect(await read({ post_logout_redirect_uri: 'https://evil.example.org/' })).toEqual({ client: null, hint: null, returnTo: null });
  });

  it('shows a page for a hint that is not ours, of an unknown client, or of another client than named', async () => {
    expect(await pageOf({ id_token_hint: 'a.b.c' })).toEqual(['id_token_hint_invalid', 'id_token_hint is invalid']);
    expect(await pageOf({ id_token_hint: await hintFor({ iss: 'https://other.example.org' }) })).toEqual(['id_token_hint_invalid', 'id_token_hint is invalid']);
    expect(await pageOf({ id_token_hint: await hintFor({ aud: 'nobody' }) })).toEqual(['id_token_hint_unknown_client', 'id_token_hint was issued to an unknown client']);
    expect(await pageOf({ id_token_hint: await hintFor({}), client_id: 'spa' })).toEqual(['id_token_hint_other_client', 'id_token_hint is invalid']);
    expect(await pageOf([['state', 'a'], ['state', 'b']])).toEqual(['repeated_parameter', undefined]);
  });
});

describe('signing out (RP-Initiated Logout 1.0 §2, §6)', () => {
  it('needs no question when the hint speaks of the session of this browser', async () => {
    const session = k.signIn();
    const result = await k.logout.answer(await read({ id_token_hint: await hintFor({ sid: session.sid }), post_logout_redirect_uri: BYE }), session.sid);
    expect(result).toEqual({ kind: 'done', location: BYE });
    expect(k.living.has(session.sid)).toBe(false);
  });

  it('asks first without a hint, and for a hint of another session or person', async () => {
    const session = k.signIn();
    const hints = [{}, { id_token_hint: await hintFor({ sid: 'another' }) }, { id_token_hint: await hintFor({ sub: 'somebody', sid: session.sid }) }];
    for (const parameters of hints) {
      expect((await k.logout.answer(await read(parameters as Record<string, string>), session.sid)).kind).toBe('ask');
      expect(k.living.has(session.sid)).toBe(true);
    }
  });

  it('with nobody signed in is done at once', async () => {
    expect(await k.logout.answer(await read({ client_id: 'web', post_logout_redirect_uri: BYE }), undefined)).toEqual({ kind: 'done', location: BYE });
    expect(await k.logout.answer(await read({}), undefined)).toEqual({ kind: 'done', location: '/oauth2/signed-out' });
  });

  it('confirms only in the browser and for the session that were asked', async () => {
    const session = k.signIn();
    const sealed = k.logoutSeals.confirmation({ sid: session.sid, returnTo: null }, 'flow');
    expect(k.logoutSeals.openConfirmation(sealed, 'another flow')).toBeNull();
    const other = k.signIn();
    const asked = await k.logout.confirmed(k.logoutSeals.openConfirmation(sealed, 'flow')!, other.sid);
    expect(asked).toMatchObject({ kind: 'ask', session: { sid: other.sid } });
    expect([k.living.has(session.sid), k.living.has(other.sid)]).toEqual([true, true]);
    const done = await k.logout.confirmed(k.logoutSeals.openConfirmation(sealed, 'flow')!, session.sid);
    expect(k.living.has(session.sid)).toBe(false);
    const receipt = new URL((done as { location: string }).location, ISSUER).searchParams.get('receipt')!;
    expect(k.logoutSeals.openReceipt(receipt, 0)).toMatchObject({ sid: session.sid });
    expect(k.logoutSeals.openReceipt(sealed, 0)).toBeNull();
  });
});

describe('the end of a session (design, section 6)', () => {
  beforeEach(() => void (k.sent.length = 0));

  const end = (sid: string) =>
    db.database.transaction((tx) =>
      (k.ended as OnceHandler).handle({ tenant: 'main', sessionId: sid, subject: 'subject-of-ada', reason: 'admin', at: '', revision: 2 } as never, tx),
    );
  const signedIn = async () => {
    const session = k.signIn();
    const code = await k.codeFor(session, { client_id: 'web', scope: 'openid offline_access' });
    const authorization = `Basic ${Buffer.from(`web:${encodeURIComponent(SECRET)}`).toString('base64')}`;
    const { parameters, network } = redemption(code, { client_id: 'web', redirect_uri: 'https://web.example.org/cb' });
    await k.token.answer({ authorization, parameters, network });
    const spa = await k.token.answer(redemption(await k.codeFor(session)));
    return { session, spa };
  };

  it('revokes what dies with it and tells each client once by a signed logout token (Back-Channel Logout 1.0 §2.4, §2.5)', async () => {
    const { session, spa } = await signedIn();
    await end(session.sid);
    await k.deliveries.run();
    expect(k.sent).toHaveLength(1);
    const [request] = k.sent;
    expect(request).toMatchObject({ method: 'POST', url: 'https://web.example.org/bcl', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    const token = new URLSearchParams(request!.body).get('logout_token')!;
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'logout+jwt', alg: 'RS256' });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ iss: ISSUER, aud: 'web', sub: 'subject-of-ada', sid: session.sid });
    expect(claims.exp! - claims.iat!).toBeLessThanOrEqual(120);
    expect(claims).not.toHaveProperty('nonce');
    expect(await outcome(k.token.answer(refreshing(spa.refresh_token)))).toBe('invalid_grant');
    const [delivery] = await k.deliveries.list({ subject: null, sid: session.sid, state: null, limit: 10 });
    expect(delivery).toMatchObject({ application: 'web', state: 'delivered', reason: 'admin', attempts: [{ answer: '200' }] });
  });

  it('is told again with a fresh token after a refusal (400), and stands in the ledger', async () => {
    const { session } = await signedIn();
    k.outbound.answer = { status: 400, headers: {}, body: '' };
    await end(session.sid);
    await k.deliveries.run();
    k.outbound.answer = { status: 204, headers: {}, body: '' };
    await db.database.query(`UPDATE delivery SET next_at = now() WHERE sid = $1`, [session.sid]);
    await k.deliveries.run();
    const tokens = k.sent.map(({ body }) => decodeJwt(new URLSearchParams(body).get('logout_token')!));
    expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(2);
    const [delivery] = await k.deliveries.list({ subject: null, sid: session.sid, state: null, limit: 10 });
    expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ answer: '400' }, { answer: '204' }] });
  });

  it('lists who took part and whether they know', async () => {
    const { session } = await signedIn();
    const receipt = { sid: session.sid, at: Math.floor(k.clock.now() / 1000) };
    expect(await k.signedOut.of(receipt)).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'Web', state: 'trying' }), expect.objectContaining({ name: 'Spa', state: 'trying' })]));
    await end(session.sid);
    await k.deliveries.run();
    const later = await k.signedOut.of({ ...receipt, at: receipt.at - 60 });
    expect(later).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'Web', state: 'told' }), expect.objectContaining({ name: 'Spa', state: 'unreachable' })]));
  });
});
