/** A store's thread that opens and ends at the first call. */
import { parentPort } from 'node:worker_threads';

parentPort?.once('message', () => process.exit(1));
parentPort?.postMessage('open');
