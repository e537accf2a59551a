/** The store of a filled app folder. */
import { randomBytes } from 'node:crypto';
import { openKeyRing } from '../nodes/lib/keys/open-key-ring.ts';
import { openStore } from '../nodes/lib/store/open-store.ts';
import { sqliteSuppressionList } from '../nodes/lib/store/sqlite-suppression-list.ts';
import { unlockRows } from '../nodes/lib/store/unlock-rows.ts';

export async function openStoreIn(folder: string) {
  return openStore({
    folder,
    now: Date.now(),
    unknown: 'hold',
    maxWaiting: 1,
    workerFile: new URL('../nodes/lib/store/store-worker.ts', import.meta.url),
    nodeVersion: process.versions.node,
  });
}

/** With its suppression list; throws when that is of other keys or hashes. */
export async function openListIn(folder: string) {
  const store = await openStoreIn(folder);
  try {
    const keys = await openKeyRing({ folder, now: Date.now(), randomBytes });
    await unlockRows(store, keys, '');
    return { store, keys, list: await sqliteSuppressionList(store, keys) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
