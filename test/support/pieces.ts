/** A text or bytes as they may come over a wire: in pieces of so many bytes. */
export async function* pieces(content: string | Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** `count` megabytes of lines. */
export async function* megabytes(count: number): AsyncGenerator<Uint8Array> {
  const line = `${'x'.repeat(78)}\r\n`;
  const megabyte = Buffer.from(line.repeat(Math.ceil(1_000_000 / line.length))).subarray(0, 1_000_000);
  for (let at = 0; at < count; at++)
    for (let piece = 0; piece < 16; piece++) yield megabyte.subarray(piece * 62_500, (piece + 1) * 62_500);
}
