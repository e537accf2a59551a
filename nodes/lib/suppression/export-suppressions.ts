/** The list in, CSV text out page by page: UTF-8 with a byte order mark, safe to open in a spreadsheet. */
import { byteOrderMark, csvRow } from './csv-cell.ts';
import { longestReason } from './read-import-row.ts';
import type { Suppression, SuppressionList } from './suppression-list.ts';

const rowsOfPage = 1000;

/** What `importSuppressions` reads. Erased entries are left out: nothing of them can be written. Throws as the list does. */
export async function* exportSuppressions(
  list: Pick<SuppressionList, 'list'>,
  onProgress?: (rows: number) => void,
): AsyncGenerator<string> {
  yield byteOrderMark + csvRow(['address', 'topic', 'cause', 'method', 'at', 'reason', 'expires']);
  let rows = 0;
  let after: string | undefined;
  do {
    const page = await list.list({ limit: rowsOfPage, after });
    const named = page.entries.filter(({ erased }) => !erased);
    rows += named.length;
    yield named.map(writeEntry).join('');
    onProgress?.(rows);
    after = page.next;
  } while (after !== undefined);
}

function writeEntry({
  address,
  listTopic = '',
  cause,
  method,
  at,
  detail = '',
  expiresAt,
}: Suppression): string {
  const reason = detail
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, longestReason);
  return csvRow([address, listTopic, cause, method, isoTime(at), reason, isoTime(expiresAt)]);
}

function isoTime(time: number | undefined): string {
  return time === undefined ? '' : new Date(time).toISOString();
}
