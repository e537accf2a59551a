/** Records go in; text that can be imported into a DNS server comes out (RFC 1035 §5). */
import { relativeName } from './dns-compare.ts';
import type { CheckedRecord, DnsRecord } from './dns-records.ts';

/** RFC 1035 §3.3: a character-string has at most 255 bytes. */
const longestString = 255;
const hour = 3600;

/**
 * One line for each record, with whole names that end in a dot; below each, as a comment, the name to type into a
 * panel that appends the domain.
 */
export function zoneFile(records: readonly ZoneRecord[], domain?: string): string {
  return records
    .map((record) => `${warning(record)}${recordLine(record)}${panelHint(record, domain)}\n`)
    .join('');
}

type ZoneRecord = DnsRecord & Partial<Pick<CheckedRecord, 'dns'>>;

/** Imported beside another SPF record, say, it would do harm. */
function warning({ dns }: ZoneRecord): string {
  return dns?.state === 'wrong' || dns?.state === 'conflict'
    ? '; to replace what is published there now\n'
    : '';
}

function recordLine(record: DnsRecord): string {
  return `${quoteName(record.name)}.\t${hour}\tIN\t${record.type}\t${recordData(record)}`;
}

function recordData({ type, value, priority = 10 }: DnsRecord): string {
  if (type === 'TXT') return quoteText(value);
  return type === 'MX' ? `${priority} ${quoteName(value)}.` : `${quoteName(value)}.`;
}

function panelHint({ name }: DnsRecord, domain: string | undefined): string {
  return domain === undefined
    ? ''
    : `\n; name in a panel that appends ${domain}: ${quoteName(relativeName(name, domain))}`;
}

/** Names come from elsewhere too: whatever is in one, it stays one name on one line. */
function quoteName(name: string): string {
  return Array.from(Buffer.from(name), (byte) =>
    /[\w.@-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : decimal(byte),
  ).join('');
}

/** Strings in quotes, split at 255 bytes; quotes and backslashes are escaped, other bytes written as \DDD. */
export function quoteText(text: string): string {
  const bytes = Buffer.from(text);
  const pieces = Array.from(
    { length: Math.max(1, Math.ceil(bytes.length / longestString)) },
    (_piece, index) => bytes.subarray(index * longestString, (index + 1) * longestString),
  );
  return pieces.map((piece) => `"${Array.from(piece, escapeByte).join('')}"`).join(' ');
}

function escapeByte(byte: number): string {
  if (byte < 0x20 || byte > 0x7e) return decimal(byte);
  const mark = String.fromCharCode(byte);
  return mark === '"' || mark === '\\' ? `\\${mark}` : mark;
}

function decimal(byte: number): string {
  return `\\${String(byte).padStart(3, '0')}`;
}
