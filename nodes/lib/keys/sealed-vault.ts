/** Secrets go in by name; what the store keeps of them opens only with this app's keys, and only under that name. */

import { EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import type { KeyRing } from './key-ring.ts';
import { openBytes, sealBytes } from './seal.ts';
import type { Vault } from './vault.ts';

/** Characters: tokens of a few KB each, with room. */
const longest = 262_144;
const seal = { purpose: 'vault', version: 3, longest } as const;

/**
 * `onTrouble` hears `vault-unreadable` of what is there and does not open: other keys, or a text that was changed or
 * moved to another name. Reading answers undefined then, and leaves it where it is.
 */
export function sealedVault(
  notes: Notes,
  keys: KeyRing,
  appId: string,
  onTrouble: (error: EmailError) => void = () => {},
): Vault {
  // an app id has no slash: no name of one app is ever that of another
  const sealFor = (name: string) => ({ ...seal, appId: `${appId}/${name}` });
  return {
    async read(name) {
      const text = await notes.readNote(noteOf(name));
      if (text === undefined) return undefined;
      const plain = openBytes(text, sealFor(name), keys);
      if (!plain) onTrouble(new EmailError('vault-unreadable', { detail: { value: name } }));
      return plain?.toString();
    },
    async write(name, secret) {
      const text = secret && sealBytes(Buffer.from(secret), sealFor(name), keys);
      await notes.writeNote(noteOf(name), text || undefined);
    },
  };
}

function noteOf(name: string): string {
  return `vault.${name}`;
}
