import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteOutbox } from '../../nodes/lib/store/open-sqlite-outbox.ts';
import { openStore, type StoreOptions } from '../../nodes/lib/store/open-store.ts';

const workerFile = new URL('../../nodes/lib/store/store-worker.ts', import.meta.url);

/** Opens the outbox of a folder from the sources. */
export function openTestOutbox(folder: string, options: Partial<StoreOptions> = {}) {
  return openSqliteOutbox(testOptions(folder, options));
}

/** The store of a folder, for what stands on more than its outbox. */
export function openTestStore(folder: string, options: Partial<StoreOptions> = {}) {
  return openStore(testOptions(folder, options));
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
