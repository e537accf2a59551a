/** Who stands behind a connection: its own address, or what a proxy of ours says of it. */
import { BlockList, isIP, isIPv4 } from 'node:net';

const mostHops = 20;

export type ClientAddress = (peer: string, forwardedFor: string | undefined) => string;

/**
 * `trusted`: addresses or CIDR blocks; entries that are neither are passed over. X-Forwarded-For is read from its
 * right end, as far as those who wrote it are trusted.
 */
export function clientAddress(trusted: readonly string[]): ClientAddress {
  const proxies = blockListOf(trusted);
  const isProxy = (ip: string) => isIP(ip) > 0 && proxies.check(ip, isIPv4(ip) ? 'ipv4' : 'ipv6');
  return (peer, forwardedFor = '') => {
    const hops = forwardedFor.split(',').slice(-mostHops);
    let client = plainAddress(peer);
    while (isProxy(client)) {
      const next = plainAddress(hops.pop() ?? '');
      if (isIP(next) === 0) break;
      client = next;
    }
    return client;
  };
}

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/', 2);
    const most = isIPv4(address) ? 32 : 128;
    const bits = Number(prefix ?? most);
    const isBlock = isIP(address) > 0 && Number.isInteger(bits) && bits >= 0 && bits <= most;
    if (isBlock) list.addSubnet(address, bits, isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** An IPv4 address that came in over a socket for both is told as IPv4. */
function plainAddress(text: string): string {
  return text.trim().replace(/^::ffff:(?=\d+\.)/i, '');
}
