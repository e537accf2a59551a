/** An IP address comes in; whether a webhook that anybody may have addressed must not reach it goes out. Pure. */
import { BlockList, isIP } from 'node:net';

/** IANA IPv4 special-purpose registry (RFC 6890), multicast and the rest from 224.0.0.0 on. */
const ipv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Inside of 2000::/3, which alone is public: protocol assignments with Teredo and ORCHID, and documentation. */
const ipv6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
];

const refused = new BlockList();
const publicIpv6 = new BlockList();

publicIpv6.addSubnet('2000::', 3, 'ipv6');
publicIpv6.addSubnet('64:ff9b::', 96, 'ipv6');
publicIpv6.addSubnet('::ffff:0:0', 96, 'ipv6');
for (const [net, bits] of ipv6) refused.addSubnet(net, bits, 'ipv6');
// an IPv4 address also hides in NAT64 (RFC 6052), in 6to4 (RFC 3056) and in the IPv4-mapped ones, which BlockList knows
for (const [net, bits] of ipv4) {
  refused.addSubnet(net, bits, 'ipv4');
  refused.addSubnet(`64:ff9b::${net}`, 96 + bits, 'ipv6');
  refused.addSubnet(`2002:${hexOf(net)}::`, 16 + bits, 'ipv6');
}

/** True for what is private, local, reserved or no IP address at all. */
export function isBlockedAddress(address: string): boolean {
  const [bare = ''] = address.split('%', 1);
  const family = isIP(bare);
  if (family === 4) return refused.check(bare, 'ipv4');
  return family === 0 || !publicIpv6.check(bare, 'ipv6') || refused.check(bare, 'ipv6');
}

function hexOf(address: string): string {
  const hex = Buffer.from(address.split('.').map(Number)).toString('hex');
  return `${hex.slice(0, 4)}:${hex.slice(4)}`;
}
