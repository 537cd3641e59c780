import { describe, expect, it } from '@jest/globals';
import { passwordFault } from './password-policy.ts';

const rules = { minLength: 15, context: ['ada', 'Ada Lovelace'] };
const fault = (password: string) => passwordFault(password, rules);

describe('new passwords (NIST SP 800-63B-4 §3.1.1.2)', () => {
  it('count characters, not bytes or code units', () => {
    expect(fault('k'.repeat(1) + 'jwqzvx bmftyp')).toBe('too-short');
    expect(fault('éàüöñ çßœæ ğışřž')).toBeNull();
    expect(fault('😀🎃🚀🍕🎈🌵🦊🐙🎻🧊🪁🛶🧭🪕🥑')).toBeNull();
  });
  it('may be long, but not without end', () => {
    expect(fault('kjwqzvxbmftyp '.repeat(18))).toBeNull();
    expect(fault('kjwqzvxbmftyp '.repeat(19))).toBe('too-long');
    expect(fault('漢'.repeat(250) + 'abc')).toBe('too-common');
    expect(fault('漢字仮名交文章'.repeat(30) + '漢'.repeat(140))).toBe('too-long');
  });
  it('have no composition rule', () => {
    for (const password of ['kjwqzvxbmftypgd', 'twelve blue horses swim', 'KJWQZVXBMFTYPGD', '8365027194638507']) expect(fault(password)).toBeNull();
  });
  it.each([
    'passwordpassword',
    'password12345678',
    'PASSWORT123456789',
    'qwertyuiopasdfghjkl',
    '123456789012345',
    '987654321098765',
    'aaaaaaaaaaaaaaaaaaa',
    'abababababababab',
    'abcdefghijklmnopq',
    'iloveyouiloveyou1',
    'adalovelaceadalovelace',
    'Ada Lovelace 123456',
    'welcome to latchkey',
    'letmeinletmein!!!',
  ])('refuse what a guesser tries first: %s', (password) => expect(fault(password)).toBe('too-common'));
});
