/** The keys of an app whose store several machines share: the first makes them, all others must have been given them. */
import { mkdirSync } from 'node:fs';
import { EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import { type KeyRingOptions, openKeyRing, type RotatingKeyRing } from '../keys/open-key-ring.ts';
import type { InstancePlace } from './recover-instances.ts';

/** Throws EmailError as `openKeyRing` does: `bad-keys` where there are none, `wrong-key` where they are others; `store-unavailable`. */
export async function openSharedKeys(
  { database, appId }: InstancePlace,
  { readNote, writeNote }: Notes,
  options: Omit<KeyRingOptions, 'memory'>,
): Promise<RotatingKeyRing> {
  makeFolder(options.folder);
  // so that of two first ones only one makes keys
  const connection = await database.connect();
  try {
    await connection.query(`SELECT pg_advisory_lock(hashtextextended('email_app keys ' || $1, 0))`, [appId]);
    return await openKeyRing({ ...options, memory: { read: readNote, write: writeNote } });
  } finally {
    await connection.end();
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const why = String((cause as { code?: unknown }).code);
    throw new EmailError('store-unavailable', { detail: { value: folder, why }, retryable: true, cause });
  }
}
