/** Lines of text come in; they lie sealed in a file of the spool, piece by piece, on disk when `finish` resolves. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EmailError } from '../kernel/errors.ts';
import { type RowSeal, sealOverhead } from '../keys/row-seal.ts';
import { pieceSize, sealedSize } from './mailing-lines.ts';
import { isDiskFull, storeFailure } from './store-failure.ts';
import { diskFull, keepFile, requireRoom } from './write-mail-file.ts';

/** Pieces written at once. */
const mostPieces = 16;
const roomForLines = mostPieces * pieceSize;

/** Its calls throw EmailError `disk-full`, `store-unavailable`. */
export class DraftFile {
  readonly #file: string;
  readonly #seal: RowSeal;
  readonly #opening: Promise<FileHandle>;
  /** One is filled while the other is written: a hundred new ones would lie about until they are collected. */
  #filling = Buffer.allocUnsafeSlow(roomForLines);
  #sealed = Buffer.allocUnsafeSlow(mostPieces * sealedSize);
  #length = 0;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> | undefined;

  constructor(file: string, seal: RowSeal) {
    this.#file = file;
    this.#seal = seal;
    this.#opening = open(`${file}.part`, 'wx', 0o600);
    this.#opening.catch(() => {});
  }

  /** What was given before may still be on its way to the disk. */
  async write(text: string): Promise<void> {
    const bytes = Buffer.byteLength(text);
    const isFull = this.#length + bytes > roomForLines;
    if (isFull) await this.#flush(this.#length - (this.#length % pieceSize)).catch(this.#explain);
    if (this.#length + bytes > this.#filling.length) this.#grow(this.#length + bytes);
    this.#length += this.#filling.write(text, this.#length);
  }

  async finish(): Promise<void> {
    await this.#finish().catch(this.#explain);
  }

  /** Never throws. */
  async abandon(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing]);
    await this.#opening.then((handle) => handle.close()).catch(() => {});
    const files = [this.#file, `${this.#file}.part`];
    await Promise.allSettled(files.map((file) => rm(file, { force: true })));
  }

  async #finish(): Promise<void> {
    const handle = await this.#flush(this.#length);
    await Promise.all([this.#writing, this.#syncing]);
    await keepFile(handle, this.#file);
  }

  /** Leaves what is behind so many bytes for the next piece. */
  async #flush(bytes: number): Promise<FileHandle> {
    const handle = await this.#opening;
    await this.#writing;
    await requireRoom(dirname(this.#file), bytes);
    this.#writing = handle.writeFile(this.#sealSome(bytes));
    // met by who writes next
    this.#writing.catch(() => {});
    this.#syncMeanwhile(handle);
    this.#filling.copyWithin(0, bytes, this.#length);
    this.#length -= bytes;
    return handle;
  }

  #sealSome(bytes: number): Uint8Array {
    const pieces = Math.ceil(bytes / pieceSize);
    if (pieces * sealedSize > this.#sealed.length) this.#sealed = Buffer.allocUnsafeSlow(pieces * sealedSize);
    let length = 0;
    for (let at = 0; at < bytes; at += pieceSize) {
      const piece = this.#filling.subarray(at, Math.min(at + pieceSize, bytes));
      this.#sealed.set(this.#seal.seal(piece), length);
      length += piece.length + sealOverhead;
    }
    return this.#sealed.subarray(0, length);
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(bytes);
    this.#filling.copy(larger, 0, 0, this.#length);
    this.#filling = larger;
  }

  /** So that little is left to wait for at the end. */
  #syncMeanwhile(handle: FileHandle): void {
    this.#syncing ??= handle.datasync().then(() => {
      this.#syncing = undefined;
    });
    // a failure stays for the end: the system tells of it once, and the next sync would succeed
    this.#syncing.catch(() => {});
  }

  readonly #explain = (thrown: unknown): never => {
    throw this.#failure(thrown);
  };

  #failure(thrown: unknown): EmailError {
    const folder = dirname(this.#file);
    return isDiskFull(thrown) ? diskFull(folder) : storeFailure(thrown, folder, this.#file);
  }
}
