/** A table of an app's file, page by page, as records of one kind; and records of that kind as its rows. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { DumpedName, DumpedRow } from '../store/dump-operations.ts';
import type { Store } from '../store/open-store.ts';
import type { AddressHasher } from '../suppression/address-hasher.ts';
import type { Shelf } from './kept.ts';

export interface FileRoom {
  readonly client: Store['client'];
  readonly seal: RowSeal;
  readonly hasher: AddressHasher;
  /** Of a text that must be known again, see row-room. */
  readonly markOf: (text: string) => string;
  /** Of the files beside the database. */
  readonly spool: string;
}

const rowsOfPage = 500;

export interface FileTable<Row, Record> {
  readonly table: DumpedName;
  readonly rowsOfPage?: number;
  readonly toKept: (row: Row) => Record | Promise<Record>;
  readonly toRow: (record: Record) => object | Promise<object>;
}

export function fileShelf<Row, Record>({ client }: FileRoom, form: FileTable<Row, Record>): Shelf<Record> {
  const { table, toKept, toRow } = form;
  return {
    async *read() {
      for await (const rows of pagesOf<Row>(client, table, form.rowsOfPage)) {
        const records: Record[] = [];
        for (const row of rows) records.push(await toKept(row));
        yield records;
      }
    },
    async write(records) {
      const rows: DumpedRow[] = [];
      for (const record of records) rows.push((await toRow(record)) as DumpedRow);
      await client.call('dump.put', { table, rows });
    },
    count: () => client.call('dump.count', table),
  };
}

export async function* pagesOf<Row>(
  client: Store['client'],
  table: DumpedName,
  limit = rowsOfPage,
): AsyncGenerator<readonly Row[]> {
  let after: DumpedRow | undefined;
  for (;;) {
    const rows: DumpedRow[] = await client.call('dump.page', { table, after, limit });
    if (rows.length > 0) yield rows as unknown as readonly Row[];
    if (rows.length < limit) return;
    after = rows.at(-1);
  }
}

export function orUndefined<Value>(value: Value | null): Value | undefined {
  return value ?? undefined;
}

/** Columns that have no value are NULL. */
export function row<Columns extends object>(columns: Columns): object {
  const named = Object.entries(columns).map(([name, value]) => [name, value ?? null]);
  return Object.fromEntries(named);
}
