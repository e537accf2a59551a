/** Addresses in; the 16 bytes they are looked up by out. */
import { hash as digestOf } from 'node:crypto';
import { addressKey, domainOf } from '../mail/address.ts';
import { foldAddress } from '../mail/address-folding.ts';

export interface AddressHash {
  /** Of the spelling that all spellings of the mailbox share. */
  readonly person: Buffer;
  /** Of the address as it is written, but for its case, if that is another. */
  readonly spelling?: Buffer;
}

export interface AddressHasher {
  /** Of an address, or of `@domain`. */
  hash(address: string): AddressHash;
  /** Of the address and of its whole domain. */
  lookups(address: string): readonly AddressHash[];
  /** Tells one secret from another and reveals neither. */
  readonly fingerprint: string;
}

const hashBytes = 16;
/** Recipients share few domains: their hashes are kept. */
const domainsKept = 4096;

export function addressHasher(secret: Uint8Array): AddressHasher {
  // A key before the text makes a sound keyed hash of SHA-256 because half of the digest is cut off: whoever would extend
  // a text needs all of it. HMAC, which guards those who show the whole, takes four times as long.
  const key = Buffer.from(secret).toString('hex');
  const digest = (text: string) =>
    Buffer.from(digestOf('sha256', key + text, 'binary').slice(0, hashBytes), 'latin1');
  const hash = (address: string): AddressHash => {
    const own = addressKey(address);
    const shared = foldAddress(own);
    return own === shared ? { person: digest(own) } : { person: digest(shared), spelling: digest(own) };
  };
  const domains = new Map<string, AddressHash>();
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
