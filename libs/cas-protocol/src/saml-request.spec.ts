import { describe, expect, it } from '@jest/globals';
import { parseSamlValidate } from './saml-request.ts';

const ARTIFACT = '<p:AssertionArtifact xmlns:p="urn:oasis:names:tc:SAML:1.0:protocol">ST-1</p:AssertionArtifact>';
const parsed = (body: string): string => {
  try {
    return parseSamlValidate([['TARGET', 'https://a.example/']], body).ticket;
  } catch (error) {
    return (error as Error).message;
  }
};
const nested = (depth: number): string => '<a>'.repeat(depth) + ARTIFACT + '</a>'.repeat(depth);

describe('a SAML request of a client (CAS 3.0 §2.9) is read in a time that grows with its length alone', () => {
  it('as deep as envelopes are', () => expect(parsed(nested(10))).toBe('ST-1'));
  it('beside any number of others', () => expect(parsed(`<a>${'<b/>'.repeat(100)}${ARTIFACT}</a>`)).toBe('ST-1'));
  it.each([
    ['closed', nested(32)],
    ['never closed', '<a>'.repeat(21_000)],
    ['with names of a space far above', `<p:a xmlns:p="urn:x">${'<p:a>'.repeat(13_000)}`],
  ])('and no deeper: %s', (_what, body) => expect(parsed(body)).toBe('The body is nested more than 32 deep'));
});
