import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowSeal } from '../../nodes/lib/keys/row-seal.ts';
import { openSqliteOutbox } from '../../nodes/lib/store/open-sqlite-outbox.ts';
import { openStore, type StoreOptions } from '../../nodes/lib/store/open-store.ts';
import { sqliteMailings } from '../../nodes/lib/store/sqlite-mailings.ts';
import { unlockRows } from '../../nodes/lib/store/unlock-rows.ts';
import { fixedKeys } from './fixed-keys.ts';

const keys = fixedKeys();
/** Of the stores that are opened here. */
export const testSeal = rowSeal(keys, '');
const workerFile = new URL('../../nodes/lib/store/store-worker.ts', import.meta.url);

/** Opens the outbox of a folder from the sources. */
export function openTestOutbox(folder: string, options: Partial<StoreOptions> = {}) {
  return openSqliteOutbox(testOptions(folder, options), keys);
}

/** The store of a folder, for what stands on more than its outbox. */
export async function openTestStore(folder: string, options: Partial<StoreOptions> = {}) {
  const store = await openStore(testOptions(folder, options));
  await unlockRows(store, keys, '');
  return store;
}

export function testMailings(store: Parameters<typeof sqliteMailings>[0], folder: string) {
  return sqliteMailings(store, folder, testSeal);
}

function testOptions(folder: string, options: Partial<StoreOptions>): StoreOptions {
  const nodeVersion = process.versions.node;
  return { folder, workerFile, now: 0, unknown: 'hold', maxWaiting: 1000, nodeVersion, ...options };
}

/** A fresh folder for a test, and its removal. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
