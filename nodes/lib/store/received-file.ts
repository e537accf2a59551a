/** A head and a stream of bytes go into a file, sealed piece by piece; they come out again, none of them changed or missing. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EmailError } from '../kernel/errors.ts';
import { type RowSeal, sealOverhead } from '../keys/row-seal.ts';

/** In memory at once, of a mail of any size. */
export const sealedPiece = 64 * 1024;

/** Length of the sealed piece behind it. */
const lengthBytes = 4;
/** In each piece: its number, and whether it is the last. */
const placeBytes = 5;
const longestHead = 1024 * 1024;
const longestSealed = longestHead + placeBytes + sealOverhead;

/**
 * The first piece is the head, JSON. Answers how many bytes were written. Throws what the file system and the stream
 * throw, and leaves what it wrote.
 */
export async function writeSealedFile(
  file: string,
  head: object,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  seal: RowSeal,
): Promise<number> {
  const writer = new SealedWriter(file, seal);
  try {
    await writer.add(Buffer.from(JSON.stringify(head)), false);
    for await (const chunk of content)
      for (let at = 0; at < chunk.byteLength; at += sealedPiece)
        await writer.add(chunk.subarray(at, at + sealedPiece), false);
    await writer.add(Buffer.alloc(0), true);
    return await writer.finish();
  } finally {
    await writer.close();
  }
}

/** Written at once: for a small mail the file is opened, written and closed, and no more. */
const gathered = 256 * 1024;

class SealedWriter {
  readonly #file: string;
  readonly #seal: RowSeal;
  #handle: FileHandle | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #written = 0;
  #number = 0;

  constructor(file: string, seal: RowSeal) {
    this.#file = file;
    this.#seal = seal;
  }

  async add(piece: Uint8Array, isLast: boolean): Promise<void> {
    const place = Buffer.alloc(placeBytes);
    place.writeUInt32BE(this.#number);
    place.writeUInt8(Number(isLast), lengthBytes);
    this.#number += 1;
    const sealed = this.#seal.seal(Buffer.concat([place, piece]));
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(sealed.byteLength);
    this.#waiting.push(length, sealed);
    this.#waitingBytes += lengthBytes + sealed.byteLength;
    if (this.#waitingBytes >= gathered) await this.#flush();
  }

  async finish(): Promise<number> {
    await this.#flush();
    return this.#written;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  async #flush(): Promise<void> {
    this.#handle ??= await open(this.#file, 'w', 0o600);
    await this.#handle.writev(this.#waiting);
    this.#written += this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** The head alone. Throws EmailError `row-unreadable`, and what the file system throws. */
export async function readSealedHead(file: string, seal: RowSeal): Promise<unknown> {
  const pieces = unsealed(file, seal);
  try {
    const { value } = await pieces.next();
    return JSON.parse(value ? value.toString() : 'null');
  } finally {
    await pieces.return(undefined);
  }
}

/** What is behind the head, in pieces. Throws EmailError `row-unreadable`, and what the file system throws. */
export async function* readSealedContent(file: string, seal: RowSeal): AsyncGenerator<Buffer> {
  const pieces = unsealed(file, seal);
  await pieces.next();
  yield* pieces;
}

/** A piece in another place, or a file that was cut off, does not open. */
async function* unsealed(file: string, seal: RowSeal): AsyncGenerator<Buffer, undefined> {
  let number = 0;
  let isOver = false;
  for await (const sealed of sealedPieces(file)) {
    const plain = seal.open(sealed);
    if (isOver || plain.readUInt32BE(0) !== number) throw unreadable(file);
    isOver = plain.readUInt8(lengthBytes) === 1;
    number += 1;
    if (!isOver) yield plain.subarray(placeBytes);
  }
  if (!isOver) throw unreadable(file);
}

async function* sealedPieces(file: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: sealedPiece })) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (;;) {
      const length = rest.length < lengthBytes ? Number.POSITIVE_INFINITY : rest.readUInt32BE(0);
      if (Number.isFinite(length) && length > longestSealed) throw unreadable(file);
      if (rest.length < lengthBytes + length) break;
      yield rest.subarray(lengthBytes, lengthBytes + length);
      rest = rest.subarray(lengthBytes + length);
    }
  }
  if (rest.length > 0) throw unreadable(file);
}

function unreadable(file: string): EmailError {
  return new EmailError('row-unreadable', { detail: { value: file } });
}
