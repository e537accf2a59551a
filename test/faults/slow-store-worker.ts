/** A store's thread on a disk that takes its time: every commit waits for so many ms as the file `delay` in the folder says. */
import fs from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

const exec = DatabaseSync.prototype.exec;
const file = join(workerData.folder, 'delay');
const sleeper = new Int32Array(new SharedArrayBuffer(4));

DatabaseSync.prototype.exec = function (sql: string) {
  exec.call(this, sql);
  if (sql === 'COMMIT' && fs.existsSync(file))
    Atomics.wait(sleeper, 0, 0, Number(fs.readFileSync(file, 'utf8')));
};

await import('../../nodes/lib/store/store-worker.ts');
