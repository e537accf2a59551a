/** A mailing's copies as lines of its file, and back. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { MailingCopy } from '../outbound/mailings.ts';

const pieceSize = 64 * 1024;
const lineFeed = 0x0a;

export function writeLine({ to, values, subject, correlationId }: MailingCopy): string {
  return `${JSON.stringify([to.address, values, to.name, subject, correlationId])}\n`;
}

export interface LineCopy extends Omit<MailingCopy, 'subject' | 'correlationId'> {
  readonly subject: string | null;
  readonly correlationId: string | null;
}

function readLine(line: string): LineCopy {
  const [address, values, name, subject, correlationId] = JSON.parse(line);
  return { to: name === null ? { address } : { address, name }, values, subject, correlationId };
}

export interface LinesRead {
  readonly copies: readonly LineCopy[];
  /** Bytes from the file's beginning to the end of the last line read. */
  readonly readTo: number;
}

/** Reads lines of one file after the other; what it has read ahead serves the next call that goes on there. */
export function lineReader() {
  let ahead = { file: '', from: 0, bytes: Buffer.alloc(0) };

  /** False at the file's end. */
  function readMore(): boolean {
    const descriptor = openSync(ahead.file, 'r');
    try {
      // a long line is copied with each read: so their number stays small
      const piece = Buffer.allocUnsafe(Math.max(pieceSize, ahead.bytes.length));
      const length = readSync(descriptor, piece, 0, piece.length, ahead.from + ahead.bytes.length);
      ahead = { ...ahead, bytes: Buffer.concat([ahead.bytes, piece.subarray(0, length)]) };
      return length > 0;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Fewer than `count` only at the file's end. Throws what the file system throws, and SyntaxError for a damaged line. */
  return (file: string, from: number, count: number): LinesRead => {
    if (ahead.file !== file || ahead.from !== from) ahead = { file, from, bytes: Buffer.alloc(0) };
    const copies: LineCopy[] = [];
    let at = 0;
    while (copies.length < count) {
      const end = ahead.bytes.indexOf(lineFeed, at);
      if (end === -1) {
        if (readMore()) continue;
        break;
      }
      copies.push(readLine(ahead.bytes.toString('utf8', at, end)));
      at = end + 1;
    }
    ahead = { file, from: from + at, bytes: ahead.bytes.subarray(at) };
    return { copies, readTo: ahead.from };
  };
}
