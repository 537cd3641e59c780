import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CompactSign, SignJWT, decodeProtectedHeader, jwtVerify } from 'jose';
import { audiencesOf, grantOf, readAccessToken, sealAccessToken, signAccessToken, type AccessTokenClaims } from './access-token.ts';
import { claimsFor } from './claims.ts';
import { discoveryDocument } from './discovery.ts';
import { readIdTokenHint } from './id-token-hint.ts';
import { atHash, idTokenClaims } from './id-token.ts';
import { publicJwks, type KeyState } from './jwks.ts';
import { signJwt, verifyOwnJwt, type JwtType, type SigningAlg, type SigningKey } from './jwt.ts';
import { logoutTokenClaims } from './logout-token.ts';
import { newSealKey } from './seal.ts';

const ISSUER = 'https://op.example';
type Pair = SigningKey & { publicKey: KeyObject };
const pair = (alg: SigningAlg, kid: string): Pair => ({
  alg,
  kid,
  ...(alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' })),
});
const rsa = pair('RS256', 'r');
const ec = pair('ES256', 'e');
const find = (kid: string) => [rsa, ec].find((key) => key.kid === kid);
const NOW = 1_800_000_000;
const claims: AccessTokenClaims = {
  iss: ISSUER,
  sub: 'ada',
  aud: ['https://api.example', ISSUER],
  client_id: 'app',
  iat: NOW,
  exp: NOW + 300,
  jti: 'ab123.xyz',
  scope: 'openid',
};

describe('signing (RFC 7515, RFC 8725)', () => {
  it.each([rsa, ec])('makes what another library verifies: $alg', async (key) => {
    const jwt = await signJwt(key, 'at+jwt', { iss: ISSUER, x: 'ü' });
    const { payload, protectedHeader } = await jwtVerify(jwt, key.publicKey, { algorithms: [key.alg], typ: 'at+jwt' });
    expect(payload).toEqual({ iss: ISSUER, x: 'ü' });
    expect(protectedHeader).toEqual({ alg: key.alg, typ: 'at+jwt', kid: key.kid });
  });

  it('never lets one type pass as another (§3.11)', async () => {
    const types: JwtType[] = ['JWT', 'at+jwt', 'logout+jwt'];
    for (const made of types) {
      for (const wanted of types) {
        const read = await verifyOwnJwt(await signJwt(ec, made, { a: 1 }), { typ: wanted, find });
        expect([made, wanted, read !== null]).toEqual([made, wanted, made === wanted]);
      }
    }
  });

  it('refuses none, a confused algorithm, a foreign key, an unknown crit and a changed token', async () => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const good = await signJwt(rsa, 'JWT', { iss: ISSUER });
    const foreign = pair('RS256', 'r');
    const secret = Buffer.from(rsa.publicKey.export({ type: 'spki', format: 'pem' }));
    const attacks = [
      `${encode({ alg: 'none', typ: 'JWT', kid: 'r' })}.${encode({ iss: ISSUER })}.`,
      await new SignJWT({ iss: ISSUER }).setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: 'r' }).sign(secret),
      await signJwt(foreign, 'JWT', { iss: ISSUER }),
      await new SignJWT({ iss: ISSUER }).setProtectedHeader({ alg: 'PS256', typ: 'JWT', kid: 'r' }).sign(rsa.privateKey),
      await new SignJWT({ iss: ISSUER })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'x', jwk: foreign.publicKey.export({ format: 'jwk' }) as { kty: string } })
        .sign(foreign.privateKey),
      await new SignJWT({ iss: ISSUER }).setProtectedHeader({ alg: 'RS256', kid: 'r' }).sign(rsa.privateKey),
      await new CompactSign(Buffer.from('{}')).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'r', crit: ['exp'], exp: 1 }).sign(rsa.privateKey, { crit: { exp: true } }),
      await new CompactSign(Buffer.from('[1]')).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'r' }).sign(rsa.privateKey),
      good.slice(0, -4),
      `${good}.`,
      good.replace('.', '..'),
      '',
      'a.b.c',
    ];
    expect(await verifyOwnJwt(good, { typ: 'JWT', find })).toEqual({ iss: ISSUER });
    for (const attack of attacks) expect(await verifyOwnJwt(attack, { typ: 'JWT', find })).toBeNull();
  });
});

describe('access token (RFC 9068)', () => {
  const key = newSealKey();
  const rules = { issuer: ISSUER, tenant: 'main', now: NOW, findKey: find, findSeal: (id: string) => (id === key.id ? key : undefined) };

  it('says the same as JWT and sealed', async () => {
    for (const token of [await signAccessToken(ec, claims), sealAccessToken(key, 'main', claims)]) {
      const read = await readAccessToken(token, rules);
      expect(read).toEqual(claims);
      expect(grantOf(read!)).toBe('ab123');
      expect(audiencesOf(read!)).toContain(ISSUER);
    }
  });

  it('is refused when expired, of another issuer or of another tenant', async () => {
    for (const token of [await signAccessToken(ec, claims), sealAccessToken(key, 'main', claims)]) {
      expect(await readAccessToken(token, { ...rules, now: NOW + 300 })).toBeNull();
      expect(await readAccessToken(token, { ...rules, issuer: 'https://other.example' })).toBeNull();
    }
    expect(await readAccessToken(sealAccessToken(key, 'main', claims), { ...rules, tenant: 'other' })).toBeNull();
  });

  it('is never an ID token', async () => {
    expect(await readAccessToken(await signJwt(ec, 'JWT', claims), rules)).toBeNull();
  });
});

describe('ID token (OpenID Connect Core 1.0 §2)', () => {
  const input = { issuer: ISSUER, clientId: 'app', subject: 'ada', sid: 's', authTime: NOW - 9, acr: '1', amr: ['pwd'], now: NOW, lifetimeSeconds: 60, accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y' };

  it('hashes the access token as the example of §3.1.3.6 does', () => {
    expect(atHash(input.accessToken)).toBe('77QmUPtjPfzWtF2AnpK9RQ');
  });

  it('carries the nonce it was asked for, and none when it was not (§12.2: none at a refresh)', () => {
    expect(idTokenClaims({ ...input, nonce: 'n' })).toMatchObject({ nonce: 'n', sid: 's', auth_time: NOW - 9, exp: NOW + 60 });
    expect(idTokenClaims({ ...input, nonce: undefined })).not.toHaveProperty('nonce');
  });

  it('serves as a hint though expired, and only if it is ours', async () => {
    const hint = await signJwt(rsa, 'JWT', idTokenClaims({ ...input, now: 1, nonce: undefined }));
    expect(await readIdTokenHint(hint, ISSUER, find)).toEqual({ clientId: 'app', subject: 'ada', sid: 's' });
    expect(await readIdTokenHint(hint, 'https://other.example', find)).toBeNull();
    expect(await readIdTokenHint(await signJwt(ec, 'at+jwt', claims), ISSUER, find)).toBeNull();
    expect(await readIdTokenHint(await signJwt(pair('RS256', 'r'), 'JWT', { iss: ISSUER, aud: 'app', sub: 'ada' }), ISSUER, find)).toBeNull();
  });
});

describe('logout token (Back-Channel Logout 1.0 §2.4)', () => {
  it('has the event, sid, sub, jti, at most two minutes, its own type and no nonce', async () => {
    const made = logoutTokenClaims({ issuer: ISSUER, clientId: 'app', subject: 'ada', sid: 's', jti: 'j', now: NOW });
    expect(made).toEqual({
      ...{ iss: ISSUER, aud: 'app', sub: 'ada', sid: 's', jti: 'j', iat: NOW, exp: NOW + 120 },
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(decodeProtectedHeader(await signJwt(rsa, 'logout+jwt', made)).typ).toBe('logout+jwt');
  });
});

describe('published keys', () => {
  const published = (state: KeyState, publishedUntil: number | null) => ({ kid: state, alg: 'RS256' as const, state, publicKey: rsa.publicKey, publishedUntil });

  it('shows next and active always, retired until its overlap is over', () => {
    const keys = [published('next', null), published('active', null), published('retired', NOW)];
    expect(publicJwks(keys, NOW - 1).keys.map(({ kid }) => kid)).toEqual(['next', 'active', 'retired']);
    expect(publicJwks(keys, NOW).keys.map(({ kid }) => kid)).toEqual(['next', 'active']);
  });

  it('never shows a private member', () => {
    const { privateKey } = ec;
    const keys = [
      { kid: 'e', alg: 'ES256' as const, state: 'active' as const, publicKey: privateKey, publishedUntil: null },
      { kid: 'r', alg: 'RS256' as const, state: 'active' as const, publicKey: rsa.privateKey, publishedUntil: null },
    ];
    for (const jwk of publicJwks(keys, NOW).keys) {
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(jwk).not.toHaveProperty(member);
    }
  });
});

describe('discovery (OpenID Connect Discovery 1.0 §3)', () => {
  it('offers neither none, nor plain, nor anything but code', () => {
    const document = discoveryDocument(ISSUER, ['orders:read']);
    expect(document).toMatchObject({
      issuer: ISSUER,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256'],
      authorization_response_iss_parameter_supported: true,
    });
    expect(document['scopes_supported']).toContain('orders:read');
  });
});

describe('claims by scope (OpenID Connect Core 1.0 §5.4)', () => {
  const person = {
    subject: 'x1',
    username: 'ada',
    name: 'Ada',
    groups: ['staff'],
    attributes: { email: ['a@x', 'b@x'], email_verified: ['true'], locality: ['London'], secret_note: ['no'] },
  };

  it('gives what the scopes open and nothing else', () => {
    expect(claimsFor(['openid'], person)).toEqual({ sub: 'x1' });
    expect(claimsFor(['openid', 'profile'], person)).toEqual({ sub: 'x1', name: 'Ada', preferred_username: 'ada' });
    expect(claimsFor(['openid', 'email'], person)).toEqual({ sub: 'x1', email: 'a@x', email_verified: true });
    expect(claimsFor(['openid', 'address', 'groups'], person)).toEqual({ sub: 'x1', address: { locality: 'London' }, groups: ['staff'] });
    expect(claimsFor(['openid', 'secret_note'], person)).toEqual({ sub: 'x1' });
  });
});
