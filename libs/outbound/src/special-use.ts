import ipaddr from 'ipaddr.js';

/**
 * Anything that is not a plain public unicast address: loopback, private, link-local, carrier NAT, multicast, … and the
 * IPv6 forms that carry an IPv4 address inside (mapped, NAT64, 6to4, Teredo), by which a translator would lead us there.
 */
export function isSpecialUse(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  const parsed = ipaddr.process(address);
  return parsed.range() !== 'unicast' || (parsed instanceof ipaddr.IPv6 && !isGlobal(parsed));
}

/** All that was ever given out lies in 2000::/3; `::127.0.0.1` does not. @see RFC 4291 §2.4, §2.5.5.1 */
function isGlobal(address: ipaddr.IPv6): boolean {
  return ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
}
