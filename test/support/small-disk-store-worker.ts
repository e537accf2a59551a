/**
 * A store's thread on a disk that is pretended: it has as many pages as the file `pages` in the folder says, for the
 * database and the reserve.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

const pageSize = 4096;
const at = (name: string) => join(workerData.folder, name);
const exec = DatabaseSync.prototype.exec;
let used = 0;

const pagesForDatabase = () => {
  const reserve = fs.statSync(at('reserve'), { throwIfNoEntry: false })?.size ?? 0;
  return Number(fs.readFileSync(at('pages'), 'utf8')) - reserve / pageSize;
};

DatabaseSync.prototype.exec = function (sql: string) {
  if (sql === 'BEGIN IMMEDIATE') {
    used = Number(this.prepare('PRAGMA page_count').get()?.page_count);
    exec.call(this, `PRAGMA max_page_count = ${pagesForDatabase()}`);
  }
  exec.call(this, sql);
};
Object.assign(fs, { statfsSync: () => ({ bsize: pageSize, bavail: pagesForDatabase() - used }) });
syncBuiltinESMExports();

await import('../../nodes/lib/store/store-worker.ts');
