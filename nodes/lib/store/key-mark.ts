/** An idempotency key in; what is kept of it where keys themselves are not kept out. */
import { createHash } from 'node:crypto';

/** A key has no line break, nor has the name of its caller, which one parts from it. */
const prefix = '\nsha256\n';

export function digestOfKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

export function markOfDigest(digest: Uint8Array): string {
  return prefix + Buffer.from(digest).toString('hex');
}

/** Undefined for a key as it was given. */
export function digestOfMark(mark: string): Buffer | undefined {
  return mark.startsWith(prefix) ? Buffer.from(mark.slice(prefix.length), 'hex') : undefined;
}
