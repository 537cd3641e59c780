import { describe, expect, it } from '@jest/globals';
import type { HttpSettings } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';
import { RestGate } from './rest-gate.ts';

const admits = (networks: string[], remoteAddress: string, forwarded?: string, trustedProxies: string[] = []): boolean =>
  new RestGate(networks, { trustedProxies } as unknown as HttpSettings).admits({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress },
  } as unknown as FastifyRequest);

describe('who may ask for tickets without a browser', () => {
  it.each<[string, string[], string, boolean]>([
    ['nobody where no network is named', [], '127.0.0.1', false],
    ['an address', ['192.0.2.7'], '192.0.2.7', true],
    ['and not its neighbour', ['192.0.2.7'], '192.0.2.8', false],
    ['a network', ['10.0.0.0/8'], '10.1.2.3', true],
    ['an IPv4 address that comes over an IPv6 socket', ['10.0.0.0/8'], '::ffff:10.1.2.3', true],
    ['an address of IPv6', ['2001:db8::5'], '2001:db8::5', true],
    ['and not its neighbours', ['2001:db8::'], '2001:db8::6', false],
    ['a network of IPv6 that is less than a /64', ['2001:db8::/120'], '2001:db8::7', true],
    ['and not the rest of that /64', ['2001:db8::/120'], '2001:db8::1:7', false],
    ['a network of IPv6', ['2001:db8::/32'], '2001:db8:1:2::7', true],
    ['what is no address is in no network', ['0.0.0.0/0', '::/0'], 'unknown', false],
  ])('%s', (_what, networks, address, admitted) => expect(admits(networks, address)).toBe(admitted));

  it.each<[string, string, string, string[], boolean]>([
    ['a header of the client is not believed', '192.0.2.7', '10.0.0.1', [], false],
    ['that of a proxy that is trusted is', '192.0.2.7', '10.0.0.1', ['192.0.2.7'], true],
    ['but not what the client wrote before it', '192.0.2.7', '10.0.0.1, 198.51.100.9', ['192.0.2.7'], false],
    ['nor what is no address', '192.0.2.7', '10.0.0.1, x', ['192.0.2.7'], false],
  ])('%s', (_what, address, forwarded, trusted, admitted) => expect(admits(['10.0.0.0/8'], address, forwarded, trusted)).toBe(admitted));
});
