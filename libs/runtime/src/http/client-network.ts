import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { HttpSettings } from './settings.ts';

/**
 * The network a request comes from, as throttles count it: an IPv4 address or an IPv6 /64. What cannot be parsed falls into one
 * shared bucket, `unknown`: no rule is ever skipped.
 */
export function clientNetwork(request: FastifyRequest, http: HttpSettings): string {
  return networkOf(clientAddress(request, http));
}

/**
 * The address itself, for rules that name addresses. X-Forwarded-For is believed from trusted proxies only, and read from the right
 * to the first untrusted hop. It may be no address.
 */
export function clientAddress(request: FastifyRequest, http: HttpSettings): string {
  const header = request.headers['x-forwarded-for'];
  const forwarded = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((hop) => hop.trim());
  const hops = [...forwarded.filter((hop) => hop !== ''), request.socket.remoteAddress ?? ''];
  while (hops.length > 1 && isWithin(hops[hops.length - 1]!, http.trustedProxies)) hops.pop();
  return hops[hops.length - 1]!;
}

/** Is this address one of these, or in one of these networks (CIDR)? What is no address is in none. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return networks.some((range) => {
    const [base, bits] = range.includes('/') ? ipaddr.parseCIDR(range) : [ipaddr.process(range), null];
    if (base.kind() !== parsed.kind()) return false;
    const width = bits ?? (parsed.kind() === 'ipv4' ? 32 : 128);
    return parsed.kind() === 'ipv4'
      ? (parsed as ipaddr.IPv4).match(base as ipaddr.IPv4, width)
      : (parsed as ipaddr.IPv6).match(base as ipaddr.IPv6, width);
  });
}

function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4' || parsed.range() === 'loopback') return parsed.toString();
  return `${new ipaddr.IPv6([...(parsed as ipaddr.IPv6).parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}
