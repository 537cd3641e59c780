import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memoryHotStore, type HotStore } from '@latchkey/store';
import { testDatabase, type TestDatabase } from '@latchkey/testing';
import { signJwt } from '@latchkey/oauth';
import { migrations } from '../migrations/migrations.ts';
import { API, ISSUER, kit, request, type Kit } from '../testing/kit.ts';
import type { AuthorizeResult } from './results.ts';

let db: TestDatabase;
let hot: HotStore;
let k: Kit;
beforeAll(async () => {
  db = await testDatabase(migrations);
  hot = memoryHotStore({ now: () => k?.clock.now() ?? Date.now() });
  k = await kit(db.database, hot);
});
beforeEach(() => {
  k.others['consent decided'] = () => ({ granted: [], decision: null });
  k.asked.length = 0;
});
afterAll(() => db.close());

const answerOf = (result: AuthorizeResult): Record<string, string> => {
  if (result.kind !== 'redirect') throw new Error(`${result.kind} ${result.kind === 'error-page' ? result.code : ''}`);
  return Object.fromEntries(result.response.parameters);
};
const pendingOf = (result: AuthorizeResult): string => {
  if (result.kind !== 'sign-in' && result.kind !== 'consent') throw new Error(`${result.kind} ${JSON.stringify(result)}`);
  return result.pending;
};
const answering = (pending: string, kind: 'sign-in' | 'select' | 'denied') => [{ interaction: pending.split('.')[0]!, kind, at: Math.floor(k.clock.now() / 1000) }];

describe('whom we may answer (RFC 6749 §4.1.2.1: "MUST NOT automatically redirect")', () => {
  const pages: [string, string, Record<string, string | undefined>][] = [
    ['no client_id', 'client_id_missing', { client_id: undefined }],
    ['an unknown client', 'client_unknown', { client_id: 'nobody' }],
    ['a disabled client', 'client_unknown', { client_id: 'gone' }],
    ['a client_id of inherited names', 'client_unknown', { client_id: '__proto__' }],
    ['no redirect_uri', 'redirect_uri_missing', { redirect_uri: undefined }],
    ['an empty redirect_uri', 'redirect_uri_missing', { redirect_uri: '' }],
    ['a foreign redirect_uri', 'redirect_uri_not_registered', { redirect_uri: 'https://evil.example.org/' }],
    ['the redirect_uri of another client', 'redirect_uri_not_registered', { redirect_uri: 'https://web.example.org/cb' }],
  ];
  it.each(pages)('shows a page for %s', async (_what, code, over) => {
    const given = Object.entries({ ...request(), ...over }).filter((pair): pair is [string, string] => pair[1] !== undefined);
    expect(await k.authorize(given, k.signIn())).toMatchObject({ kind: 'error-page', status: 400, code });
  });

  it.each(Object.keys(request()))('shows a page when %s is repeated, with the same value or another', async (name) => {
    const given = Object.entries(request());
    for (const value of [request()[name]!, 'other', '']) {
      expect(await k.authorize([...given, [name, value]], k.signIn())).toMatchObject({ kind: 'error-page', code: 'repeated_parameter' });
    }
  });
});

describe('what goes back to the client (RFC 6749 §4.1.2.1, RFC 9207 §2)', () => {
  const errors: [string, string, Record<string, string>][] = [
    ['no response_type', 'invalid_request', { response_type: '' }],
    ['the implicit flow', 'unsupported_response_type', { response_type: 'token' }],
    ['the hybrid flow', 'unsupported_response_type', { response_type: 'code id_token' }],
    ['no PKCE', 'invalid_request', { code_challenge: '' }],
    ['PKCE plain', 'invalid_request', { code_challenge_method: 'plain' }],
    ['PKCE without a method', 'invalid_request', { code_challenge_method: '' }],
    ['a scope of others', 'invalid_scope', { scope: 'openid email' }],
    ['no scope', 'invalid_scope', { scope: '' }],
    ['an unknown resource', 'invalid_target', { resource: 'https://other.example.org' }],
    ['a scope that the resource lacks', 'invalid_scope', { client_id: 'web', resource: API, scope: 'openid orders:delete orders:write' }],
    ['a request object', 'request_not_supported', { request: 'x.y.z' }],
    ['a request_uri', 'request_uri_not_supported', { request_uri: 'https://spa.example.org/r' }],
    ['a registration', 'registration_not_supported', { registration: '{}' }],
    ['an unknown prompt', 'invalid_request', { prompt: 'now' }],
    ['prompt none with others', 'invalid_request', { prompt: 'none login' }],
    ['a max_age of words', 'invalid_request', { max_age: 'soon' }],
    ['an unknown response_mode', 'invalid_request', { response_mode: 'web_message' }],
    ['a hint that is not ours', 'invalid_request', { id_token_hint: 'a.b.c' }],
  ];
  it.each(errors)('%s: %s, with state and iss', async (_what, error, over) => {
    expect(answerOf(await k.authorize(request(over), k.signIn()))).toMatchObject({ error, state: 'st&te', iss: ISSUER });
  });

  it('is a code, state and iss when all is well, and asks no other room', async () => {
    const answer = answerOf(await k.authorize(request(), k.signIn()));
    expect(answer).toEqual({ code: expect.stringMatching(/^[a-z2-7]{2}[\w-]{32}$/), state: 'st&te', iss: ISSUER });
    expect(k.asked).toEqual([]);
  });

  it('never stands at an address that was not registered, whatever the response_mode', async () => {
    for (const mode of ['query', 'fragment', 'form_post']) {
      const result = await k.authorize(request({ response_mode: mode }), k.signIn());
      expect(result).toMatchObject({ kind: 'redirect', response: { redirectUri: 'https://spa.example.org/cb', mode } });
    }
  });

  it('lets the port of a loopback address vary (RFC 8252 §7.3)', async () => {
    const result = await k.authorize(request({ redirect_uri: 'http://127.0.0.1:49152/cb' }), k.signIn());
    expect(result).toMatchObject({ kind: 'redirect', response: { redirectUri: 'http://127.0.0.1:49152/cb' } });
  });
});

describe('who is it? (OpenID Connect Core 1.0 §3.1.2.1, §3.1.2.3)', () => {
  it('asks somebody without a session to sign in, or says login_required when it may not ask', async () => {
    expect((await k.authorize(request())).kind).toBe('sign-in');
    expect(answerOf(await k.authorize(request({ prompt: 'none' })))).toMatchObject({ error: 'login_required' });
  });

  it.each([{ prompt: 'login' }, { prompt: 'select_account' }, { prompt: 'login consent' }, { max_age: '60' }])(
    'asks once more for %p, and takes one answer for it',
    async (over) => {
      const session = k.signIn({ authTime: Math.floor(k.clock.now() / 1000) - 120 });
      const pending = pendingOf(await k.authorize(request(over as Record<string, string>), session));
      expect((await k.authorize({ pending }, session)).kind).toBe('sign-in');
      const other = pendingOf(await k.authorize(request({ prompt: 'login' }), session));
      expect((await k.authorize({ pending }, { ...session, ...k.signIn({ ...session, answered: answering(other, 'sign-in') }) })).kind).toBe('sign-in');
      const again = k.signIn({ ...session, answered: answering(pending, 'sign-in') });
      expect(answerOf(await k.authorize({ pending }, again))).toHaveProperty('code');
    },
  );

  it('takes no answer that is older than ten minutes', async () => {
    const session = k.signIn();
    const pending = pendingOf(await k.authorize(request({ prompt: 'login' }), session));
    const at = Math.floor(k.clock.now() / 1000);
    const again = k.signIn({ ...session, answered: [{ interaction: pending.split('.')[0]!, kind: 'sign-in', at }] });
    k.clock.at += 601_000;
    expect((await k.authorize({ pending }, again)).kind).toBe('sign-in');
  });

  it('lets the person choose another account for select_account, but not for login', async () => {
    const session = k.signIn();
    const cases = [[{ prompt: 'select_account' }, 'redirect'], [{ prompt: 'login' }, 'sign-in'], [{ prompt: 'select_account', max_age: '0' }, 'sign-in']] as const;
    for (const [over, kind] of cases) {
      const pending = pendingOf(await k.authorize(request(over), session));
      expect((await k.authorize({ pending }, k.signIn({ ...session, answered: answering(pending, 'select') }))).kind).toBe(kind);
    }
  });

  it('returns access_denied when the person cancels', async () => {
    const pending = pendingOf(await k.authorize(request()));
    expect(answerOf(await k.authorize({ pending, cancel: '1' }))).toMatchObject({ error: 'access_denied', state: 'st&te' });
  });

  it('gives nobody the tokens of another than id_token_hint names', async () => {
    const hint = await signJwt(k.signing.signer('RS256'), 'JWT', { iss: ISSUER, aud: 'spa', sub: 'somebody-else', exp: 1 });
    const session = k.signIn();
    expect(answerOf(await k.authorize(request({ id_token_hint: hint, prompt: 'none' }), session))).toMatchObject({ error: 'login_required' });
    const pending = pendingOf(await k.authorize(request({ id_token_hint: hint }), session));
    const again = k.signIn({ ...session, answered: answering(pending, 'sign-in') });
    expect(answerOf(await k.authorize({ pending }, again))).toMatchObject({ error: 'login_required' });
  });
});

describe('a pending request (design, section 5)', () => {
  it('opens only in the browser that began it, and never leads anywhere else', async () => {
    const pending = pendingOf(await k.authorize(request()));
    for (const flow of ['flow-of-a-thief', '']) {
      expect(await k.authorize({ pending }, k.signIn(), flow)).toMatchObject({ kind: 'error-page', code: 'pending_request_foreign' });
    }
    expect(await k.describe(pending, 'flow-of-a-thief')).toBeNull();
    expect(await k.describe(pending, null)).toBeNull();
  });

  it('is refused after any change', async () => {
    const pending = pendingOf(await k.authorize(request()));
    const dot = pending.indexOf('.');
    const changed = [pending.slice(1), pending.slice(0, -1), `${pending}A`, pending.replace('.', ''), `${pending.startsWith('A') ? 'B' : 'A'}${pending.slice(1)}`, pending.slice(dot + 1), `${'A'.repeat(22)}${pending.slice(dot)}`];
    for (const other of changed.filter((value) => value !== pending)) {
      expect(await k.authorize({ pending: other }, k.signIn())).toMatchObject({ kind: 'error-page', code: 'pending_request_foreign' });
    }
    expect(await k.authorize([['pending', pending], ['pending', pending]], k.signIn())).toMatchObject({ kind: 'error-page', code: 'pending_request_foreign' });
  });

  it('does not expire, stores nothing, and may be run again', async () => {
    const trips: string[] = [];
    const counted = await kit(db.database, new Proxy(hot, { get: (target, name) => (trips.push(String(name)), Reflect.get(target, name).bind(target)) }));
    const pending = pendingOf(await counted.authorize(request()));
    expect(trips).toEqual([]);
    counted.clock.at += 30 * 86_400_000;
    const session = counted.signIn();
    for (let time = 0; time < 2; time += 1) expect(answerOf(await counted.authorize({ pending }, session))).toHaveProperty('code');
  });

  it('ignores what stands beside it in the address', async () => {
    const pending = pendingOf(await k.authorize(request()));
    const result = await k.authorize({ pending, redirect_uri: 'https://evil.example.org/', scope: 'email', client_id: 'web' }, k.signIn());
    expect(result).toMatchObject({ kind: 'redirect', response: { redirectUri: 'https://spa.example.org/cb' } });
  });

  it('of more than 3 KB is stored, within a budget per network', async () => {
    const small = await kit(db.database, hot, { LATCHKEY_STORED_REQUESTS_PER_MINUTE: '2' });
    const large = request({ state: 's'.repeat(5_000) });
    const pending = pendingOf(await small.authorize(large));
    expect(pending.length).toBeLessThan(3_100);
    expect(answerOf(await small.authorize({ pending }, small.signIn()))).toMatchObject({ state: 's'.repeat(5_000) });
    expect((await small.authorize(large)).kind).toBe('sign-in');
    expect(await small.authorize(large)).toMatchObject({ kind: 'error-page', code: 'too_many_requests', status: 429 });
    await hot.drop(`pending:v1:main:{${pending.split('.')[0]}}`);
    expect(await small.authorize({ pending }, small.signIn())).toMatchObject({ kind: 'error-page', code: 'pending_request_gone' });
  });
});

describe('did they agree? (OpenID Connect Core 1.0 §3.1.2.4)', () => {
  const third = (over: Record<string, string> = {}) => request({ client_id: 'third', ...over });
  const decided = (answer: { granted?: string[]; decision?: 'granted' | 'denied' | null }) => {
    k.others['consent decided'] = () => ({ granted: answer.granted ?? [], decision: answer.decision ?? null });
  };

  it('is asked for a third-party client, with one ask to one room', async () => {
    expect((await k.authorize(third(), k.signIn())).kind).toBe('consent');
    expect(k.asked).toEqual(['consent decided']);
  });

  it('is settled by what was granted before, as long as nothing more is asked', async () => {
    decided({ granted: ['openid', 'profile'] });
    expect(answerOf(await k.authorize(third(), k.signIn()))).toHaveProperty('code');
    decided({ granted: ['openid'] });
    expect((await k.authorize(third({ scope: 'openid profile' }), k.signIn())).kind).toBe('consent');
  });

  it('is asked again for prompt=consent, until decided in this very interaction', async () => {
    decided({ granted: ['openid'] });
    const session = k.signIn();
    const pending = pendingOf(await k.authorize(third({ prompt: 'consent' }), session));
    k.others['consent decided'] = ({ interaction }: { interaction: string }) => ({
      granted: ['openid'],
      decision: interaction === pending.split('.')[0] ? 'granted' : null,
    });
    expect(answerOf(await k.authorize({ pending }, session))).toHaveProperty('code');
    expect((await k.authorize(third({ prompt: 'consent' }), session)).kind).toBe('consent');
  });

  it('is asked again when the decision of this interaction does not cover what is asked: the registration may have grown', async () => {
    decided({ granted: ['openid'], decision: 'granted' });
    expect((await k.authorize(third({ scope: 'openid profile' }), k.signIn())).kind).toBe('consent');
  });

  it('returns access_denied when denied, consent_required when it may not ask', async () => {
    decided({ granted: ['openid'], decision: 'denied' });
    expect(answerOf(await k.authorize(third(), k.signIn()))).toMatchObject({ error: 'access_denied' });
    decided({});
    expect(answerOf(await k.authorize(third({ prompt: 'none' }), k.signIn()))).toMatchObject({ error: 'consent_required' });
  });

  it('never lets in who is not of the groups of the client', async () => {
    expect(answerOf(await k.authorize(request({ client_id: 'staff' }), k.signIn()))).toMatchObject({ error: 'access_denied' });
    const claims = k.others['cas claims']!;
    k.others['cas claims'] = () => ({ claims: { username: 'ada', name: 'Ada', attributes: {}, groups: ['staff'] } });
    expect(answerOf(await k.authorize(request({ client_id: 'staff' }), k.signIn()))).toHaveProperty('code');
    k.others['cas claims'] = () => ({ claims: null });
    expect(answerOf(await k.authorize(request({ client_id: 'staff' }), k.signIn()))).toMatchObject({ error: 'access_denied' });
    k.others['cas claims'] = claims;
  });

  it('issues nothing when the other room does not answer (INV-9)', async () => {
    k.others['consent decided'] = () => {
      throw new Error('away');
    };
    await expect(k.authorize(third(), k.signIn())).rejects.toThrow('away');
  });
});

describe('what other rooms are told of a pending request', () => {
  it('names the client, the host the answer goes to, and each permission in words', async () => {
    const pending = pendingOf(await k.authorize(request({ scope: 'openid orders:read', prompt: 'login', login_hint: 'ada' })));
    expect(await k.describe(pending, 'flow-of-the-browser')).toEqual({
      ...{ interaction: pending.split('.')[0], client: 'spa', clientName: 'Spa', clientHost: 'spa.example.org', clientOwner: null, loginHint: 'ada', mustSignIn: true },
      scopes: [
        { name: 'openid', description: 'Know that it is you', resource: null },
        { name: 'orders:read', description: 'See orders', resource: 'Orders' },
      ],
    });
  });
});
