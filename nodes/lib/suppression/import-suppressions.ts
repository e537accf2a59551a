/** CSV in, in pieces; the entries of all its rows on the list, or none of them, and a report of what was wrong. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EmailError } from '../kernel/errors.ts';
import { badCsv, CsvReader, type CsvRow } from './csv-reader.ts';
import { type ImportColumns, readHeader, readImportRow } from './read-import-row.ts';
import type { ImportOutcome, SuppressionImport } from './suppression-import.ts';
import type { NewSuppression, SuppressionList } from './suppression-list.ts';

export interface ImportOptions {
  readonly list: Pick<SuppressionList, 'startImport'>;
  /** ms since the epoch */
  readonly now: number;
  /** One bad row stops it all, unless bad rows are to be skipped. */
  readonly skipBadRows?: boolean;
  /** Checks every row and imports none. */
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly phase: 'reading' | 'saving';
  /** Rows read, or rows of the list gone through. */
  readonly rows: number;
  readonly bad: number;
}

export interface BadRow {
  readonly line: number;
  readonly field?: string;
  readonly code: string;
  readonly reason: string;
}

export interface ImportReport {
  readonly imported: boolean;
  /** Without header and blank lines. */
  readonly rows: number;
  /** Entries that were not on the list before. */
  readonly added: number;
  /** Rows about people who were erased: they go on being held, as hashes without an address. */
  readonly erased: number;
  readonly bad: number;
  /** The first 1,000 of them. */
  readonly badRows: readonly BadRow[];
}

const badRowsKept = 1000;
const rowsOfBatch = 1000;

/**
 * UTF-8. Columns by a header (`address` or `email`, `topic`, `cause`, `at`, `reason`, `expires`; others are left out) or,
 * without one, the first five in that order. Throws EmailError `bad-csv` where the text ends to be CSV or UTF-8,
 * `import-running`, and as the list does; nothing is imported then, unless the store ends (at a deploy, say) once all
 * rows are saved and becoming part of the list: they do so in the end, after the next opening.
 */
export async function importSuppressions(
  text: AsyncIterable<string | Uint8Array>,
  options: ImportOptions,
): Promise<ImportReport> {
  const load = options.dryRun ? undefined : await options.list.startImport(options.now);
  const work = new ImportWork(options, load);
  try {
    for await (const piece of text) await work.read(piece);
    return await work.finish();
  } catch (error) {
    // What is wrong with the text matters more than a store that cannot even drop it.
    await load?.drop().catch(() => {});
    throw error;
  }
}

class ImportWork {
  readonly #options: ImportOptions;
  readonly #load: SuppressionImport | undefined;
  readonly #reader = new CsvReader();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #badRows: BadRow[] = [];
  #columns: ImportColumns | undefined;
  #isFirst = true;
  #batch: NewSuppression[] = [];
  #inBatch = 0;
  #staging: Promise<void> = Promise.resolve();
  #rows = 0;
  #bad = 0;

  constructor(options: ImportOptions, load: SuppressionImport | undefined) {
    this.#options = options;
    this.#load = load;
  }

  async read(piece: string | Uint8Array): Promise<void> {
    await this.#take(this.#reader.push(typeof piece === 'string' ? piece : this.#decode(piece)));
  }

  async finish(): Promise<ImportReport> {
    await this.#take(this.#reader.push(this.#decode()));
    await this.#take(this.#reader.end());
    await this.#stage();
    await this.#staging;
    const imported = this.#load !== undefined && !this.#isRefused();
    const outcome = imported ? await this.#commit(this.#load) : { added: 0, erased: 0 };
    if (!imported) await this.#load?.drop();
    return { imported, rows: this.#rows, ...outcome, bad: this.#bad, badRows: this.#badRows };
  }

  #commit(load: SuppressionImport): Promise<ImportOutcome> {
    return load.commit((rows) => this.#tell('saving', rows));
  }

  #isRefused(): boolean {
    return this.#bad > 0 && !this.#options.skipBadRows;
  }

  #decode(piece?: Uint8Array): string {
    try {
      return piece ? this.#decoder.decode(piece, { stream: true }) : this.#decoder.decode();
    } catch {
      throw badCsv(this.#reader.line, 'it, or a line soon after it, is not UTF-8');
    }
  }

  async #take(rows: Iterable<CsvRow>): Promise<void> {
    for (const row of rows) {
      if (this.#isHeader(row)) continue;
      this.#rows++;
      this.#check(row);
      if (++this.#inBatch >= rowsOfBatch) await this.#stage();
    }
  }

  #isHeader({ cells }: CsvRow): boolean {
    if (!this.#isFirst) return false;
    this.#isFirst = false;
    this.#columns = readHeader(cells);
    return this.#columns !== undefined;
  }

  #check(row: CsvRow): void {
    try {
      if (row.fault !== undefined) throw badCsv(row.line, row.fault);
      this.#batch.push(readImportRow(row.cells, this.#options.now, this.#columns));
    } catch (error) {
      if (!(error instanceof EmailError)) throw error;
      this.#note(row.line, error);
    }
  }

  #note(line: number, { field, code, message: reason }: EmailError): void {
    this.#bad++;
    if (this.#badRows.length < badRowsKept) this.#badRows.push({ line, field, code, reason });
  }

  /** One batch is stored while the next is read; and whoever else waits for this thread gets a turn. */
  async #stage(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#inBatch = 0;
    this.#tell('reading', this.#rows);
    await this.#staging;
    if (this.#load && !this.#isRefused() && batch.length > 0) {
      this.#staging = this.#load.stage(batch);
      this.#staging.catch(() => {});
    }
    await nextTurn();
  }

  #tell(phase: ImportProgress['phase'], rows: number): void {
    this.#options.onProgress?.({ phase, rows, bad: this.#bad });
  }
}
