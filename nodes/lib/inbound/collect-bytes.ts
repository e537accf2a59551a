/** Chunks of an attachment come in; its bytes go out, without ever being held twice. */

/** Up to here the chunks are kept and joined, which is cheap and makes a plain buffer. */
const smallSize = 1024 * 1024;
const growth = 1024 * 1024;

export interface ByteCollector {
  /** Throws RangeError if there is no memory, or for more bytes than there can be. */
  add(chunk: Uint8Array): void;
  bytes(): Uint8Array;
}

/**
 * `most`: bytes that can come at all. A resizable buffer only reserves addresses for them and takes memory as it grows,
 * so a large attachment is not copied from one buffer to the next.
 */
export function collectBytes(most: number): ByteCollector {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let large: ArrayBuffer | undefined;

  function moveToLarge(): ArrayBuffer {
    const store = new ArrayBuffer(0, { maxByteLength: most });
    const joined = Buffer.concat(chunks);
    store.resize(joined.length);
    new Uint8Array(store).set(joined);
    chunks = [];
    return store;
  }

  function add(chunk: Uint8Array): void {
    const end = size + chunk.length;
    if (end > most) throw new RangeError('more bytes than there can be');
    if (end > smallSize) large ??= moveToLarge();
    if (!large) chunks.push(chunk);
    else {
      if (end > large.byteLength) large.resize(Math.min(most, end + growth));
      new Uint8Array(large).set(chunk, size);
    }
    size = end;
  }

  function bytes(): Uint8Array {
    if (!large) return Buffer.concat(chunks, size);
    large.resize(size);
    return Buffer.from(large, 0, size);
  }

  return { add, bytes };
}
