/** Addresses come in one by one; whether each came before goes out. For millions, of which a Set would take some 100 MB. */

const empty = -1;

/**
 * A table of places, found by the hash of the address there (FNV-1a) and the next free slots behind it, at most half full.
 * Equal hashes are not taken for equal addresses: `addressAt` is asked for the one that came before.
 */
export class SeenAddresses {
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;
  readonly #addressAt: (place: number) => string;

  /** For so many at most. */
  constructor(most: number, addressAt: (place: number) => string) {
    const size = 2 ** Math.ceil(Math.log2(2 * most + 1));
    this.#slots = new Int32Array(size).fill(empty);
    this.#hashes = new Int32Array(size);
    this.#addressAt = addressAt;
  }

  /** False if it came before. */
  add(address: string, place: number): boolean {
    const hash = hashOf(address);
    const last = this.#slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const other = this.#slots[slot] ?? empty;
      if (other === empty) {
        this.#slots[slot] = place;
        this.#hashes[slot] = hash;
        return true;
      }
      if (this.#hashes[slot] === hash && this.#addressAt(other) === address) return false;
    }
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  // the low bits alone choose the slot
  return hash ^ (hash >>> 15);
}
