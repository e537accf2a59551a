/** Header names, header values and single lines from outside come in; what can stand in a mail header goes out. */
import { EmailError } from '../kernel/errors.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import type { HeaderField } from './mail-content.ts';
import { refuseUnsafe } from './refuse-unsafe.ts';

const longestName = 76;
const longestValue = 8192;
const mostFields = 50;

/** What the app writes itself, what a mail gets on its way, and what gives orders to Amazon SES. */
const reservedNames: ReadonlySet<string> = new Set(
  (
    'from sender reply-to to cc bcc subject date message-id in-reply-to references mime-version ' +
    'list-unsubscribe list-unsubscribe-post auto-submitted ' +
    'received return-path dkim-signature authentication-results'
  ).split(' '),
);
const reservedStarts = ['content-', 'resent-', 'arc-', 'x-ses-'];

/** Printable ASCII without colon (RFC 5322 §2.2), at most 76 characters. Throws EmailError `bad-header-name`. */
export function readHeaderName(name: string, field: string): string {
  if (name.length <= longestName && /^[!-9;-~]+$/.test(name)) return name;
  throw new EmailError('bad-header-name', { field, detail: { value: name.slice(0, longestName) } });
}

/** One line, at most 8 KB in UTF-8. Throws EmailError `unsafe-characters`, `bad-header-value`. */
export function readHeaderValue(value: string, field: string): string {
  if (Buffer.byteLength(value) > longestValue) {
    throw new EmailError('bad-header-value', {
      field,
      detail: { why: `it is longer than ${longestValue} bytes` },
    });
  }
  refuseUnsafe(value, field);
  return value;
}

/**
 * Custom header fields from a record of names and values, at most 50; a list of values gives a field for each.
 * Throws EmailError: `wrong-type`, `bad-header-name`, `reserved-header`, `unsafe-characters`, `bad-header-value`.
 */
export function readHeaderFields(value: unknown, field: string): HeaderField[] {
  if (!isPlainRecord(value)) throw wrongType(field, 'a record of header names and values');
  const fields = Object.entries(value).flatMap(([name, given]) => readFieldsOf(name, given, field));
  if (fields.length > mostFields) throw wrongType(field, `at most ${mostFields} header fields`);
  return fields;
}

/**
 * Text on one line, such as a subject; a number is taken as its digits. `limit` in UTF-16 units.
 * Throws EmailError `wrong-type`, `unsafe-characters`.
 */
export function readLine(value: unknown, field: string, limit = 998): string {
  const text = Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string') throw wrongType(field, 'a text or a number');
  if (text.length > limit) throw wrongType(field, `at most ${limit} characters long`);
  refuseUnsafe(text, field);
  return text;
}

function readFieldsOf(name: string, given: unknown, field: string): HeaderField[] {
  readHeaderName(name, field);
  if (isReserved(name.toLowerCase()))
    throw new EmailError('reserved-header', { field, detail: { value: name } });
  const path = `${field}.${name}`;
  if (!Array.isArray(given)) return [{ name, value: readText(given, path) }];
  return Array.from(given, (one: unknown, index) => ({ name, value: readText(one, `${path}[${index}]`) }));
}

function isReserved(name: string): boolean {
  return reservedNames.has(name) || reservedStarts.some((start) => name.startsWith(start));
}

function readText(given: unknown, path: string): string {
  return readHeaderValue(readLine(given, path, longestValue), path);
}

function wrongType(field: string, expected: string): EmailError {
  return new EmailError('wrong-type', { field, detail: { expected } });
}
