import { randomBytes } from 'node:crypto';
import { type AppStoreOptions, openAppStore } from '../../nodes/lib/store/open-app-store.ts';

export const storeWorker = new URL('../../nodes/lib/store/store-worker.ts', import.meta.url);

/** Opens outbox, suppression list and keys of a folder from the sources. */
export function openTestStore(folder: string, options: Partial<AppStoreOptions> = {}) {
  return openAppStore({
    folder,
    workerFile: storeWorker,
    now: 0,
    unknown: 'hold',
    maxWaiting: 1000,
    nodeVersion: process.versions.node,
    randomBytes,
    ...options,
  });
}
