import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { OAuthError } from './errors.ts';
import { isPeriod, nextPeriod, periodOf, weeksAgo } from './period.ts';
import { challengeOf, requireS256 } from './pkce.ts';
import { mustAuthenticate, parseMaxAge, parsePrompt } from './prompt.ts';
import { formatRefreshToken, parseRefreshToken } from './refresh-token.ts';
import { requestedResources, targetResource } from './resource.ts';
import { errorResponse, parseResponseMode, responseLocation, successResponse } from './response.ts';
import { narrowedScopes, parseScope, requestedScopes } from './scope.ts';
import { newSealKey } from './seal.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof OAuthError) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('PKCE (RFC 7636, RFC 9700 §2.1.1)', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

  it('matches the example of RFC 7636 Appendix B', () => {
    expect(challengeOf(verifier)).toBe(challenge);
    expect(requireS256(challenge, 'S256')).toBe(challenge);
  });

  it.each([
    [undefined, 'S256'],
    [challenge, undefined],
    [challenge, 'plain'],
    [challenge, 's256'],
    [challenge, 'S512'],
    [challenge.slice(1), 'S256'],
    [`${challenge}A`, 'S256'],
    [`${challenge}=`, 'S256'],
    [`${challenge.slice(0, -1)}N`, 'S256'],
    [challenge.replace('-', '+'), 'S256'],
    [`${challenge.slice(0, -1)}\n`, 'S256'],
  ])('refuses challenge %p with method %p', (given, method) => {
    expect(codeOf(() => requireS256(given, method))).toBe('invalid_request');
  });

  it.each(['a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(43)}ü`, `${'a'.repeat(43)} `, `${'a'.repeat(43)}\n`, `${'a'.repeat(43)}+`])(
    'refuses verifier %p (§4.1)',
    (given) => expect(codeOf(() => challengeOf(given))).toBe('invalid_grant'),
  );

  it('takes verifiers of 43 and 128 characters', () => {
    for (const length of [43, 128]) {
      const given = '~._-'.padEnd(length, 'z');
      expect(challengeOf(given)).toBe(createHash('sha256').update(given).digest('base64url'));
    }
  });
});

describe('scope (RFC 6749 §3.3)', () => {
  const known = (scope: string) => ['openid', 'email', 'orders:read'].includes(scope);

  it('has no order and no doubles', () => expect(parseScope('b a  b ')).toEqual(['b', 'a']));

  it.each(['a"b', 'a\\b', 'a\tb', 'ü', 'a\u0000'])('refuses %p', (given) => expect(codeOf(() => parseScope(given))).toBe('invalid_scope'));

  it('drops what nobody understands and refuses what is for others', () => {
    expect(requestedScopes('openid nonsense', { allowed: ['openid'], known })).toEqual(['openid']);
    expect(codeOf(() => requestedScopes('openid orders:read', { allowed: ['openid'], known }))).toBe('invalid_scope');
    expect(codeOf(() => requestedScopes(undefined, { allowed: ['openid'], known }))).toBe('invalid_scope');
    expect(codeOf(() => requestedScopes('nonsense', { allowed: ['openid'], known }))).toBe('invalid_scope');
  });

  it('never grows at a refresh (§6)', () => {
    expect(narrowedScopes(undefined, ['openid', 'email'])).toEqual(['openid', 'email']);
    expect(narrowedScopes('email', ['openid', 'email'])).toEqual(['email']);
    expect(codeOf(() => narrowedScopes('email phone', ['openid', 'email']))).toBe('invalid_scope');
  });
});

describe('resource (RFC 8707 §2)', () => {
  it.each(['https://api.example#x', '/api', 'api', '', 'https://', 'https:// api.example'])('refuses %p', (given) => {
    expect(codeOf(() => requestedResources([given], [given]))).toBe('invalid_target');
  });

  it('refuses what the client may not name', () => expect(codeOf(() => requestedResources(['https://a'], ['https://b']))).toBe('invalid_target'));

  it('gives one access token one audience', () => {
    expect(targetResource([], [])).toEqual({ resource: null, named: false });
    expect(targetResource([], ['https://a'])).toEqual({ resource: 'https://a', named: false });
    expect(targetResource(['https://b'], ['https://a', 'https://b'])).toEqual({ resource: 'https://b', named: true });
    expect(codeOf(() => targetResource([], ['https://a', 'https://b']))).toBe('invalid_target');
    expect(codeOf(() => targetResource(['https://a', 'https://b'], ['https://a', 'https://b']))).toBe('invalid_target');
    expect(codeOf(() => targetResource(['https://c'], ['https://a']))).toBe('invalid_target');
  });
});

describe('prompt and max_age (OpenID Connect Core 1.0 §3.1.2.1)', () => {
  it.each(['none login', 'none consent', 'none select_account', 'register', 'NONE', 'login,consent'])('refuses prompt=%p', (given) => {
    expect(codeOf(() => parsePrompt(given))).toBe('invalid_request');
  });

  it.each(['-1', '1.5', 'x', '1e3', '', '9999999999'])('refuses max_age=%p', (given) => expect(codeOf(() => parseMaxAge(given))).toBe('invalid_request'));

  const fresh = { prompt: parsePrompt(undefined), maxAge: undefined, authTime: 1_000, now: 2_000, answered: null };

  it('asks again for prompt=login, prompt=select_account and an old authentication', () => {
    expect(mustAuthenticate(fresh)).toBe(false);
    expect(mustAuthenticate({ ...fresh, prompt: parsePrompt('login') })).toBe(true);
    expect(mustAuthenticate({ ...fresh, prompt: parsePrompt('select_account') })).toBe(true);
    expect(mustAuthenticate({ ...fresh, maxAge: 999 })).toBe(true);
    expect(mustAuthenticate({ ...fresh, maxAge: 1_000 })).toBe(false);
    expect(mustAuthenticate({ ...fresh, maxAge: 0, now: 1_000 })).toBe(true);
  });

  it('asks once: an answer to this very request settles it', () => {
    expect(mustAuthenticate({ ...fresh, prompt: parsePrompt('login'), maxAge: 0, answered: 'sign-in' })).toBe(false);
  });

  it('the choice of an account is an answer to prompt=select_account alone, and no authentication', () => {
    const chosen = { ...fresh, answered: 'select' } as const;
    expect(mustAuthenticate({ ...chosen, prompt: parsePrompt('select_account') })).toBe(false);
    expect(mustAuthenticate({ ...chosen, prompt: parsePrompt('select_account login') })).toBe(true);
    for (const maxAge of [0, 999]) expect(mustAuthenticate({ ...chosen, prompt: parsePrompt('select_account'), maxAge })).toBe(true);
  });
});

describe('authorization response (RFC 6749 §4.1.2, RFC 9207 §2)', () => {
  const to = { redirectUri: 'https://c.example/cb', mode: 'query', state: 'a&b=c#"<', issuer: 'https://op.example' } as const;

  it('carries state and iss, also in errors, and escapes them', () => {
    const success = new URL(responseLocation(successResponse(to, 'xy')));
    expect(Object.fromEntries(success.searchParams)).toEqual({ code: 'xy', state: to.state, iss: to.issuer });
    const error = new URL(responseLocation(errorResponse(to, new OAuthError('access_denied', 'No'))));
    expect(Object.fromEntries(error.searchParams)).toEqual({ error: 'access_denied', error_description: 'No', state: to.state, iss: to.issuer });
  });

  it.each([
    ['https://c.example/cb', 'https://c.example/cb?code='],
    ['https://c.example/cb?x=1', 'https://c.example/cb?x=1&code='],
    ['https://c.example/cb?', 'https://c.example/cb?code='],
  ])('keeps %p as it was registered', (redirectUri, start) => {
    expect(responseLocation(successResponse({ ...to, redirectUri }, 'xy')).startsWith(start)).toBe(true);
  });

  it('puts the answer into the fragment when asked to', () => {
    expect(responseLocation(successResponse({ ...to, mode: 'fragment' }, 'xy'))).toContain('https://c.example/cb#code=xy&');
  });

  it.each(['web_message', 'QUERY', 'jwt'])('refuses response_mode=%p', (given) => expect(codeOf(() => parseResponseMode(given))).toBe('invalid_request'));
});

describe('refresh token', () => {
  const key = newSealKey();
  const find = (id: string) => (id === key.id ? key : undefined);
  const token = formatRefreshToken(key, 'main', 'ab0123456789', 7);

  it('is the same for the same grant, generation and key', () => {
    expect(formatRefreshToken(key, 'main', 'ab0123456789', 7)).toBe(token);
    expect(parseRefreshToken(find, 'main', token)).toEqual({ id: 'ab0123456789', generation: 7, keyId: key.id });
  });

  it('is refused for another tenant or key', () => {
    expect(parseRefreshToken(find, 'other', token)).toBeNull();
    expect(parseRefreshToken(() => newSealKey(), 'main', token)).toBeNull();
    expect(parseRefreshToken(() => undefined, 'main', token)).toBeNull();
  });

  it('is refused after any character was changed, dropped or doubled', () => {
    for (let at = 0; at < token.length; at += 1) {
      for (const other of ['A', 'b', '0', '.', '_', '', token[at]! + token[at]!]) {
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        if (changed !== token) expect(parseRefreshToken(find, 'main', changed)).toBeNull();
      }
    }
  });

  it.each(['ab.07.k.m', 'ab.-1.k.m', 'ab.1e1.k.m', '', '...', 'a.b.c'])('is refused as %p', (given) => {
    expect(parseRefreshToken(find, 'main', given)).toBeNull();
  });
});

describe('period of a code', () => {
  it('is two characters and counts weeks, also over the turn of the cycle', () => {
    const week = 7 * 86_400_000;
    for (const start of [0, 2_000 * week, 1_023 * week + 5, 1_795_000_000_000]) {
      expect(isPeriod(periodOf(start))).toBe(true);
      expect(nextPeriod(start)).toBe(periodOf(start + week));
      for (const weeks of [0, 1, 5, 52]) expect(weeksAgo(periodOf(start), start + weeks * week)).toBe(weeks);
      expect(weeksAgo(nextPeriod(start), start)).toBe(-1);
    }
  });
});
