/** A mailing's copies as lines of its file, which is sealed piece by piece, and back. */
import { closeSync, openSync, readSync } from 'node:fs';
import { isSealed, type RowSeal, sealOverhead } from '../keys/row-seal.ts';
import type { MailingCopy } from '../outbound/mailings.ts';

/** Bytes of lines that are sealed together. All pieces but the last are as long, so that each is found by its place. */
export const pieceSize = 64 * 1024;
export const sealedSize = pieceSize + sealOverhead;
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
  /** Bytes of lines from the beginning to the end of the last one read. */
  readonly readTo: number;
}

interface Ahead {
  readonly file: string;
  readonly from: number;
  readonly bytes: Buffer;
  /** Unknown until something of it was read. */
  readonly isClear?: boolean;
}

function nothingOf(file: string, from: number): Ahead {
  return { file, from, bytes: Buffer.alloc(0) };
}

/** Of a version that did not seal them. */
function isFileClear(descriptor: number): boolean {
  const begin = readBytes(descriptor, 0, 1);
  return begin.length > 0 && !isSealed(begin);
}

/** Reads lines of one file after the other; what it has read ahead serves the next call that goes on there. */
export function lineReader(seal: RowSeal) {
  let ahead = nothingOf('', 0);

  /** False at the file's end. */
  function readMore(): boolean {
    const descriptor = openSync(ahead.file, 'r');
    try {
      const isClear = ahead.isClear ?? isFileClear(descriptor);
      const from = ahead.from + ahead.bytes.length;
      // a long line is copied with each read: so their number stays small
      const least = Math.max(pieceSize, ahead.bytes.length);
      const more = isClear
        ? readBytes(descriptor, from, least)
        : readPieces(descriptor, { from, least }, seal);
      ahead = { ...ahead, isClear, bytes: Buffer.concat([ahead.bytes, more]) };
      return more.length > 0;
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * Fewer than `count` only at the file's end. Throws what the file system throws, SyntaxError for a damaged line, and
   * EmailError `row-unreadable`.
   */
  return (file: string, from: number, count: number): LinesRead => {
    if (ahead.file !== file || ahead.from !== from) ahead = nothingOf(file, from);
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
    ahead = { ...ahead, from: from + at, bytes: ahead.bytes.subarray(at) };
    return { copies, readTo: ahead.from };
  };
}

interface Stretch {
  /** Bytes of lines before it. */
  readonly from: number;
  readonly least: number;
}

/** From there to the end of a piece, or of the file. */
function readPieces(descriptor: number, { from, least }: Stretch, seal: RowSeal): Buffer {
  const first = Math.floor(from / pieceSize);
  const count = Math.ceil(least / pieceSize);
  const sealed = readBytes(descriptor, first * sealedSize, count * sealedSize);
  const pieces: Buffer[] = [];
  for (let at = 0; at < sealed.length; at += sealedSize)
    pieces.push(seal.open(sealed.subarray(at, at + sealedSize)));
  return Buffer.concat(pieces).subarray(from - first * pieceSize);
}

function readBytes(descriptor: number, from: number, count: number): Buffer {
  const bytes = Buffer.allocUnsafe(count);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, count, from));
}
