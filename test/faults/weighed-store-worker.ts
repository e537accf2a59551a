/**
 * The store's thread, which also answers how much memory its objects take once everything unused is collected. It does
 * not wait for the disk: no power fails in this day.
 */
import { DatabaseSync } from 'node:sqlite';
import { BroadcastChannel } from 'node:worker_threads';
import { weigh } from './weigh.ts';

const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function (sql: string) {
  exec.call(this, sql.replace('synchronous = FULL', 'synchronous = OFF'));
};

const scales = new BroadcastChannel('store-memory');
scales.onmessage = ({ data }) => {
  if (data === 'weigh') scales.postMessage({ bytes: weigh() });
};
scales.unref();

await import('../../nodes/lib/store/store-worker.ts');
