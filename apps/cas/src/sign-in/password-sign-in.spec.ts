import { describe, expect, it } from '@jest/globals';
import { silentMetrics, silentSecurityLog } from '@latchkey/runtime';
import { HashGateFull } from '../credentials/hash-gate.ts';
import { deviceOf } from './device.ts';
import { PasswordSignIn } from './password-sign-in.ts';

function signIn(over: { allowed?: boolean; attempt?: () => Promise<unknown>; started?: unknown } = {}) {
  const steps: string[] = [];
  const match = async () => ({ outcome: 'match', subject: 's', username: 'ada', authenticatedAt: '2026-11-24T08:00:00.000001Z' });
  const keeper = new PasswordSignIn({
    peers: { to: () => ({ start: async (request: object) => (steps.push('start'), over.started ?? { outcome: 'started', cookie: 'c', session: { sid: 'x', subject: 's' }, request }) }) } as never,
    tenant: 'main',
    metrics: silentMetrics,
    security: silentSecurityLog,
    credentials: { attempt: async () => (steps.push('attempt'), (over.attempt ?? match)()) } as never,
    limits: { hit: async () => (steps.push('limit'), { allowed: over.allowed ?? true, retryAfterMs: 30_000 }) } as never,
    networkLimit: 3,
  });
  const request = { username: 'ada', password: 'x', device: deviceOf(undefined, '192.0.2.1'), replaces: null, interaction: null, longTermSeconds: null };
  return { steps, result: keeper.signIn(request) };
}

describe('password sign-in', () => {
  it('limits the network first, then counts and verifies, then starts a session (ASVS 6.3.1)', async () => {
    const { steps, result } = signIn();
    expect([(await result).outcome, steps]).toEqual(['signed-in', ['limit', 'attempt', 'start']]);
  });
  it('a network over its limit costs no statement and no hash', async () => {
    const { steps, result } = signIn({ allowed: false });
    expect([await result, steps]).toEqual([{ outcome: 'wait', waitMs: 30_000 }, ['limit']]);
  });
  it('no session for a wrong password, nor for somebody who was ended meanwhile', async () => {
    const wrong = signIn({ attempt: async () => ({ outcome: 'no-match' }) });
    expect([(await wrong.result).outcome, wrong.steps]).toEqual(['no-match', ['limit', 'attempt']]);
    expect((await signIn({ started: { outcome: 'refused' } }).result).outcome).toBe('no-match');
  });
  it('a full queue of hashes is said to be busy; any other failure is a failure (INV-9)', async () => {
    expect((await signIn({ attempt: () => Promise.reject(new HashGateFull()) }).result).outcome).toBe('busy');
    await expect(signIn({ attempt: () => Promise.reject(new Error('no database')) }).result).rejects.toThrow('no database');
  });
});

describe('what a session is recognised by', () => {
  it('is a browser and a system, or says that it does not know', () => {
    const firefox = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:140.0) Gecko/20100101 Firefox/140.0';
    expect(deviceOf(firefox, '192.0.2.1')).toEqual({ browser: 'Firefox 140', system: 'macOS', network: '192.0.2.1' });
    for (const odd of [undefined, '', '\u0000', 'x'.repeat(10_000)]) {
      expect(deviceOf(odd, 'unknown')).toEqual({ browser: 'Unknown browser', system: 'Unknown system', network: 'unknown' });
    }
  });
});
