/**
 * Entries of an import in, as they come; out again by ranges of their hashes, sorted. In a file of its own beside the
 * app's, so that a load that is given up leaves no trace in it.
 */
import { chmodSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import { syncFolder } from '../kernel/sync-folder.ts';
import { prepareStatement, type Statement } from './prepare-statement.ts';
import { hashesOf, type PostedEntry } from './suppression-rows.ts';

/** Entries are kept by the first bits of their hashes: the table is loaded in its own order, 9 times faster. */
export const buckets = 1024;

/** Held in memory until so many are there: then a bucket's piece is large enough to be read back in one go. */
const entriesInMemory = 65_536;

export class ImportFile {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #write: Statement<never>;
  #waiting = new Map<number, PostedEntry[]>();
  #waitingCount = 0;
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

  add(entries: readonly PostedEntry[]): void {
    for (const entry of entries) {
      const bucket = bucketOf(entry);
      const waiting = this.#waiting.get(bucket);
      if (waiting) waiting.push(entry);
      else this.#waiting.set(bucket, [entry]);
    }
    this.staged += entries.length;
    this.#waitingCount += entries.length;
    if (this.#waitingCount >= entriesInMemory) this.#flush();
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

  /** The entries of the buckets `from` to `to`, sorted by hash. */
  read(from: number, to: number): PostedEntry[] {
    const find = prepareStatement<{ entries: Uint8Array }>(
      this.#database,
      'SELECT entries FROM piece WHERE bucket >= ? AND bucket < ? ORDER BY bucket, key',
    );
    const entries = find
      .all(from, to)
      .flatMap((piece) => (deserialize(piece.entries) as Packed[]).map(unpack));
    return entries.sort((one, other) => (one.hash < other.hash ? -1 : Number(one.hash > other.hash)));
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
    for (const [bucket, entries] of this.#waiting) this.#write.run(bucket, serialize(entries.map(pack)));
    this.#waiting = new Map();
    this.#waitingCount = 0;
  }
}

type Packed = ReturnType<typeof pack>;

/** Names of properties, written for every entry, would double the file. */
function pack(entry: PostedEntry) {
  const { hash, address, listTopic, cause, method, at, emailId, detail, evidence, expiresAt } = entry;
  return [hash, address, listTopic, cause, method, at, emailId, detail, evidence, expiresAt] as const;
}

function unpack(packed: Packed): PostedEntry {
  const [hash, address, listTopic, cause, method, at, emailId, detail, evidence, expiresAt] = packed;
  return { hash, address, listTopic, cause, method, at, emailId, detail, evidence, expiresAt };
}

function bucketOf({ hash }: PostedEntry): number {
  return hashesOf(hash)[0].readUInt16BE() >>> 6;
}
