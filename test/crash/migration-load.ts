/**
 * A process made to be killed: brings the database of a folder to the newest schema, and ends itself by SIGKILL so many
 * microseconds after it began. With `unguarded` it does so without transactions.
 *
 *     migrated <microseconds it took>
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { openDatabase } from '../../nodes/lib/store/open-database.ts';
import { migrations } from '../../nodes/lib/store/schema.ts';

const [folder = '', delay = '', mode = ''] = process.argv.slice(2);
const file = join(folder, 'app.sqlite');

/** In a thread of its own, so that nothing that the other does can put it off. */
const killing = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { begun, delay } = workerData;
  parentPort.postMessage('ready');
  Atomics.wait(begun, 0, 0);
  const end = process.hrtime.bigint() + BigInt(delay) * 1000n;
  while (process.hrtime.bigint() < end);
  process.kill(process.pid, 'SIGKILL');`;

function migrateUnguarded(): void {
  const database = new DatabaseSync(file);
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  for (const [index, sql] of migrations.entries())
    if (index >= version) database.exec(`${sql} PRAGMA user_version = ${index + 1};`);
}

const begun = new Int32Array(new SharedArrayBuffer(4));
const killer = new Worker(killing, { eval: true, workerData: { begun, delay: Number(delay) } });
await once(killer, 'message');
const start = process.hrtime.bigint();
Atomics.store(begun, 0, 1);
Atomics.notify(begun, 0);
if (mode === 'unguarded') migrateUnguarded();
else openDatabase(folder, file);
writeSync(1, `migrated ${(process.hrtime.bigint() - start) / 1000n}\n`);
