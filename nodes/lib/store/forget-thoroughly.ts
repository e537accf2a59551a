/** Work that takes personal data out of rows comes in; it leaves nothing of it in the file's unused space or its log. */
import type { DatabaseSync } from 'node:sqlite';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

/** A file of so many bytes is written anew in about a fifth of a second, in which no mail leaves. */
const rewrittenUpTo = 32_000_000;

/** FAST, as it is otherwise, passes over the pages that a deleted row, or a long text, had to itself. */
export function withSecureDelete<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('PRAGMA secure_delete = ON');
  try {
    return work();
  } finally {
    database.exec('PRAGMA secure_delete = FAST');
  }
}

/**
 * Once what was done is on disk. When SQLite splits a page it leaves copies of rows in its unused space, whatever
 * `secure_delete` says, and only writing the file anew ends them: in a long list few of them stay.
 */
export function spaceCleaning({ database, afterCommit }: Pick<StoreContext, 'database' | 'afterCommit'>) {
  const size = prepareStatement<{ bytes: number }>(
    database,
    'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size',
  );
  const clean = () => {
    // In memory, lest a temporary file has all addresses in it.
    if ((size.get()?.bytes ?? 0) <= rewrittenUpTo) attempt(database, 'PRAGMA temp_store = MEMORY; VACUUM');
    attempt(database, 'PRAGMA wal_checkpoint(TRUNCATE)');
  };
  return (): void => {
    if (!afterCommit.includes(clean)) afterCommit.push(clean);
  };
}

/** What fails here, on a full disk for one, must not undo what was done. */
function attempt(database: DatabaseSync, sql: string): void {
  try {
    database.exec(sql);
  } catch {}
}
