import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionCopy } from '@latchkey/contracts';
import { FakeClock } from '@latchkey/testing';
import { BasicSignIn, basicCredentials } from './basic-sign-in.ts';
import type { SignIn } from './password-sign-in.ts';

const DEVICE = { browser: 'curl', system: '', network: '203.0.113.1' };
const ADA = { username: 'ada', password: 'right' };

describe('credentials of HTTP Basic (RFC 7617 §2)', () => {
  const read = (text: string) => basicCredentials(`Basic ${Buffer.from(text).toString('base64')}`);
  it('end the name at the first colon, and are UTF-8', () => expect(read('zo\u00eb:a:b')).toEqual({ username: 'zo\u00eb', password: 'a:b' }));
  it('name the scheme in any case', () => expect(basicCredentials(`bASIC ${Buffer.from('a:b').toString('base64')}`)).toEqual({ username: 'a', password: 'b' }));
  it.each([undefined, '', 'Basic', 'Basic !', 'Bearer YTpi', 'Basic YTpi YTpi', `Basic ${Buffer.from('no colon').toString('base64')}`, `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`])(
    '%j holds none',
    (header) => expect(basicCredentials(header)).toBeNull(),
  );
});

describe('sign-in by HTTP Basic', () => {
  let clock: FakeClock;
  let tried: SignIn[];
  let living: Map<string, SessionCopy>;
  let basic: BasicSignIn;
  beforeEach(() => {
    clock = new FakeClock();
    tried = [];
    living = new Map();
    const password = {
      async signIn(request: SignIn) {
        tried.push(request);
        if (request.password !== 'right') return { outcome: 'no-match' as const };
        const session = { sid: request.replaces ?? `sid-${tried.length}`, subject: request.username } as SessionCopy;
        living.set(session.sid, session);
        return { outcome: 'signed-in' as const, cookie: '', session };
      },
    };
    const sessions = { bySid: async (sid: string) => living.get(sid) ?? null, byCookie: async () => null };
    basic = new BasicSignIn({ password, sessions, clock });
  });
  const sid = async (who = ADA, options = {}) => {
    const result = await basic.signIn(who, DEVICE, options);
    return result.outcome === 'signed-in' ? `${result.session.sid}${result.fresh ? ' fresh' : ''}` : result.outcome;
  };

  it('tries a password once a minute, and keeps to one session', async () => {
    expect([await sid(), await sid()]).toEqual(['sid-1 fresh', 'sid-1']);
    clock.advance(60_000);
    expect([await sid(), await sid(), tried.length]).toEqual(['sid-1 fresh', 'sid-1', 2]);
  });
  it('of many at once one tries', async () => {
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => sid())))).toEqual(new Set(['sid-1 fresh']));
    expect(tried).toHaveLength(1);
  });
  it('is over with its session, although the password is remembered (INV-4)', async () => {
    await sid();
    living.clear();
    expect([await sid(), tried.length, tried[1]!.replaces]).toEqual(['sid-2 fresh', 2, null]);
  });
  it('remembers no password that is wrong: each goes to the throttle', async () => {
    const wrong = { ...ADA, password: 'wrong' };
    expect([await sid(wrong), await sid(wrong), await sid(), await sid(wrong), tried.length]).toEqual(['no-match', 'no-match', 'sid-3 fresh', 'no-match', 4]);
  });
  it('takes no other division of the same text for the same credentials', async () => {
    await sid({ username: 'ada', password: 'right' });
    expect(await sid({ username: 'adar', password: 'ight' })).toBe('no-match');
  });
  it('renew looks at the password itself (CAS 3.0 §2.1.1)', async () => {
    await sid();
    expect([await sid(ADA, { renew: true }), tried.length]).toEqual(['sid-1 fresh', 2]);
  });
});
