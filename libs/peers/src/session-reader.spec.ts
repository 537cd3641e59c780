import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { sessionCopyKey, type SessionCopy } from '@latchkey/contracts';
import { memoryHotStore, type HotStore } from '@latchkey/store';
import type { Peers } from './peers.ts';
import { sessionReader, type SessionReader } from './session-reader.ts';

const KEY = Buffer.alloc(32, 7);
const SID = 's'.repeat(22);
const SECRET = 'x'.repeat(43);
const NOW = 1_800_000_000_000;

const COPY: SessionCopy = {
  v: 1,
  sid: SID,
  tenant: 'main',
  subject: 'ada',
  username: 'ada',
  secretHash: createHmac('sha256', KEY).update(SECRET).digest('base64url'),
  authTime: NOW / 1000,
  amr: ['pwd'],
  acr: '0',
  startedAt: NOW / 1000,
  seenAt: NOW / 1000,
  expiresAtMs: NOW + 3_600_000,
  revision: 1,
  answered: [],
};

describe('who is it (design §6)', () => {
  let now: number;
  let hot: HotStore;
  let asked: string[];
  let truth: SessionCopy | null;
  let reader: SessionReader;

  beforeEach(() => {
    now = NOW;
    hot = memoryHotStore({ now: () => now });
    asked = [];
    truth = COPY;
    const owner = {
      find: async () => (asked.push('find'), { session: truth }),
      touch: async () => (asked.push('touch'), { alive: true }),
    };
    reader = sessionReader({ tenant: 'main', hot, peers: { to: () => owner } as unknown as Peers, cookieKey: KEY, now: () => now });
  });
  const hold = (copy: unknown): Promise<boolean> => hot.put(sessionCopyKey('main', SID), typeof copy === 'string' ? copy : JSON.stringify(copy), { ttlMs: 3_600_000 });

  it('a full hot copy is believed and nobody is asked', async () => {
    await hold(COPY);
    expect((await reader.byCookie(`${SID}.${SECRET}`))?.subject).toBe('ada');
    expect(asked).toEqual([]);
  });

  it.each([
    ['nothing', null],
    ['a lease', 'lease:abc'],
    ['another version', { ...COPY, v: 2 }],
    ['broken JSON', '{"v":1'],
    ['a copy past its end', { ...COPY, expiresAtMs: NOW }],
  ])('anything but a full copy means ask the owner: %s', async (_what, held) => {
    if (held !== null) await hold(held);
    expect((await reader.bySid(SID))?.sid).toBe(SID);
    expect(asked).toEqual(['find']);
  });

  it('a hot store that is away means ask the owner, and an owner that says nobody means nobody', async () => {
    hot.get = async () => {
      throw new Error('away');
    };
    truth = null;
    expect(await reader.bySid(SID)).toBeNull();
    expect(asked).toEqual(['find']);
  });

  it('an owner that cannot be asked is an error, never a yes', async () => {
    reader = sessionReader({
      tenant: 'main',
      hot,
      peers: { to: () => ({ find: async () => Promise.reject(new Error('away')) }) } as unknown as Peers,
      cookieKey: KEY,
      now: () => now,
    });
    await expect(reader.bySid(SID)).rejects.toThrow('away');
  });

  it.each([undefined, '', SID, `${SID}.`, `${SID}.${'y'.repeat(43)}`, `.${SECRET}`, `${SID}.${SECRET}.x`, `${SID}.${SECRET} `, `../x.${SECRET}`])(
    'the cookie %p is nobody',
    async (cookie) => {
      await hold(COPY);
      expect(await reader.byCookie(cookie)).toBeNull();
    },
  );

  it('a copy of another tenant or another sid is nobody', async () => {
    await hold({ ...COPY, tenant: 'other' });
    expect(await reader.bySid(SID)).toBeNull();
  });

  it('a session seen more than 5 minutes ago is touched once, not awaited', async () => {
    await hold({ ...COPY, seenAt: NOW / 1000 - 301 });
    await Promise.all([reader.bySid(SID), reader.bySid(SID)]);
    expect(asked).toEqual(['touch']);
  });
});
