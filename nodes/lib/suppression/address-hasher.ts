/** Addresses in; the 16 bytes they are looked up by out. */
import { createHmac, createSecretKey } from 'node:crypto';
import { addressKey, domainOf } from '../mail/address.ts';

export interface AddressHasher {
  /** Of an address, or of `@domain`: HMAC-SHA-256 of its key, cut. */
  hash(address: string): Buffer;
  /** Of the address and of its whole domain. */
  lookups(address: string): readonly Buffer[];
  /** Tells one secret from another and reveals neither. */
  readonly fingerprint: string;
}

const hashBytes = 16;
/** Recipients share few domains: their hashes are kept. */
const domainsKept = 4096;

export function addressHasher(secret: Uint8Array): AddressHasher {
  // As a key object: a Buffer would be turned into one at every call, at five times the cost.
  const key = createSecretKey(secret);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest().subarray(0, hashBytes);
  const hash = (address: string) => digest(addressKey(address));
  const domains = new Map<string, Buffer>();
  const hashDomain = (domain: string) => {
    const kept = domains.get(domain);
    if (kept) return kept;
    if (domains.size >= domainsKept) domains.clear();
    const made = hash(`@${domain}`);
    domains.set(domain, made);
    return made;
  };
  return {
    hash,
    lookups: (address) =>
      address.startsWith('@') ? [hash(address)] : [hash(address), hashDomain(domainOf(address))],
    fingerprint: digest('the key of this suppression list').toString('hex'),
  };
}
