/** The id of a mail comes in; a word that only this app can make, and that gives the id back, goes out. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AppKey, KeyRing } from './key-ring.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const idLetters = 25;
const proofLetters = 16;
const proofBytes = 10;
const tagPattern = /^([a-z0-9]{4})([a-z0-9]{25})[a-z0-9]{16}$/;

/**
 * 45 letters and digits, for servers on the way may change the case: the key's id, the mail's id, and 80 bits of proof.
 * Undefined for an id that is no UUID.
 */
export function mailTag(emailId: string, keys: KeyRing): string | undefined {
  return uuid.test(emailId) ? tagOf(emailId, keys.current('mail-tag')) : undefined;
}

/** Undefined for whatever `mailTag` did not make with a key of this ring; never throws. */
export function openMailTag(tag: string, keys: KeyRing): string | undefined {
  const told = tag.toLowerCase();
  const [, keyId = '', id = ''] = tagPattern.exec(told) ?? [];
  const key = keys.find('mail-tag', keyId);
  const emailId = key && readId(id);
  if (!emailId) return undefined;
  const own = Buffer.from(tagOf(emailId, key));
  return own.length === told.length && timingSafeEqual(own, Buffer.from(told)) ? emailId : undefined;
}

function tagOf(emailId: string, { id, secret }: AppKey): string {
  const proof = createHmac('sha256', secret).update(`the mail ${emailId}`).digest('hex');
  const letters = inLetters(emailId.replaceAll('-', ''), idLetters);
  return id + letters + inLetters(proof.slice(0, 2 * proofBytes), proofLetters);
}

function inLetters(hex: string, length: number): string {
  return BigInt(`0x${hex}`).toString(36).padStart(length, '0');
}

function readId(letters: string): string | undefined {
  const add = (sum: bigint, letter: string) => sum * 36n + BigInt(Number.parseInt(letter, 36));
  const hex = [...letters].reduce(add, 0n).toString(16).padStart(32, '0');
  return /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex)?.slice(1).join('-');
}
