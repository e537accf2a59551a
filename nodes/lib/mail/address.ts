/** Address text as people type it comes in; checked mailboxes go out. What could be read in two ways is refused. */
import { EmailError } from '../kernel/errors.ts';
import { readDomainName } from './domain-name.ts';
import { readLine } from './header-field.ts';
import type { Mailbox } from './mailbox.ts';
import { refuseUnsafe } from './refuse-unsafe.ts';

/** RFC 5321 §4.5.3.1: a path has 256 octets with its angle brackets. */
const longestAddress = 254;
const longestLocalPart = 64;
const longestName = 256;
/** Name, quoting and address; nothing longer meets a regexp. */
const longestMailbox = 1024;
/** Room for 100,000 recipients. */
const longestList = 5_000_000;

/**
 * `a@b.c`, `<a@b.c>`, `Name <a@b.c>` or `"Quoted, \"name\"" <a@b.c>`; blanks around it are dropped. Stricter than
 * RFC 5322 §3.4: no comment, route, group, quoted local part or encoded-word, since mail libraries disagree on them
 * and send to another address than the one that was checked. The local part keeps its case.
 * Throws EmailError: `bad-address`, `address-too-long`, `non-ascii-local-part`, `unsafe-characters`.
 */
export function readMailbox(text: string, field: string): Mailbox {
  if (plainAddress.test(text) && text.length <= longestAddress) return { address: text };
  if (text.length > longestMailbox) throw tooLong(text, field);
  const [item = '', ...others] = splitAtCommas(text, field);
  if (others.length > 0) throw badAddress(text, 'only one address is expected there', field);
  return readItem(item, field);
}

/** The same forms between commas, none of them empty. Throws as `readMailbox` does, for the first at fault. */
export function readMailboxList(text: string, field: string): Mailbox[] {
  if (text.length > longestList) throw tooLong(text, field);
  return Array.from(splitAtCommas(text, field), (item) => readItem(item, field));
}

/**
 * A display name given apart from its address: one line of at most 256 characters; blanks around it are dropped.
 * Throws EmailError `wrong-type`, `unsafe-characters`.
 */
export function readDisplayName(value: unknown, field: string): string {
  const name = readLine(value, field, longestName).trim();
  if (reordering.test(name)) throw new EmailError('unsafe-characters', { field });
  return name;
}

/** What nearly all addresses look like: the rules below would neither change nor refuse it, and take ten times as long. */
const plainAddress =
  /^(?=[^@]{1,64}@)[\w+-]+(?:\.[\w+-]+)*@(?:(?!xn--)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?!xn--)[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/;

/** What two checked addresses have in common if they are one mailbox: local parts are compared without case. */
export function addressKey(address: string): string {
  return address.toLowerCase();
}

/** The domain of a checked address. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Bidirectional overrides and isolates, which show `moc.knab@…` as `…@bank.com`. */
const reordering = /[\u202a-\u202e\u2066-\u2069]/;

/** One by one, so that a text of nothing but commas is refused at the first. */
function* splitAtCommas(text: string, field: string): Generator<string> {
  refuseUnsafe(text, field);
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '\\' && quoted) at++;
    else if (char === '"') quoted = !quoted;
    else if (char === ';' && !quoted) throw badAddress(text, 'addresses are separated by commas', field);
    else if (char === ',' && !quoted) {
      yield text.slice(start, at);
      start = at + 1;
    }
  }
  yield text.slice(start);
}

function readItem(item: string, field: string): Mailbox {
  const text = item.trim();
  if (text === '') throw badAddress(text, 'there is an empty place where an address is expected', field);
  if (text.length > longestMailbox) throw tooLong(text, field);
  const open = text.lastIndexOf('<');
  if (open < 0 || !text.endsWith('>')) return { address: readAddress(text, field) };
  const address = readAddress(text.slice(open + 1, -1), field);
  const name = readName(text.slice(0, open).trim(), field);
  return name === '' ? { address } : { address, name };
}

function readAddress(text: string, field: string): string {
  const at = text.lastIndexOf('@');
  if (at < 0) throw badAddress(text, 'there is no @', field);
  const local = text.slice(0, at);
  if (!local.split('.').every((atom) => atomText.test(atom)) || encodedWord.test(local)) {
    throw badAddress(text, 'what stands before the @ is not a plain name', field);
  }
  if (!/^[!-~]*$/.test(local)) {
    throw new EmailError('non-ascii-local-part', { field, detail: { value: text.slice(0, longestAddress) } });
  }
  if (local.length > longestLocalPart || text.length > longestAddress) throw tooLong(text, field);
  const address = `${local}@${readDomainName(text.slice(at + 1), field, text)}`;
  if (address.length > longestAddress) throw tooLong(text, field);
  return address;
}

/** RFC 2047 §2; its characters may all stand in a local part. */
const encodedWord = /=\?[^?]+\?[bq]\?/i;

/** RFC 5322 §3.2.3, and beyond ASCII, so that those letters are refused for what they are. */
const atomText = /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+$/u;

function readName(phrase: string, field: string): string {
  const quoted = /^"(?:[^"\\]|\\.)*"$/.test(phrase);
  const name = quoted ? phrase.slice(1, -1).replace(/\\(.)/g, '$1') : phrase;
  const why = !quoted && /["<>@(),:;\\]/.test(name) ? 'its name needs quotation marks' : findNameFault(name);
  if (why !== undefined) throw badAddress(phrase, why, field);
  return readDisplayName(name, field);
}

function findNameFault(name: string): string | undefined {
  if (encodedWord.test(name)) return 'its name is encoded already; give it as plain text';
  return name.length > longestName ? `its name is longer than ${longestName} characters` : undefined;
}

function badAddress(value: string, why: string, field: string): EmailError {
  return new EmailError('bad-address', { field, detail: { value: value.slice(0, longestAddress), why } });
}

function tooLong(value: string, field: string): EmailError {
  return new EmailError('address-too-long', { field, detail: { value: value.slice(0, longestAddress) } });
}
