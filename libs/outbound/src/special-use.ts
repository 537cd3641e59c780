import ipaddr from 'ipaddr.js';

/** Anything that is not a plain public unicast address: loopback, private, link-local, carrier NAT, documentation, multicast, … */
export function isSpecialUse(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return true;
  return parsed.kind() === 'ipv6' && embedsSpecialV4(parsed as ipaddr.IPv6);
}

/** NAT64 and 6to4 carry an IPv4 address inside: the translator would lead us to it. */
function embedsSpecialV4(address: ipaddr.IPv6): boolean {
  const range = address.range();
  return range === '6to4' || range === 'rfc6052' || range === 'teredo';
}
