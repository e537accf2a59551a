/** Header fields go in as decoded text; folded ASCII lines ended by CRLF come out (RFC 5322 §2.2, §3.3, §3.4). */
import { EmailError } from '../kernel/errors.ts';
import { encodedWords, encodeHeaderText, needsEncoding } from './encoded-word.ts';
import type { Mailbox } from './mailbox.ts';
import { refuseUnsafe } from './refuse-unsafe.ts';

/** Characters without the CRLF: for lines with an encoded-word (RFC 2047 §2), and at most (RFC 5322 §2.1.1). */
const lineGoal = 76;
const lineLimit = 998;
/** For the first display name, beside the longest name of an address field, `Reply-To: `. */
const nameRoom = lineGoal - 10;

/**
 * A field whose value is plain text, such as Subject or a custom header: what ASCII cannot carry is encoded.
 * Throws `unsafe-characters` for a control character, and `bad-header-value`.
 */
export function headerLine(name: string, value: string): string {
  refuseUnsafe(value, name);
  refuseEncodedUri(name, value);
  return foldedLine(name, encodeHeaderText(value, lineGoal - name.length - 2));
}

/**
 * A field whose value is finished ASCII, folded only at white space.
 * Throws `unsafe-characters` for anything else, `bad-header-value` if a word does not fit into a line.
 */
export function foldedLine(name: string, value: string): string {
  if (/[^\t\x20-\x7e]/.test(value)) throw new EmailError('unsafe-characters', { field: name });
  const line = `${name}: ${value}`;
  return `${line.length <= lineGoal ? line : fold(name, value)}\r\n`;
}

/** An address list, display names as atoms, quoted-string or encoded-words (RFC 5322 §3.4, RFC 2047 §5). */
export function formatMailboxes(list: readonly Mailbox[]): string {
  return list.map(({ name, address }) => (name ? `${formatPhrase(name)} <${address}>` : address)).join(', ');
}

/** RFC 5322 §3.3, in UTC; `ms` since the epoch. */
export function formatDate(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000');
}

/** The lookbehind keeps a long run of blanks from being tried again from each of its places. */
const wordWithBlanks = /(?<![\t ])[\t ]*[^\t ]+(?:[\t ]+$)?/g;

/** Never right after the name: some readers drop a value that begins on the second line. */
function fold(name: string, value: string): string {
  const [first = '', ...words] = ` ${value}`.match(wordWithBlanks) ?? [];
  const lines: string[] = [];
  let line = `${name}:${first}`;
  for (const word of words) {
    if (line.length + word.length > lineGoal) {
      lines.push(line);
      line = word;
    } else line += word;
  }
  lines.push(line);
  if (lines.some(({ length }) => length > lineLimit)) throw badValue(name, 'a word is too long for a line');
  return lines.join('\r\n');
}

/** RFC 2369 §2 and RFC 2919: a URI or id in angle brackets is ASCII; no reader decodes an encoded-word there. */
function refuseEncodedUri(name: string, value: string): void {
  const start = value.indexOf('<');
  if (start >= 0 && /^list-/i.test(name) && needsEncoding(value.slice(start))) {
    throw badValue(name, 'what stands in angle brackets must be ASCII, percent-encoded');
  }
}

function badValue(field: string, why: string): EmailError {
  return new EmailError('bad-header-value', { field, detail: { why } });
}

function formatPhrase(name: string): string {
  if (needsEncoding(name)) return encodedWords(name, nameRoom);
  return /^\w+(?: \w+)*$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}
