/** A store's thread that opens, takes the keys of its rows, and ends at the first call. */
import { parentPort } from 'node:worker_threads';

parentPort?.once('message', (calls: readonly unknown[]) => {
  parentPort?.once('message', () => process.exit(1));
  parentPort?.postMessage(calls.map(() => ({ value: undefined })));
});
parentPort?.postMessage('open');
