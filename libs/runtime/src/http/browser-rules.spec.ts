import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientNetwork } from './client-network.ts';
import { Cookies } from './cookies.ts';
import { FormGuard } from './form-guard.ts';
import { Parameters, RepeatedParameter } from './parameters.ts';

const HTTP = { publicUrl: 'https://login.test', secure: true, trustedProxies: ['10.0.0.0/8', '::1'], cookieKey: Buffer.alloc(32), formKey: Buffer.alloc(32, 1) };

const request = (headers: Record<string, string>, remoteAddress = '10.0.0.1'): FastifyRequest => ({ headers, socket: { remoteAddress } }) as unknown as FastifyRequest;

function reply(): FastifyReply & { sent: string[] } {
  const made = {
    sent: [] as string[],
    getHeader: () => (made.sent.length === 0 ? undefined : made.sent),
    header: (_name: string, value: string[]) => {
      made.sent = value;
      return made;
    },
  };
  return made as unknown as FastifyReply & { sent: string[] };
}

describe('cookies (RFC 6265bis, CAS 3.0 §3.6)', () => {
  it('on https both are __Host-, Secure, HttpOnly, Lax and Path=/', () => {
    const answer = reply();
    new Cookies(HTTP).setSession(answer, 'sid.secret');
    new Cookies(HTTP).ensureFlow(request({}), answer);
    expect(answer.sent).toHaveLength(2);
    for (const cookie of answer.sent) expect(cookie).toMatch(/^__Host-latchkey(-flow)?=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });
  it('a flow value that we did not make is replaced', () => {
    const answer = reply();
    new Cookies(HTTP).ensureFlow(request({ cookie: '__Host-latchkey-flow=short' }), answer);
    expect(answer.sent).toHaveLength(1);
  });
  it('setting one again replaces it in the same answer', () => {
    const answer = reply();
    new Cookies(HTTP).setSession(answer, 'one');
    new Cookies(HTTP).clearSession(answer);
    expect(answer.sent).toEqual([expect.stringMatching(/^__Host-latchkey=; Max-Age=0/)]);
  });
});

describe('a posted form was shown by us to this browser', () => {
  const flow = 'f'.repeat(32);
  const guard = new FormGuard(HTTP);
  const cookie = `__Host-latchkey-flow=${flow}`;
  const token = guard.token(flow, 'sign-in');

  it('is accepted with its token', () => expect(guard.accepts(request({ cookie, origin: HTTP.publicUrl }), token, 'sign-in')).toBe(true));
  it('is accepted from a browser that sends no Origin', () => expect(guard.accepts(request({ cookie }), token, 'sign-in')).toBe(true));
  it.each([
    ['without a cookie', {}, token, 'sign-in'],
    ['without a token', { cookie }, undefined, 'sign-in'],
    ['with the token of another form', { cookie }, guard.token(flow, 'consent'), 'sign-in'],
    ['with the token of another browser', { cookie }, guard.token('g'.repeat(32), 'sign-in'), 'sign-in'],
    ['from another origin', { cookie, origin: 'https://evil.test' }, token, 'sign-in'],
    ['from another site', { cookie, 'sec-fetch-site': 'cross-site' }, token, 'sign-in'],
  ] as const)('is refused %s', (_how, headers, given, purpose) => expect(guard.accepts(request(headers), given, purpose)).toBe(false));
});

describe('the network of a client (security.md 4.5)', () => {
  it.each([
    ['no proxy: the peer', {}, '203.0.113.9', '203.0.113.9'],
    ['an untrusted peer is not believed', { 'x-forwarded-for': '198.51.100.1' }, '203.0.113.9', '203.0.113.9'],
    ['a trusted proxy: its right-most untrusted hop', { 'x-forwarded-for': '1.2.3.4, 198.51.100.1' }, '10.0.0.1', '198.51.100.1'],
    ['trusted hops are skipped', { 'x-forwarded-for': '198.51.100.1, 10.9.9.9' }, '10.0.0.1', '198.51.100.1'],
    ['IPv6 counts by /64', {}, '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['mapped IPv4 is IPv4', {}, '::ffff:203.0.113.9', '203.0.113.9'],
    ['what cannot be parsed shares one bucket', { 'x-forwarded-for': 'garbage' }, '10.0.0.1', 'unknown'],
  ] as const)('%s', (_rule, headers, peer, network) => expect(clientNetwork(request(headers, peer), HTTP)).toBe(network));
});

describe('parameters (RFC 6749 §3.1)', () => {
  it('a repeated one is refused by name', () => {
    const parameters = new Parameters(new URLSearchParams('a=1&a=2&b=3'));
    expect(() => parameters.one('a')).toThrow(RepeatedParameter);
    expect(parameters.one('b')).toBe('3');
    expect(parameters.one('c')).toBeUndefined();
    expect(parameters.repeated()).toEqual(['a']);
  });
});
