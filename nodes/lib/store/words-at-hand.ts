/** What was sealed or opened last comes in, and out again without opening it: a mail in hand is read several times. */
import type { RowSeal } from '../keys/row-seal.ts';

/** Of each seal; those that are in hand, and some. */
const mostKept = 2048;
/** Bytes, sealed; what is longer is opened each time. */
const longest = 2048;
const tagLength = 16;

interface Kept {
  fresh: Map<string, unknown>;
  /** Goes when there are as many fresh ones: to take single ones out of a map is slow. */
  stale: ReadonlyMap<string, unknown>;
}

const kept = new WeakMap<RowSeal, Kept>();

/** By its own tag: a row that was written anew is another. */
export function keepAtHand<Words>(sealed: Uint8Array, words: Words, seal: RowSeal): Words {
  if (sealed.length > longest) return words;
  const own = kept.get(seal) ?? { fresh: new Map(), stale: new Map() };
  kept.set(seal, own);
  own.fresh.set(tagOf(sealed), words);
  if (own.fresh.size >= mostKept / 2) {
    own.stale = own.fresh;
    own.fresh = new Map();
  }
  return words;
}

export function wordsOf<Words>(sealed: Uint8Array, read: () => Words, seal: RowSeal): Words {
  const known = sealed.length > longest ? undefined : find(tagOf(sealed), seal);
  return known === undefined ? keepAtHand(sealed, read(), seal) : (known as Words);
}

function find(tag: string, seal: RowSeal): unknown {
  const own = kept.get(seal);
  return own?.fresh.get(tag) ?? own?.stale.get(tag);
}

function tagOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1', byteLength - tagLength);
}
