/** Many pieces of bytes in; one parameter of a statement out, and where each piece lies in it. */

export interface PackedBytes {
  readonly bytes: Buffer;
  /** Counted from 1, as `substring` does; null for a piece that is not there. */
  readonly from: readonly (number | null)[];
  readonly lengths: readonly number[];
}

/** An array of bytes would travel as text of twice their size. */
export function packBytes(pieces: readonly (Uint8Array | null | undefined)[]): PackedBytes {
  let end = 0;
  const from = pieces.map((piece) => {
    if (!piece) return null;
    const begin = end + 1;
    end += piece.byteLength;
    return begin;
  });
  return {
    bytes: Buffer.concat(pieces.flatMap((piece) => piece ?? [])),
    from,
    lengths: pieces.map((piece) => piece?.byteLength ?? 0),
  };
}
