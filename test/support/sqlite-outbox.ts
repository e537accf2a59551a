import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteOutbox } from '../../nodes/lib/store/open-sqlite-outbox.ts';
import type { StoreOptions } from '../../nodes/lib/store/open-store.ts';

const workerFile = new URL('../../nodes/lib/store/store-worker.ts', import.meta.url);

/** Opens the outbox of a folder from the sources. */
export function openTestOutbox(folder: string, options: Partial<StoreOptions> = {}) {
  return openSqliteOutbox({
    folder,
    workerFile,
    now: 0,
    unknown: 'hold',
    maxWaiting: 1000,
    nodeVersion: process.versions.node,
    ...options,
  });
}

/** A fresh folder for a test, and its removal. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
