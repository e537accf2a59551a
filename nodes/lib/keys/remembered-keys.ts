/** What a store remembers of the keys it was used with: enough to know them again, nothing of the keys themselves. */
import { createHmac } from 'node:crypto';
import { EmailError } from '../kernel/errors.ts';
import type { KeyPurpose } from './key-ring.ts';
import { keyPurposes, type StoredKey, type StoredKeys } from './stored-keys.ts';

/** Small facts by name, kept in the very store that the keys are used for. */
export interface KeyMemory {
  read(name: string): Promise<string | undefined>;
  write(name: string, value: string): Promise<void>;
}

/** A mark of the newest key of each purpose; of none in a store that is new. */
export type RememberedKeys = ReadonlyMap<KeyPurpose, string>;

export async function recallKeys({ read }: KeyMemory): Promise<RememberedKeys> {
  const remembered = new Map<KeyPurpose, string>();
  const recall = async (purpose: KeyPurpose) => {
    const mark = await read(noteOf(purpose));
    if (mark !== undefined) remembered.set(purpose, mark);
  };
  await Promise.all(keyPurposes.map(recall));
  return remembered;
}

/** Comes after the keys themselves are saved: a crash between the two leaves a mark that is still among them. */
export async function rememberKeys(
  keys: StoredKeys,
  remembered: RememberedKeys,
  { write }: KeyMemory,
): Promise<void> {
  const remember = async (purpose: KeyPurpose) => {
    const [newest] = keys[purpose];
    const mark = newest && markOf(newest);
    if (mark !== undefined && mark !== remembered.get(purpose)) await write(noteOf(purpose), mark);
  };
  await Promise.all(keyPurposes.map(remember));
}

/** Throws EmailError `wrong-key` when a remembered key is not among them. Retired and fresh ones are nobody's matter. */
export function requireRemembered(keys: StoredKeys, remembered: RememberedKeys, source: string): void {
  for (const [purpose, mark] of remembered) {
    if (!keys[purpose].some((key) => markOf(key) === mark))
      throw new EmailError('wrong-key', { detail: { value: source } });
  }
}

function noteOf(purpose: KeyPurpose): string {
  return `key of ${purpose}`;
}

function markOf({ id, secret }: StoredKey): string {
  return createHmac('sha256', secret).update(`the mark of key ${id}`).digest('hex').slice(0, 32);
}
