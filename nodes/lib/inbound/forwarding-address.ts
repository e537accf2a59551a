/** The notes of an app come in; the name that its mail is forwarded to goes out, made once and kept. */
import type { Notes } from '../kernel/notes.ts';

const note = 'forwarding-name';
const length = 16;
/** 32 of them, none taken for another: a byte gives each the same chance. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** `in-<16 random characters>@<host>`: whoever does not know it cannot send there. */
export async function forwardingAddress(
  host: string,
  notes: Notes,
  randomBytes: (count: number) => Uint8Array,
): Promise<string> {
  const kept = await notes.readNote(note);
  const name =
    kept ?? `in-${Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('')}`;
  if (kept === undefined) await notes.writeNote(note, name);
  return `${name}@${host}`;
}
