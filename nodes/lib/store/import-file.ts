/**
 * Entries of an import in, packed, as they come; out again by their hashes, a step's worth at a time. In a file of its own
 * beside the app's, so that a load that is given up leaves no trace in it.
 */
import { chmodSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncFolder } from '../kernel/sync-folder.ts';
import { firstBits, recordLength, sortedRecords } from './packed-entries.ts';
import { prepareStatement, type Statement } from './prepare-statement.ts';

/** Entries are kept by the first bits of their hashes: the table is loaded in its own order, 9 times faster. */
const bitsOfBucket = 11;
/** Held in memory until so much is there: then a bucket's piece is large enough to be read back in one go. */
const bytesInMemory = 4_000_000;
/** The same address over and over lies in one bucket. */
const bytesOfPiece = 65_536;
/** A few thousand entries: about 15 ms of work. More only to end with a bucket, and never more than twice that. */
const bytesOfStep = 262_144;

/** Of a piece: they are read by bucket, and by key within it. */
export interface PiecePlace {
  readonly bucket: number;
  readonly key: number;
}

interface Piece extends PiecePlace {
  readonly entries: Uint8Array;
}

export const beforeAllPieces: PiecePlace = { bucket: -1, key: 0 };

export interface PiecesRead {
  readonly entries: Buffer;
  /** Undefined if no others follow. */
  readonly last: PiecePlace | undefined;
}

export class ImportFile {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #write: Statement<never>;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isSealed = false;
  staged = 0;

  private constructor(file: string) {
    this.#file = file;
    this.#database = new DatabaseSync(file);
    chmodSync(file, 0o600);
    this.#database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = MEMORY;
      CREATE TABLE IF NOT EXISTS piece (
        key INTEGER PRIMARY KEY, bucket INTEGER NOT NULL, entries BLOB NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS piece_bucket ON piece (bucket);`);
    this.#write = prepareStatement(this.#database, 'INSERT INTO piece (bucket, entries) VALUES (?, ?)');
  }

  /** An empty one; nothing of it has to outlive a crash before `seal`. */
  static create(file: string): ImportFile {
    ImportFile.remove(file);
    const opened = new ImportFile(file);
    opened.#database.exec('PRAGMA synchronous = OFF; BEGIN');
    return opened;
  }

  /** One that was sealed. */
  static open(file: string): ImportFile {
    return new ImportFile(file);
  }

  static remove(file: string): void {
    rmSync(file, { force: true });
  }

  add(entries: Uint8Array): void {
    this.#waiting.push(entries);
    this.#waitingBytes += entries.length;
    if (this.#waitingBytes >= bytesInMemory) this.#flush();
  }

  /** On disk, all of it, when this returns. */
  seal(): void {
    if (this.#isSealed) return;
    this.#flush();
    this.#database.exec(`
      COMMIT;
      PRAGMA synchronous = FULL;
      BEGIN; PRAGMA user_version = 1; COMMIT;`);
    syncFolder(dirname(this.#file));
    this.#isSealed = true;
  }

  /** What follows a place, whole buckets if they are not too large. */
  read({ bucket, key }: PiecePlace): PiecesRead {
    const find = prepareStatement<Piece>(
      this.#database,
      'SELECT bucket, key, entries FROM piece WHERE (bucket, key) > (?, ?) ORDER BY bucket, key',
    );
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    let last: PiecePlace | undefined;
    for (const { entries, ...place } of find.iterate(bucket, key)) {
      const mayEnd = bytes >= bytesOfStep && (place.bucket !== last?.bucket || bytes >= 2 * bytesOfStep);
      if (mayEnd) return { entries: Buffer.concat(pieces), last };
      pieces.push(entries);
      bytes += entries.length;
      last = place;
    }
    return { entries: Buffer.concat(pieces), last: undefined };
  }

  close(): void {
    this.#database.close();
  }

  /** Closes it and removes it. */
  drop(): void {
    this.close();
    ImportFile.remove(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#waiting);
    const starts = sortedRecords(bytes);
    const sorted = Buffer.allocUnsafe(bytes.length);
    let [pieceStart, end, bucket] = [0, 0, 0];
    const cut = () => {
      if (end > pieceStart) this.#write.run(bucket, sorted.subarray(pieceStart, end));
      pieceStart = end;
    };
    for (const start of starts) {
      const its = bucketOf(bytes, start);
      if (its !== bucket || end - pieceStart >= bytesOfPiece) cut();
      bucket = its;
      end += bytes.copy(sorted, end, start, start + recordLength(bytes, start));
    }
    cut();
    this.staged += starts.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

function bucketOf(bytes: Buffer, start: number): number {
  return firstBits(bytes, start) >>> (32 - bitsOfBucket);
}
