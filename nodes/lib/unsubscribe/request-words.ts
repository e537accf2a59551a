/** Where a mail was sent and its subject come in; the words that may be unsubscribe tokens go out. */
import { addressKey } from '../mail/address.ts';

const longestSubject = 2000;
const mostCandidates = 20;
/** The shortest token there is, and a little less. */
const candidate = /[\w-]{40,}/g;
const listUnsubscribe = /^list-unsubscribe$/i;

/** Tags of the addresses first (`unsub+TOKEN@…`), then words of the subject; at most 20. */
export function requestWords(addresses: readonly string[], subject: unknown): readonly string[] {
  const words = typeof subject === 'string' ? (subject.slice(0, longestSubject).match(candidate) ?? []) : [];
  const tags = addresses.flatMap((address) => tagOf(address) ?? []);
  return [...tags, ...words].slice(0, mostCandidates);
}

/** As it stands, or with a tag of its own behind it; the mail-to address may have a plus itself. */
export function isSentTo(mailto: string, address: string): boolean {
  const [wanted, given] = [addressKey(mailto), addressKey(address)];
  const at = wanted.lastIndexOf('@');
  return (
    given === wanted || (given.startsWith(`${wanted.slice(0, at)}+`) && given.endsWith(wanted.slice(at)))
  );
}

/** What mail programs write where the mail-to address of the header has no subject of its own. */
export function isRequestSubject(subject: unknown): boolean {
  return typeof subject === 'string' && listUnsubscribe.test(subject.trim());
}

/** RFC 5233: what stands behind the plus. */
function tagOf(address: string): string | undefined {
  return /^[^+]*\+([\w-]+)@[^@]*$/.exec(address)?.[1];
}
