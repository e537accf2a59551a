/** Calls in, a reply for each out, all of them in one transaction so that they share one fsync. */
import type { DatabaseSync } from 'node:sqlite';
import { EmailError } from '../kernel/errors.ts';
import type { DiskReserve } from './disk-reserve.ts';
import { type PostedFailure, postFailure } from './store-failure.ts';

export interface StoreCall {
  readonly name: string;
  readonly input: unknown;
}

export type StoreReply = { readonly value: unknown } | { readonly failure: PostedFailure };

/** What an operation may do: it runs inside a transaction, refuses by throwing EmailError, and never waits. */
export type OperationTable = Readonly<Record<string, (input: never) => unknown>>;

export interface BatchContext {
  readonly database: DatabaseSync;
  readonly operations: OperationTable;
  /** Operations add what must happen only once they are on disk, e.g. deleting a file. Such an action never throws. */
  readonly afterCommit: (() => void)[];
  readonly reserve: Pick<DiskReserve, 'spend'>;
  /** Says what a thrown thing means to the caller. */
  readonly explain: (thrown: unknown) => EmailError;
}

/** An operation that refuses fails alone; when SQLite or the disk fails, every call is tried in a transaction of its own. */
export function runBatch(context: BatchContext, calls: readonly StoreCall[]): StoreReply[] {
  const runAll = () => calls.map((call) => runRefusable(context, call));
  try {
    return context.reserve.spend(() => inTransaction(context, runAll));
  } catch (error) {
    if (calls.length === 1) return [{ failure: postFailure(context.explain(error)) }];
    return calls.flatMap((call) => runBatch(context, [call]));
  }
}

export function inTransaction<Result>(
  { database, afterCommit }: Pick<BatchContext, 'database' | 'afterCommit'>,
  work: () => Result,
): Result {
  afterCommit.length = 0;
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    afterCommit.length = 0;
    rollBack(database);
    throw error;
  } finally {
    for (const action of afterCommit) action();
  }
}

/** A full disk makes SQLite end the transaction by itself; then there is nothing left to roll back. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {}
}

function runRefusable(context: BatchContext, { name, input }: StoreCall): StoreReply {
  const { database, operations, afterCommit } = context;
  const actionsBefore = afterCommit.length;
  database.exec('SAVEPOINT call');
  try {
    const operation = operations[name];
    if (!operation) throw new Error(`the store has no operation ${name}`);
    const value = operation(input as never);
    database.exec('RELEASE call');
    return { value };
  } catch (error) {
    if (!(error instanceof EmailError)) throw error;
    database.exec('ROLLBACK TO call; RELEASE call');
    afterCommit.length = actionsBefore;
    return { failure: postFailure(error) };
  }
}
