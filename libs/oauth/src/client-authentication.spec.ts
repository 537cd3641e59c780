import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isAuthenticated, readClientClaim, type ClientClaim } from './client-authentication.ts';
import { type OAuthError } from './errors.ts';
import { readParameters } from './parameters.ts';

const body = (values: Record<string, string> = {}) => readParameters(Object.entries(values));
const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`;
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as OAuthError).code;
  }
  return 'accepted';
};

describe('client_secret_basic (RFC 6749 §2.3.1, Appendix B)', () => {
  it.each([
    ['app', 's3cret'],
    ['app', 'with:colon'],
    ['app', 'with space & + % plus'],
    ['app', 'ünïcödé ✓'],
    ['app:x', 'y'],
    ['app', ''],
  ])('reads %p and %p, both form-encoded', (id, secret) => {
    const encode = (value: string) => encodeURIComponent(value).replaceAll('%20', '+');
    expect(readClientClaim(basic(`${encode(id)}:${encode(secret)}`), body())).toEqual({ method: 'client_secret_basic', clientId: id, secret });
  });

  it.each(['basic', 'BASIC', 'BaSiC'])('knows the scheme as %s', (scheme) => {
    expect(readClientClaim(basic('app:x').replace('Basic', scheme), body()).clientId).toBe('app');
  });

  it.each([
    ['no credentials', 'Basic'],
    ['empty credentials', 'Basic '],
    ['not base64', 'Basic ****'],
    ['base64url', 'Basic YXBwOnN_'],
    ['spare bits', 'Basic YXBwOnh='],
    ['two values', `${basic('app:x')}, ${basic('app:y')}`],
    ['no colon', basic('app')],
    ['no id', basic(':secret')],
    ['a lone percent', basic('app:100%')],
    ['a broken percent', basic('app:%zz')],
    ['broken UTF-8', basic(Buffer.from([0x61, 0x3a, 0xff, 0xfe]))],
    ['broken UTF-8 in percent form', basic('app:%ff')],
    ['another scheme', 'Bearer abc'],
    ['Digest', 'Digest username="app"'],
    ['a header of spaces', '   '],
  ])('refuses %s as invalid_client', (_name, header) => {
    expect(codeOf(() => readClientClaim(header, body()))).toBe('invalid_client');
  });
});

describe('client authentication (RFC 6749 §2.3: not more than one method)', () => {
  it.each([
    ['basic and a posted secret', basic('app:x'), { client_id: 'app', client_secret: 'x' }],
    ['basic and another client_id', basic('app:x'), { client_id: 'other' }],
    ['basic and an assertion', basic('app:x'), { client_assertion: 'j' }],
    ['a posted secret and an assertion', undefined, { client_id: 'app', client_secret: 'x', client_assertion: 'j' }],
  ])('refuses %s', (_name, header, values) => {
    expect(codeOf(() => readClientClaim(header, body(values as Record<string, string>)))).toBe('invalid_request');
  });

  it('accepts the same client_id beside basic', () => {
    expect(readClientClaim(basic('app:x'), body({ client_id: 'app' })).method).toBe('client_secret_basic');
  });

  it('refuses a request that names nobody', () => {
    expect(codeOf(() => readClientClaim(undefined, body()))).toBe('invalid_client');
    expect(codeOf(() => readClientClaim(undefined, body({ client_secret: 'x' })))).toBe('invalid_client');
  });
});

describe('a client is authenticated', () => {
  const secretHash = createHash('sha256').update('right').digest('base64url');
  const methods = ['client_secret_basic', 'client_secret_post', 'none'] as const;
  const secrets = ['right', 'wrong', '', undefined];

  it('only by its registered method and its secret', () => {
    for (const registered of methods) {
      for (const method of methods) {
        for (const secret of secrets) {
          const claim: ClientClaim = { method, clientId: 'app', secret };
          const must = registered === 'none' ? method === 'none' : method === registered && secret === 'right';
          expect([registered, method, secret, isAuthenticated(claim, { method: registered, secretHash })]).toEqual([registered, method, secret, must]);
        }
      }
    }
  });

  it('never without a registered secret, nor when unknown', () => {
    for (const secret of secrets) {
      expect(isAuthenticated({ method: 'client_secret_post', clientId: 'app', secret }, { method: 'client_secret_post', secretHash: undefined })).toBe(false);
      expect(isAuthenticated({ method: 'client_secret_post', clientId: 'app', secret }, undefined)).toBe(false);
    }
    expect(isAuthenticated({ method: 'none', clientId: 'app', secret: undefined }, undefined)).toBe(false);
  });
});
