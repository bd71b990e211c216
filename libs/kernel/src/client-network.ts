import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * What a client's address is counted under: an IPv4 address itself, also when it comes mapped into IPv6, and the first
 * 64 bits of an IPv6 address, since one subscriber commands all that follow (RFC 6177). Anything else stays as it is.
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64`;
}
