/** A folder in, its database out: locked for us alone, checked, and brought to the newest schema. */
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
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
  const cutOff = hasLog(file);
  const database = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    lock(database);
    if (cutOff) check(database, file);
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

function check(database: DatabaseSync, file: string): void {
  const found = pragma(database, 'quick_check(1)');
  if (found !== 'ok') throw new EmailError('store-corrupt', { detail: { value: file, why: String(found) } });
}

function migrate(database: DatabaseSync, file: string): void {
  const version = Number(pragma(database, 'user_version'));
  if (version > migrations.length) throw new EmailError('store-newer', { detail: { value: file } });
  if (!isOurs(database, version))
    throw new EmailError('store-corrupt', { detail: { value: file, why: 'it belongs to another program' } });
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

function pragma(database: DatabaseSync, name: string): unknown {
  const row = prepareStatement<Record<string, unknown>>(database, `PRAGMA ${name}`).get();
  return row && Object.values(row)[0];
}
