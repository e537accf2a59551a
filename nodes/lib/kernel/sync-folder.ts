/** A folder comes in; once it is done, the names in it are on the disk. */
import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Without this a new name may be gone after a power cut although the file's bytes are safe. */
export function syncFolder(folder: string): void {
  const handle = openFolder(folder);
  if (handle === undefined) return;
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Windows opens no folders, and keeps names safe by itself. */
function openFolder(folder: string): number | undefined {
  try {
    return openSync(folder, 'r');
  } catch (error) {
    if (['EISDIR', 'EPERM'].includes(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  }
}
