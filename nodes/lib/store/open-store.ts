/** A folder in, a client of the thread that owns its database out. */
import { Worker } from 'node:worker_threads';
import { EmailError } from '../kernel/errors.ts';
import type { StoreCall } from './run-batch.ts';
import { StoreClient } from './store-client.ts';
import { rebuildFailure } from './store-failure.ts';
import type { StoreOperations } from './store-operations.ts';
import type { FromStore, StoreWorkerData, ToStore } from './store-worker.ts';

export interface StoreOptions extends StoreWorkerData {
  /** `store-worker`, as source or compiled: a place that this file cannot know. */
  readonly workerFile: string | URL;
  /** Of the running process: `22.13.0` or `v22.13.0`. */
  readonly nodeVersion: string;
}

export interface Store {
  readonly client: StoreClient<StoreOperations>;
  /** Answers what was called, writes the log back, ends the thread. */
  close(): Promise<void>;
}

/**
 * Makes the folder if need be and opens its database for this process alone.
 * Throws EmailError `needs-newer-node`, `store-in-use`, `store-newer`, `store-corrupt`, `store-unavailable`.
 */
export async function openStore({ workerFile, nodeVersion, ...workerData }: StoreOptions): Promise<Store> {
  requireNode(nodeVersion);
  const worker = new Worker(workerFile, { workerData });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  try {
    await opened(worker, nodeVersion, workerData.folder);
  } catch (error) {
    await exited;
    throw error;
  }
  const post = (calls: readonly StoreCall[]) => worker.postMessage(calls satisfies ToStore);
  const client = new StoreClient<StoreOperations>(post, setImmediate);
  serveClient(worker, client, workerData.folder);
  let closing: Promise<void> | undefined;
  const close = async () => {
    await client.finish(new EmailError('app-closed'));
    worker.postMessage('close' satisfies ToStore);
    await exited;
  };
  return {
    client,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** `node:sqlite` needs no flag from 22.13 on. */
function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 13)) throw newerNodeNeeded(version);
}

function newerNodeNeeded(version: string): EmailError {
  return new EmailError('needs-newer-node', { detail: { value: version } });
}

function opened(worker: Worker, nodeVersion: string, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: FromStore) => {
      if (message === 'open') resolve();
      else if ('code' in message) reject(rebuildFailure(message));
    });
    worker.once('error', (error: Error & { code?: string }) => {
      const isMissing = error.code === 'ERR_UNKNOWN_BUILTIN_MODULE';
      reject(isMissing ? newerNodeNeeded(nodeVersion) : threadEnded(folder, error));
    });
    worker.once('exit', () => reject(threadEnded(folder)));
  });
}

function serveClient(worker: Worker, client: StoreClient<StoreOperations>, folder: string): void {
  worker.on('message', (message: FromStore) => {
    if (Array.isArray(message)) client.receive(message);
  });
  worker.on('error', (error) => client.fail(threadEnded(folder, error)));
  worker.on('exit', () => client.fail(threadEnded(folder)));
}

function threadEnded(folder: string, cause?: unknown): EmailError {
  return new EmailError('store-unavailable', {
    detail: { value: folder, why: 'its thread has ended' },
    retryable: true,
    cause,
  });
}
