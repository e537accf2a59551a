/** The IP address of a client comes in; what is limited in its name goes out. */
import { isIPv6 } from 'node:net';

/** Whoever has an IPv6 address has the 2^64 beside it. */
export function originOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = ip.split('::', 2);
  const groups = head.split(':');
  const filled = tail === undefined ? groups : [...groups, '0', '0', '0', '0'];
  return filled.slice(0, 4).join(':');
}
