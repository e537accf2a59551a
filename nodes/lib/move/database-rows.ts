/** A table of the database, page by page, as records of one kind; and records of that kind as its rows. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { Place, Queries } from '../postgres/database.ts';
import { packBytes } from '../postgres/packed-bytes.ts';
import type { AddressHasher } from '../suppression/address-hasher.ts';
import type { Shelf } from './kept.ts';

/** Of each table its columns and their types, as PostgreSQL names them. */
export type TableColumns = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface DatabaseRoom extends Place {
  readonly columns: TableColumns;
  readonly hasher: AddressHasher;
  readonly seals: Readonly<Record<'outbox' | 'event' | 'webhook' | 'inbound' | 'notice', RowSeal>>;
}

export async function readColumns({ database }: Pick<Place, 'database'>): Promise<TableColumns> {
  const rows = await database.query<{ table: string; name: string; type: string }>(
    `SELECT relname AS table, attname AS name, format_type(atttypid, NULL) AS type
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = 'email_app'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped`,
  );
  const tables = new Map<string, Map<string, string>>();
  for (const { table, name, type } of rows)
    tables.set(table, (tables.get(table) ?? new Map()).set(name, type));
  return tables;
}

export type Row = Readonly<Record<string, unknown>>;

/** Rows of one table by one statement; what a row does not name is as PostgreSQL makes it. All name the same columns. */
export async function insertRows(
  tx: Queries,
  room: DatabaseRoom,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const types = room.columns.get(table);
  const names = Object.keys(first);
  const values: unknown[] = [room.appId];
  const arrays: string[] = [];
  const given: string[] = [];
  const chosen: string[] = [];
  for (const name of names) {
    const type = types?.get(name) ?? 'text';
    const column = rows.map((row) => row[name] ?? null);
    if (type === 'bytea') {
      const { bytes, from, lengths } = packBytes(column as (Uint8Array | null)[]);
      values.push(bytes, from, lengths);
      const [packed, start] = [values.length - 2, values.length - 1];
      arrays.push(`$${start}::integer[]`, `$${start + 1}::integer[]`);
      given.push(`${name}_from`, `${name}_length`);
      chosen.push(`substring($${packed}::bytea FROM ${name}_from FOR ${name}_length)`);
    } else {
      values.push(column.map(plain));
      arrays.push(`$${values.length}::${type}[]`);
      given.push(name);
      chosen.push(name);
    }
  }
  await tx.query(
    `INSERT INTO email_app.${table} (app, ${names.join(', ')}) SELECT $1, ${chosen.join(', ')}
      FROM unnest(${arrays.join(', ')}) WITH ORDINALITY AS given (${given.join(', ')}, n) ORDER BY n`,
    values,
  );
}

/** A text column takes any character but one. */
function plain(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}

export interface PageSource {
  /** A table, or a select with its columns and `app`. */
  readonly from: string;
  /** Unique columns, in the order of the pages. */
  readonly by: readonly string[];
  readonly rowsOfPage?: number;
}

const rowsOfPage = 500;

export async function* pagesOf<Kept>(
  { database, appId }: Place,
  { from, by, rowsOfPage: limit = rowsOfPage }: PageSource,
): AsyncGenerator<readonly Kept[]> {
  const names = by.join(', ');
  let after: Row | undefined;
  for (;;) {
    const place = after ? by.map((name) => after?.[name]) : [];
    const where = after ? `AND (${names}) > (${by.map((_, index) => `$${index + 3}`).join(', ')})` : '';
    const rows = await database.query<Row>(
      `SELECT * FROM ${from} AS source WHERE app = $1 ${where} ORDER BY ${names} LIMIT $2`,
      [appId, limit, ...place],
    );
    if (rows.length > 0) yield rows as unknown as readonly Kept[];
    if (rows.length < limit) return;
    after = rows.at(-1);
  }
}

export async function countRows({ database, appId }: Place, table: string): Promise<number> {
  const sql = `SELECT count(*) AS rows FROM email_app.${table} WHERE app = $1`;
  const [found] = await database.query<{ rows: number }>(sql, [appId]);
  return found?.rows ?? 0;
}

export interface DatabaseTable<Kept, Record> extends PageSource {
  readonly table: string;
  readonly toKept: (row: Kept) => Record | Promise<Record>;
  /** Rows of its table, and of others that belong to it. */
  readonly toRows: (records: readonly Record[]) => Readonly<{ [table: string]: readonly Row[] }>;
}

export function databaseShelf<Kept, Record>(
  room: DatabaseRoom,
  form: DatabaseTable<Kept, Record>,
): Shelf<Record> {
  return {
    async *read() {
      for await (const rows of pagesOf<Kept>(room, form)) {
        const records: Record[] = [];
        for (const row of rows) records.push(await form.toKept(row));
        yield records;
      }
    },
    write: (records) =>
      room.database.transaction(async (tx) => {
        for (const [table, rows] of Object.entries(form.toRows(records)))
          await insertRows(tx, room, table, rows);
      }),
    count: () => countRows(room, form.table),
  };
}
