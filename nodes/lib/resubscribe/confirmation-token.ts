/** Who asked to get mail again, of what and when, goes in; an opaque text for the link of a mail comes out, and the way back. */
import type { KeyRing } from '../keys/key-ring.ts';
import { openBytes, sealBytes } from '../keys/seal.ts';

export interface ConfirmationClaims {
  readonly appId: string;
  /** A checked address. */
  readonly address: string;
  /** What was left and is to come again; undefined is all mail. At most `mostTopics`. */
  readonly topics: readonly (string | undefined)[];
  /** ms since the epoch */
  readonly issuedAt: number;
}

/** More would make a link that mail programs cut. */
export const mostTopics = 12;

/** Another version than that of links to unsubscribe, and other keys: neither is ever taken for the other. */
const seal = { purpose: 'confirmation-token', version: 2, longest: 1600 } as const;

export function sealConfirmation({ appId, address, topics, issuedAt }: ConfirmationClaims, keys: KeyRing) {
  const plain = JSON.stringify([address, issuedAt, ...topics.map((topic) => topic ?? '')]);
  return sealBytes(Buffer.from(plain), { ...seal, appId }, keys);
}

/**
 * Undefined for whatever `sealConfirmation` did not make for this app with a key of this ring; never throws. The
 * caller decides what is too old.
 */
export function openConfirmation(
  token: string,
  keys: KeyRing,
  appId: string,
): ConfirmationClaims | undefined {
  const plain = openBytes(token, { ...seal, appId }, keys);
  if (!plain) return undefined;
  const [address, issuedAt, ...topics] = JSON.parse(plain.toString()) as [string, number, ...string[]];
  return { appId, address, issuedAt, topics: topics.map((topic) => topic || undefined) };
}
