import ipaddr from 'ipaddr.js';

/**
 * Anything that is not a plain public unicast address: loopback, private, link-local, carrier NAT, multicast, … and the
 * IPv6 forms that carry an IPv4 address inside (mapped, NAT64, 6to4, Teredo), by which a translator would lead us there.
 */
export function isSpecialUse(address: string): boolean {
  return !ipaddr.isValid(address) || ipaddr.process(address).range() !== 'unicast';
}
