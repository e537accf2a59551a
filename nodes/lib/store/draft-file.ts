/** Lines of text come in, piece by piece; they lie in a file of the spool, on disk when `finish` resolves. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EmailError } from '../kernel/errors.ts';
import { isDiskFull, storeFailure } from './store-failure.ts';
import { diskFull, keepFile, requireRoom } from './write-mail-file.ts';

/** Bytes written at once. */
const pieceSize = 1024 * 1024;

/** Its calls throw EmailError `disk-full`, `store-unavailable`. */
export class DraftFile {
  readonly #file: string;
  readonly #opening: Promise<FileHandle>;
  /** One is filled while the other is written: a hundred new ones would lie about until they are collected. */
  #filling = Buffer.allocUnsafeSlow(pieceSize);
  #other = Buffer.allocUnsafeSlow(pieceSize);
  #length = 0;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#opening = open(`${file}.part`, 'wx', 0o600);
    this.#opening.catch(() => {});
  }

  /** What was given before may still be on its way to the disk. */
  async write(text: string): Promise<void> {
    const bytes = Buffer.byteLength(text);
    if (this.#length + bytes > pieceSize) await this.#flush().catch(this.#explain);
    if (bytes > this.#filling.length) this.#filling = Buffer.allocUnsafeSlow(bytes);
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
    const handle = await this.#flush();
    await Promise.all([this.#writing, this.#syncing]);
    await keepFile(handle, this.#file);
  }

  async #flush(): Promise<FileHandle> {
    const handle = await this.#opening;
    await this.#writing;
    await requireRoom(dirname(this.#file), this.#length);
    this.#writing = handle.writeFile(this.#filling.subarray(0, this.#length));
    // met by who writes next
    this.#writing.catch(() => {});
    this.#syncMeanwhile(handle);
    [this.#filling, this.#other] = [this.#other, this.#filling];
    this.#length = 0;
    return handle;
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
