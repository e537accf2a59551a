/** What was looked for comes in; its mails go out as lines of JSON, or as CSV that is safe to open in a spreadsheet. */
import type { PartRecord } from '../outbound/outbox.ts';
import { byteOrderMark, csvRow } from '../suppression/csv-cell.ts';
import type { MessageLog, MessageQuery } from './message-log.ts';
import { badQuery } from './read-query.ts';
import { openedMessage } from './shown-message.ts';

export type ExportFormat = 'jsonl' | 'csv';

const rowsOfPage = 500;

/** Throws EmailError `bad-query`. */
export function readExportFormat(given: unknown): ExportFormat {
  if (given === 'jsonl' || given === 'csv') return given;
  throw badQuery('format', 'it must be jsonl or csv');
}

/** Newest first, UTF-8; a piece for each page. `onProgress` hears of all that were written so far. */
export async function* exportMessages(
  log: Pick<MessageLog, 'search'>,
  query: MessageQuery,
  format: ExportFormat,
  onProgress?: (rows: number) => void,
): AsyncGenerator<string> {
  const write = format === 'csv' ? csvLine : jsonLine;
  if (format === 'csv') yield byteOrderMark + csvRow(columns.map(([name]) => name));
  let rows = 0;
  let after: string | undefined;
  do {
    const page = await log.search({ ...query, limit: rowsOfPage, after });
    yield page.messages.map(write).join('');
    rows += page.messages.length;
    onProgress?.(rows);
    after = page.next;
  } while (after !== undefined);
}

function jsonLine(record: PartRecord): string {
  return `${JSON.stringify(openedMessage(record))}\n`;
}

const columns: readonly (readonly [name: string, of: (record: PartRecord) => string | number | undefined])[] =
  [
    ['id', ({ id }) => id],
    ['acceptedAt', ({ acceptedAt }) => isoTime(acceptedAt)],
    ['settledAt', ({ settledAt }) => isoTime(settledAt)],
    ['state', ({ state }) => state],
    ['code', ({ code }) => code],
    ['reason', ({ reason }) => oneLine(reason)],
    ['from', ({ from }) => from.address],
    ['to', ({ to }) => to.address],
    ['subject', ({ subject }) => oneLine(subject)],
    ['class', ({ messageClass }) => messageClass],
    ['listTopic', ({ listTopic }) => listTopic],
    ['correlationId', ({ correlationId }) => correlationId],
    ['attempts', ({ attempts }) => attempts],
    ['messageId', ({ messageId }) => messageId],
    ['providerMessageId', ({ providerMessageId }) => providerMessageId],
    ['requestId', ({ requestId }) => requestId],
  ];

function csvLine(record: PartRecord): string {
  return csvRow(columns.map(([, of]) => String(of(record) ?? '')));
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

function isoTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
