/** Cells of one row in, a checked entry out. */
import { EmailError } from '../kernel/errors.ts';
import { readMailbox } from '../mail/address.ts';
import { readDomainName } from '../mail/domain-name.ts';
import { readLine } from '../mail/header-field.ts';
import { parseIsoTime } from '../request/read-times.ts';
import { readCell } from './csv-cell.ts';
import type { NewSuppression, SuppressionCause } from './suppression-list.ts';
import { requireExpiry } from './suppression-policy.ts';

export type ImportColumn = 'address' | 'topic' | 'cause' | 'at' | 'reason' | 'expires';

/** Position of each column that is there. */
export type ImportColumns = Readonly<Partial<Record<ImportColumn, number>>>;

export const longestReason = 1000;

const causes: readonly string[] = [
  'unsubscribe',
  'complaint',
  'hard-bounce',
  'soft-bounce',
  'manual',
  'import',
] satisfies SuppressionCause[];

const names: ReadonlyMap<string, ImportColumn> = new Map([
  ['address', 'address'],
  ['email', 'address'],
  ['topic', 'topic'],
  ['cause', 'cause'],
  ['at', 'at'],
  ['reason', 'reason'],
  ['expires', 'expires'],
]);

const withoutHeader: ImportColumns = { address: 0, topic: 1, cause: 2, at: 3, reason: 4 };

/** The columns that a first row names, others being of no interest; undefined if it is no header. */
export function readHeader(cells: readonly string[]): ImportColumns | undefined {
  const columns: Partial<Record<ImportColumn, number>> = {};
  for (const [position, cell] of cells.entries()) {
    const name = names.get(cell.trim().toLowerCase());
    if (name) columns[name] ??= position;
  }
  return columns.address === undefined ? undefined : columns;
}

/** `address` or `@domain`; without a cause it is `import`, without a time `now`. Throws EmailError for its first fault. */
export function readImportRow(
  cells: readonly string[],
  now: number,
  columns: ImportColumns = withoutHeader,
): NewSuppression {
  const cell = (position = cells.length) => readCell(cells[position] ?? '').trim();
  const entry: NewSuppression = {
    address: readAddress(cell(columns.address)),
    listTopic: readTopic(cell(columns.topic)),
    cause: readCause(cell(columns.cause)),
    method: 'import',
    at: readPastTime(cell(columns.at), now),
    detail: readReason(cell(columns.reason)),
    expiresAt: readTime(cell(columns.expires), 'expires'),
  };
  requireExpiry(entry);
  return entry;
}

function readAddress(text: string): string {
  if (text.startsWith('@')) return `@${readDomainName(text.slice(1), 'address')}`;
  return readMailbox(text, 'address').address;
}

function readTopic(text: string): string | undefined {
  if (text === '') return undefined;
  if (!/^[\w.-]{1,64}$/.test(text)) {
    throw new EmailError('wrong-type', {
      field: 'topic',
      detail: { expected: '1 to 64 of A-Z a-z 0-9 _ . -' },
    });
  }
  return text;
}

function readCause(text: string): SuppressionCause {
  if (text === '') return 'import';
  const cause = text.toLowerCase();
  if (causes.includes(cause)) return cause as SuppressionCause;
  throw new EmailError('wrong-type', { field: 'cause', detail: { expected: `one of ${causes.join(', ')}` } });
}

function readReason(text: string): string | undefined {
  return text === '' ? undefined : readLine(text, 'reason', longestReason);
}

function readPastTime(text: string, now: number): number {
  const at = readTime(text, 'at') ?? now;
  if (at <= now) return at;
  throw new EmailError('bad-time', { field: 'at', detail: { why: 'it lies in the future' } });
}

/** ISO 8601 with an offset, a day, or seconds or milliseconds since the epoch, told apart by their length. */
function readTime(text: string, field: string): number | undefined {
  if (text === '') return undefined;
  const time = /^\d{10}$/.test(text)
    ? Number(text) * 1000
    : /^\d{13}$/.test(text)
      ? Number(text)
      : parseIsoTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text);
  if (time === undefined) {
    throw new EmailError('bad-time', { field, detail: { why: 'write it like 2026-11-23T14:30:00Z' } });
  }
  return time;
}
