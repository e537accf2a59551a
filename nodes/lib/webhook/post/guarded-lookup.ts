/** A look-up of names comes in; one that answers only what may be connected to goes out. */
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isBlockedAddress } from './blocked-address.ts';

/** The name stands for an address that webhooks must not reach. */
export class BlockedAddress extends Error {
  override readonly name = 'BlockedAddress';
  readonly code = 'blocked-address';
}

/**
 * The addresses it answers are those that are connected to, so no second answer of a DNS server can come in between. One
 * private address among several is enough to refuse the name: it would be tried sooner or later.
 */
export function guardedLookup(lookup: LookupFunction, isBlocked = isBlockedAddress): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = listOf(found);
      const [first] = addresses;
      if (error || !first) callback(error ?? notFound(hostname), '');
      else if (addresses.some(({ address }) => isBlocked(address))) callback(new BlockedAddress(), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function listOf(found: string | LookupAddress[] | undefined): LookupAddress[] {
  if (typeof found !== 'string') return found ?? [];
  return [{ address: found, family: found.includes(':') ? 6 : 4 }];
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`nothing is known of ${hostname}`), { code: 'ENOTFOUND' });
}
