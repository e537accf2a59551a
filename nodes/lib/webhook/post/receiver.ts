/** A webhook's URL comes in; where it is posted, or why not, goes out. Pure. */
import { isIP } from 'node:net';
import { isBlockedAddress } from './blocked-address.ts';

export interface Receiver {
  /** `https://host[:port]` */
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  /** Without brackets. */
  readonly hostname: string;
  /** Among the allowed hosts: its addresses are not looked at. */
  readonly isAllowed: boolean;
}

export interface RefusedReceiver {
  readonly code: 'bad-url' | 'blocked-address';
  /** Follows a colon. Holds nothing of the URL. */
  readonly why: string;
}

const longestUrl = 2048;

/** `allowedHosts` as `WebhookSettings` has them. */
export function readReceiver(text: string, allowedHosts: readonly string[]): Receiver | RefusedReceiver {
  const url = text.length <= longestUrl ? URL.parse(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return bad('it must be a URL that begins with https://');
  if (url.username || url.password) return bad('it must not hold a user or password');
  if (url.hash) return bad('it must not hold a #');
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const isAllowed = allowedHosts.includes(url.hostname) || allowedHosts.includes(hostAndPort(url));
  if (!isAllowed && url.protocol === 'http:') {
    return bad('it must begin with https://, unless its host is among the allowed ones');
  }
  if (!isAllowed && isIP(hostname) && isBlockedAddress(hostname)) return blockedReceiver;
  return { origin: url.origin, path: `${url.pathname}${url.search}`, hostname, isAllowed };
}

export const blockedReceiver: RefusedReceiver = {
  code: 'blocked-address',
  why: 'its address is private or reserved, and its host is not among the allowed hosts',
};

function bad(why: string): RefusedReceiver {
  return { code: 'bad-url', why };
}

export function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
}
