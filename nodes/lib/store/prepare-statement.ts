/** SQL in, a statement out whose rows have the shape that the SQL gives them. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

export interface Statement<Row> {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
  iterate(...values: SQLInputValue[]): Iterable<Row>;
  run(...values: SQLInputValue[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
}

export function prepareStatement<Row = never>(database: DatabaseSync, sql: string): Statement<Row> {
  return database.prepare(sql) as unknown as Statement<Row>;
}

/** A bare `LIMIT ?` makes SQLite plan the statement anew at every call, which costs several times what it finds. */
export const limitTo = 'LIMIT ? + 0';
