/** Entries as lines of JSON come in, the same rows as CSV go out; and the list, entry by entry, as lines of JSON. */
import { isPlainRecord } from '../kernel/plain-record.ts';
import { csvRow } from './csv-cell.ts';
import { badCsv } from './csv-reader.ts';
import type { Suppression, SuppressionList } from './suppression-list.ts';

/** Nothing longer is an entry. */
const longestLine = 65_536;
const rowsOfPage = 1000;

/**
 * What `importSuppressions` reads, with one line more: the header. A line that is no entry becomes a row that is refused.
 * Throws EmailError `bad-csv` for what is no text of lines.
 */
export async function* csvOfJsonLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  yield csvRow(['address', 'topic', 'cause', 'at', 'reason', 'expires']);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 1;
  const decode = (piece?: Uint8Array): string => {
    try {
      return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
    } catch {
      throw badCsv(line, 'it, or a line soon after it, is not UTF-8');
    }
  };
  for await (const piece of pieces) {
    const lines = (rest + decode(piece)).split('\n');
    rest = lines.pop() ?? '';
    line += lines.length;
    if (rest.length > longestLine) throw badCsv(line, 'it is too long');
    yield lines.map(rowOf).join('');
  }
  rest += decode();
  if (rest !== '') yield rowOf(rest);
}

/** An empty line stays one, so that lines keep their numbers. */
function rowOf(line: string): string {
  const text = line.trim();
  if (text === '') return '\r\n';
  const entry = parse(text);
  if (!entry) return csvRow([`not an entry: ${text.slice(0, 80)}`]);
  const { address, listTopic, cause, at, detail, expiresAt } = entry;
  return csvRow([address, listTopic, cause, at, detail, expiresAt].map(cellOf));
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPlainRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is neither text nor number fits no column. */
function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.replace(/[\r\n]+/g, ' ') : '?';
}

/** Erased entries are left out: nothing of them can be written. Throws as the list does. */
export async function* jsonLinesOf(
  list: Pick<SuppressionList, 'list'>,
  onProgress?: (rows: number) => void,
): AsyncGenerator<string> {
  let rows = 0;
  let after: string | undefined;
  do {
    const page = await list.list({ limit: rowsOfPage, after });
    const named = page.entries.filter(({ erased }) => !erased);
    rows += named.length;
    yield named.map(lineOf).join('');
    onProgress?.(rows);
    after = page.next;
  } while (after !== undefined);
}

function lineOf({ address, listTopic, cause, method, at, detail, expiresAt }: Suppression): string {
  const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  const entry = { address, listTopic, cause, method, at: time(at), detail, expiresAt: time(expiresAt) };
  return `${JSON.stringify(entry)}\n`;
}
