/** A raw mail on disk comes in; its header lines go out, folded, a character for each byte. */
import { open } from 'node:fs/promises';

const headSize = 256 * 1024;

/** Of a stream through a whole mail. With larger pieces more of them wait to be collected: 20 MB more for a mail of 40 MB. */
export const pieceSize = 16 * 1024;

export interface MailHead {
  /** Where the mail begins: blank lines above it are skipped. */
  readonly start: number;
  readonly lines: readonly string[];
  /** False if the header goes on behind the first 256 KB. */
  readonly isWhole: boolean;
}

/** Rejects when the file cannot be read. */
export async function readHead(file: string): Promise<MailHead> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headSize), 0, headSize, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    const first = Math.max(text.search(/\S/), 0);
    const start = text.lastIndexOf('\n', first) + 1;
    const length = text.slice(start).search(/\r?\n\r?\n/);
    const head = length < 0 ? text.slice(start) : text.slice(start, start + length);
    return { start, lines: head.split(/\r?\n(?![ \t])/), isWhole: length >= 0 || bytesRead < headSize };
  } finally {
    await handle.close();
  }
}
