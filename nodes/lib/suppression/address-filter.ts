/**
 * Hashes in; whether one may be among them out, never a wrong no. One thread adds, others read the same memory.
 *
 * A blocked Bloom filter (Putze, Sanders, Singler 2007): all bits of a hash lie in one cache line.
 */

const wordsOfBlock = 16;
const bytesOfBlock = 64;
/** 16 bits an entry: about one wrong yes in a thousand. */
const bytesOfEntry = 2;
const smallest = 65_536;

export class AddressFilter {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Uint32Array;
  readonly #blocks: number;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Uint32Array(buffer);
    this.#blocks = Math.floor(buffer.byteLength / bytesOfBlock);
  }

  /** With a quarter of room to grow, so that 10 million entries take 25 MB. */
  static withRoomFor(entries: number): AddressFilter {
    const capacity = Math.max(smallest, Math.ceil(entries * 1.25));
    const blocks = Math.floor((capacity * bytesOfEntry) / bytesOfBlock);
    return new AddressFilter(new SharedArrayBuffer(blocks * bytesOfBlock));
  }

  /** Entries up to which it answers as exactly as it should. */
  get capacity(): number {
    return this.buffer.byteLength / bytesOfEntry;
  }

  /** `hash`: 16 evenly spread bytes. */
  add(hash: Buffer): void {
    const words = this.#words;
    const block = this.#blockOf(hash);
    for (let at = 4; at < 16; at += 4) {
      const bits = hash.readUInt32LE(at);
      for (let shift = 0; shift < 27; shift += 9) {
        const bit = (bits >>> shift) & 511;
        words[block + (bit >>> 5)] = (words[block + (bit >>> 5)] ?? 0) | (1 << (bit & 31));
      }
    }
  }

  mayHold(hash: Buffer): boolean {
    const words = this.#words;
    const block = this.#blockOf(hash);
    for (let at = 4; at < 16; at += 4) {
      const bits = hash.readUInt32LE(at);
      for (let shift = 0; shift < 27; shift += 9) {
        const bit = (bits >>> shift) & 511;
        if (((words[block + (bit >>> 5)] ?? 0) & (1 << (bit & 31))) === 0) return false;
      }
    }
    return true;
  }

  #blockOf(hash: Buffer): number {
    return Math.floor((hash.readUInt32LE(0) / 2 ** 32) * this.#blocks) * wordsOfBlock;
  }
}
