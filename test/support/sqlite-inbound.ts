import { openStore } from '../../nodes/lib/store/open-store.ts';
import { sqliteInboundQueue } from '../../nodes/lib/store/sqlite-inbound-queue.ts';
import type { FreeBytes } from '../../nodes/lib/store/write-mail-file.ts';
import { storeWorker } from './sqlite-suppressions.ts';

/** Opens the inbound queue of a folder from the sources. */
export async function openTestQueue(folder: string, free?: FreeBytes, maxInboundBytes?: number) {
  const store = await openStore({
    folder,
    workerFile: storeWorker,
    now: 0,
    unknown: 'hold',
    maxWaiting: 1000,
    maxInboundBytes,
    nodeVersion: process.versions.node,
  });
  return { queue: sqliteInboundQueue(store, folder, free), close: store.close };
}
