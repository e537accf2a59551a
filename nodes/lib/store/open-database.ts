/** A folder in, its database out: locked for us alone, checked, and brought to the newest schema. */
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmailError } from '../kernel/errors.ts';
import { syncFolder } from '../kernel/sync-folder.ts';
import { prepareStatement } from './prepare-statement.ts';
import { applicationId, migrations } from './schema.ts';

/**
 * Throws what SQLite and the file system throw, and EmailError `store-newer` or `store-corrupt`.
 *
 * The file is never opened other than through SQLite: closing any other handle on it would drop this process's locks
 * (https://www.sqlite.org/howtocorrupt.html 2.2).
 */
export function openDatabase(folder: string, file: string): DatabaseSync {
  if (mkdirSync(folder, { recursive: true, mode: 0o700 })) syncFolder(dirname(folder));
  const found = statSync(file, { throwIfNoEntry: false });
  requireExpected(folder, file, found?.size ?? -1);
  const kind = checkOf(found?.size ?? 0, hasLog(file));
  const database = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    lock(database);
    check(database, file, kind);
    if (found && versionOf(database) === 0) requireExpected(folder, file, 0);
    migrate(database, file);
    syncFolder(folder);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite removes the log when it is closed: one that is still there says that the last run was cut off. */
function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** `secure_delete`: what a row held would else lie in the file until something is written there, whoever was erased. */
function lock(database: DatabaseSync): void {
  database.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA cache_size = -16000;
    PRAGMA secure_delete = FAST;
    BEGIN IMMEDIATE;
    COMMIT;`);
}

/** Bytes that are read and checked in a third of a second. */
const smallFile = 128 * 1024 * 1024;

/** A damaged list would let mail through to those who left, so of a large file it at least is checked. */
function checkOf(size: number, isCutOff: boolean): string {
  if (size <= smallFile) return 'integrity_check(1)';
  return isCutOff ? 'quick_check(1)' : "quick_check('suppression')";
}

function check(database: DatabaseSync, file: string, kind: string): void {
  const version = versionOf(database);
  const found = pragma(database, version < versionOfList ? 'quick_check(1)' : kind);
  if (found !== 'ok') throw corrupt(file, String(found));
  if (version >= versionOfList && version <= migrations.length && !isListWhole(database))
    throw corrupt(file, 'the suppression list has not as many entries as it should');
}

const versionOfList = 2;

function isListWhole(database: DatabaseSync): boolean {
  const count = '(SELECT count(*) FROM suppression) = (SELECT entries FROM suppression_state)';
  return (
    prepareStatement<{ isWhole: number | null }>(database, `SELECT ${count} AS isWhole`).get()?.isWhole === 1
  );
}

/**
 * A database that holds nothing is a new one, unless something lies beside it that only a used one leaves; one that is
 * not there has been moved away, if not with a list that nobody may know is gone. SQLite would make one of either.
 */
function requireExpected(folder: string, file: string, size: number): void {
  const hasList = existsSync(join(folder, 'suppression.filter'));
  const hasKeys = existsSync(join(folder, 'keys.json'));
  if (size === 0 && (hasList || hasKeys)) throw corrupt(file, 'it is empty, though this app was used before');
  if (size < 0 && hasList)
    throw corrupt(
      file,
      'it is missing, though a suppression list was kept in it (suppression.filter is there)',
    );
}

function corrupt(file: string, why: string): EmailError {
  return new EmailError('store-corrupt', { detail: { value: file, why } });
}

function migrate(database: DatabaseSync, file: string): void {
  const version = versionOf(database);
  if (version > migrations.length) throw new EmailError('store-newer', { detail: { value: file } });
  if (!isOurs(database, version)) throw corrupt(file, 'it belongs to another program');
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${sql}
      PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

function isOurs(database: DatabaseSync, version: number): boolean {
  if (pragma(database, 'application_id') === applicationId) return true;
  return version === 0 && Number(pragma(database, 'schema_version')) === 0;
}

function versionOf(database: DatabaseSync): number {
  return Number(pragma(database, 'user_version'));
}

function pragma(database: DatabaseSync, name: string): unknown {
  const row = prepareStatement<Record<string, unknown>>(database, `PRAGMA ${name}`).get();
  return row && Object.values(row)[0];
}
