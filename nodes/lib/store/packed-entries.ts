/** Entries of an import in; bytes to post, keep and sort out, since objects would cost several times as much; the entries again. */
import type { AddressHash } from '../suppression/address-hasher.ts';
import type { NewSuppression } from '../suppression/suppression-list.ts';
import type { Hashes } from './suppression-rows.ts';

/** A record: its length, the time, the lengths of hashes and address; then hashes, address, and the rest as JSON. */
const timePlace = 4;
const hashesLengthPlace = 12;
const addressLengthPlace = 13;
const headBytes = 15;
const hashBytes = 16;
const longestHashes = 2 * hashBytes;
/** UTF-8 of one UTF-16 unit. */
const bytesOfUnit = 3;
const restsKept = 1000;

type Rest = Omit<NewSuppression, 'address' | 'at'>;

export interface UnpackedEntry {
  readonly entry: NewSuppression;
  readonly hashes: Hashes;
}

export class EntryPacker {
  readonly #hash: (address: string) => AddressHash;
  #bytes = Buffer.allocUnsafeSlow(131_072);
  #last: NewSuppression | undefined;
  #rest = '';

  constructor(hash: (address: string) => AddressHash) {
    this.#hash = hash;
  }

  pack(entries: readonly NewSuppression[]): Uint8Array {
    let end = 0;
    for (const entry of entries) end = this.#write(entry, end);
    return new Uint8Array(this.#bytes.subarray(0, end));
  }

  #write(entry: NewSuppression, start: number): number {
    const { person, spelling } = this.#hash(entry.address);
    const rest = this.#restOf(entry);
    const units = entry.address.length + rest.length;
    const bytes = this.#roomFor(start + headBytes + longestHashes + units * bytesOfUnit);
    const hashesAt = start + headBytes;
    const addressAt = hashesAt + person.copy(bytes, hashesAt) + (spelling?.length ?? 0);
    spelling?.copy(bytes, hashesAt + hashBytes);
    const restAt = addressAt + bytes.write(entry.address, addressAt);
    const end = restAt + bytes.write(rest, restAt);
    bytes.writeUInt32LE(end - start, start);
    bytes.writeDoubleLE(entry.at, start + timePlace);
    bytes.writeUInt8(addressAt - hashesAt, start + hashesLengthPlace);
    bytes.writeUInt16LE(restAt - addressAt, start + addressLengthPlace);
    return end;
  }

  /** Most rows of a list say the same but for address and time. */
  #restOf(entry: NewSuppression): string {
    if (!this.#last || !isAlike(entry, this.#last)) {
      const { address: _address, at: _at, ...rest } = entry;
      this.#rest = JSON.stringify(rest satisfies Rest);
      this.#last = entry;
    }
    return this.#rest;
  }

  #roomFor(length: number): Buffer {
    if (length <= this.#bytes.length) return this.#bytes;
    const larger = Buffer.allocUnsafeSlow(length * 2);
    this.#bytes.copy(larger);
    this.#bytes = larger;
    return larger;
  }
}

function isAlike(one: NewSuppression, other: NewSuppression): boolean {
  return (
    one.listTopic === other.listTopic &&
    one.cause === other.cause &&
    one.method === other.method &&
    one.emailId === other.emailId &&
    one.detail === other.detail &&
    one.evidence === other.evidence &&
    one.expiresAt === other.expiresAt
  );
}

/** Where each record starts, in the order of their hashes' first bits, equal ones as they came. */
export function sortedRecords(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += recordLength(bytes, at)) starts.push(at);
  return starts.sort((one, other) => firstBits(bytes, one) - firstBits(bytes, other));
}

/** Of the record that starts there. */
export function recordLength(bytes: Buffer, start: number): number {
  const length = bytes.readUInt32LE(start);
  if (length < headBytes || start + length > bytes.length) throw new Error('an import is damaged');
  return length;
}

/** Of the record's hash, 32 of them. */
export function firstBits(bytes: Buffer, start: number): number {
  return bytes.readUInt32BE(start + headBytes);
}

export class EntryUnpacker {
  readonly #rests = new Map<string, Rest>();

  /** As `sortedRecords` has them. */
  unpack(bytes: Buffer): UnpackedEntry[] {
    return sortedRecords(bytes).map((start) => this.#read(bytes, start));
  }

  #read(bytes: Buffer, start: number): UnpackedEntry {
    const hashesAt = start + headBytes;
    const addressAt = hashesAt + bytes.readUInt8(start + hashesLengthPlace);
    const restAt = addressAt + bytes.readUInt16LE(start + addressLengthPlace);
    const rest = this.#parse(bytes.toString('utf8', restAt, start + bytes.readUInt32LE(start)));
    const address = bytes.toString('utf8', addressAt, restAt);
    return {
      entry: { ...rest, address, at: bytes.readDoubleLE(start + timePlace) },
      hashes: [
        bytes.subarray(hashesAt, hashesAt + hashBytes),
        bytes.subarray(hashesAt + hashBytes, addressAt),
      ],
    };
  }

  #parse(text: string): Rest {
    const known = this.#rests.get(text);
    if (known) return known;
    if (this.#rests.size >= restsKept) this.#rests.clear();
    const rest = JSON.parse(text) as Rest;
    this.#rests.set(text, rest);
    return rest;
  }
}
