/** The address that bounces come back to, with a tag that names the mail (VERP). */
import type { KeyRing } from '../keys/key-ring.ts';
import { mailTag, openMailTag } from '../keys/mail-tag.ts';

/** RFC 5321 section 4.5.3.1.1 */
const longestLocalPart = 64;

/** `bounces+<tag>@example.com` of `bounces@example.com`; the address itself where a tag has no room. */
export function tagReturnAddress(address: string, emailId: string, keys: KeyRing): string {
  const at = address.lastIndexOf('@');
  const tag = mailTag(emailId, keys);
  if (tag === undefined || at + 1 + tag.length > longestLocalPart) return address;
  return `${address.slice(0, at)}+${tag}${address.slice(at)}`;
}

/** The id of the mail whose return address it is; undefined if this app did not make it. */
export function openReturnAddress(address: string, keys: KeyRing): string | undefined {
  const [, tag] = /\+([^+@]+)@[^@]+$/.exec(address.slice(-320)) ?? [];
  return tag === undefined ? undefined : openMailTag(tag, keys);
}
