import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Returns the network under which a client is counted: an IPv4 address itself, also when mapped into IPv6, and the
 * first 64 bits of an IPv6 address, since one subscriber owns all addresses in it (RFC 6177). Any other text is
 * returned unchanged.
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64`;
}
