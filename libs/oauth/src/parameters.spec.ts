import { describe, expect, it } from '@jest/globals';
import { OAUTH_ERRORS, OAuthError, type OAuthErrorCode } from './errors.ts';
import { readParameters, repeatedParameters } from './parameters.ts';

const NAMES = ['client_id', 'redirect_uri', 'scope', 'state', 'response_type', 'code', 'code_verifier', 'grant_type', 'token', 'pending', 'unknown', '__proto__', ''];
const VALUE_PAIRS = [['a', 'b'], ['a', 'a'], ['', ''], ['a', ''], ['', 'a']] as const;

describe('request parameters (RFC 6749 §3.1)', () => {
  it.each(NAMES.flatMap((name) => VALUE_PAIRS.map(([one, two]) => [name, one, two] as const)))(
    'refuses %p twice, with %p and %p',
    (name, one, two) => {
      const pairs = [[name, one], ['other', 'x'], [name, two]] as const;
      expect(repeatedParameters(pairs)).toEqual([name]);
      expect(() => readParameters(pairs)).toThrow(OAuthError);
    },
  );

  it('lets resource repeat, and nothing else (RFC 8707 §2)', () => {
    const read = readParameters([['resource', 'https://a'], ['resource', 'https://b']]);
    expect(read.all('resource')).toEqual(['https://a', 'https://b']);
  });

  it('treats a parameter without a value as omitted', () => {
    expect(readParameters([['scope', '']]).one('scope')).toBeUndefined();
  });

  it('knows no parameter that was not sent, whatever objects inherit', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) expect(readParameters([]).one(name)).toBeUndefined();
  });
});

describe('error bodies (RFC 6749 §5.2)', () => {
  it.each(Object.keys(OAUTH_ERRORS) as OAuthErrorCode[])('%s keeps its description to the allowed characters and hides its cause', (code) => {
    const error = new OAuthError(code, 'a "quoted\\ description\r\nSet-Cookie: x=ü', { cause: new Error('secret inside') });
    const body = error.body();
    expect(body.error_description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]*$/);
    expect(JSON.stringify(body)).not.toContain('secret inside');
    expect(error.status).toBeGreaterThanOrEqual(400);
  });
});
