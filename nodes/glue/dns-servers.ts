import type { NodeAPI } from 'node-red';

/** `emailAppDnsServers` in Node-RED's settings: DNS servers to ask instead of the machine's own, e.g. `['1.1.1.1']`. */
export function dnsServersOf({ settings }: NodeAPI): string[] | undefined {
  const { emailAppDnsServers: servers } = settings as { emailAppDnsServers?: unknown };
  return Array.isArray(servers) && servers.length > 0 ? servers.map(String) : undefined;
}
