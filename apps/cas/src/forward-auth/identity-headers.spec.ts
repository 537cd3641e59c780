import { describe, expect, it } from '@jest/globals';
import { service } from '../cas.fixture.ts';
import { identityHeaders } from './identity-headers.ts';

const ada = {
  subject: 'sub-1',
  username: 'ada',
  name: 'Ada Lovelace',
  attributes: { email: ['ada@example.org'], affiliation: ['staff', 'faculty'] },
  groups: ['staff', 'analysts'],
};
const headers = (attributes: string[], over: object = {}) => identityHeaders(service({ attributes }), { ...ada, ...over }, null);
const value = (attribute: string, values: string[]) => headers([attribute], { attributes: { [attribute]: values } });

describe('what an application behind a proxy is told', () => {
  it('who it is, and what the entry of the service names', () =>
    expect(headers(['email', 'name', 'groups', 'affiliation'])).toEqual({
      'Remote-User': 'ada',
      'Remote-Name': 'Ada Lovelace',
      'Remote-Email': 'ada@example.org',
      'Remote-Groups': 'staff,analysts',
      'X-Latchkey-Attribute-email': 'ada@example.org',
      'X-Latchkey-Attribute-name': 'Ada Lovelace',
      'X-Latchkey-Attribute-groups': 'staff,analysts',
      'X-Latchkey-Attribute-affiliation': 'staff,faculty',
    }));
  it('nothing more: what is not named is there and empty, so that it replaces what a client sent', () =>
    expect(headers([])).toEqual({ 'Remote-User': 'ada', 'Remote-Name': '', 'Remote-Email': '', 'Remote-Groups': '' }));
  it('by the attribute that the service chose', () =>
    expect(identityHeaders(service({ attributes: [], usernameAttribute: 'email' }), ada, null)['Remote-User']).toBe('ada@example.org'));
  it('nobody, where that attribute is missing (INV-8)', () => expect(() => identityHeaders(service({ attributes: [], usernameAttribute: 'badge' }), ada, null)).toThrow());
});

describe('values stand in one header and cannot end it (RFC 9110 §5.5)', () => {
  it.each([
    ['a\r\nRemote-User: root', 'a%0D%0ARemote-User: root'],
    ['a\nb', 'a%0Ab'],
    ['a\u0000b\u007f', 'a%00b%7F'],
    ['Zo\u00eb', 'Zo%C3%AB'],
    ['\u{1f511}', '%F0%9F%94%91'],
    ['a\u0085b\u2028c', 'a%C2%85b%E2%80%A8c'],
    ['100%', '100%25'],
    ['a%0Ab', 'a%250Ab'],
    [' a ', '%20a%20'],
    ['a,b', 'a%2Cb'],
  ])('%j', (given, sent) => {
    expect(value('badge', [given])['X-Latchkey-Attribute-badge']).toBe(sent);
    expect(decodeURIComponent(sent)).toBe(given);
  });
  it('two values never become one', () => {
    expect(value('badge', ['a,b'])).not.toEqual(value('badge', ['a', 'b']));
    expect(value('badge', ['a%2Cb'])).not.toEqual(value('badge', ['a,b']));
  });
  it.each(['given_name', 'urn:oid:1.2', 'a b', 'a\r\nb'])('the name %j of an attribute is a name of a header', (name) =>
    expect(Object.keys(value(name, ['x'])).at(-1)).toMatch(/^X-Latchkey-Attribute-[A-Za-z0-9-]+$/),
  );
  it('attributes whose names would meet are left out, both', () => {
    const told = headers(['a.b', 'a-B', 'c'], { attributes: { 'a.b': ['1'], 'a-B': ['2'], c: ['3'] } });
    expect(Object.keys(told).filter((name) => name.startsWith('X-'))).toEqual(['X-Latchkey-Attribute-c']);
  });
});
