/** Pieces of CSV text in (RFC 4180; commas, semicolons or tabs); rows with their line numbers out. */
import { EmailError } from '../kernel/errors.ts';

export interface CsvRow {
  /** Where it starts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** What is wrong with it; its cells are not to be used then. */
  readonly fault?: string;
}

/** Nothing longer is a row of a list; one that is not complete by then has lost its closing quotation mark. */
const longestRow = 65_536;
const tooLong = 'it is too long, or a quotation mark is never closed';

interface Cut {
  readonly cells: readonly string[];
  /** Where the next row starts. */
  readonly end: number;
  readonly fault?: string;
}

export class CsvReader {
  #rest = '';
  #line = 1;
  #separator = '';
  #isFirst = true;

  /** Where the next row starts, from 1. */
  get line(): number {
    return this.#line;
  }

  /** The rows that end in this piece; blank ones are left out. Throws EmailError `bad-csv`. */
  *push(piece: string): Generator<CsvRow> {
    const text = this.#rest + (this.#isFirst ? piece.replace(/^\ufeff/, '') : piece);
    if (piece !== '') this.#isFirst = false;
    let start = 0;
    let quote = text.indexOf('"');
    for (;;) {
      if (quote >= 0 && quote < start) quote = text.indexOf('"', start);
      const cut = this.#cutRow(text, start, quote);
      if (!cut) break;
      const { cells, fault, end } = cut;
      const line = this.#line;
      this.#line += quote >= 0 && quote < end ? countLines(text.slice(start, end)) : 1;
      if (cells.length > 1 || cells[0] !== '' || fault !== undefined) yield { line, cells, fault };
      start = end;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > longestRow) throw badCsv(this.#line, tooLong);
  }

  /** The last row, when no line end follows it. Throws EmailError `bad-csv`. */
  *end(): Generator<CsvRow> {
    if (this.#rest === '') return;
    yield* this.push('\n');
    if (this.#rest !== '') throw badCsv(this.#line, 'a quotation mark is never closed');
  }

  /** Undefined if the row does not end in this text. `quote` is the first quotation mark from `start` on. */
  #cutRow(text: string, start: number, quote: number): Cut | undefined {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    if (this.#separator === '') this.#separator = findSeparator(text.slice(start, end));
    const cut: Cut | undefined =
      quote < 0 || quote > end
        ? { cells: withoutReturn(text.slice(start, end)).split(this.#separator), end: end + 1 }
        : cutQuoted(text, start, this.#separator);
    // without its line end: no longer than it may be when it comes in pieces
    if (cut && cut.end - 1 - start > longestRow) throw badCsv(this.#line, tooLong);
    return cut;
  }
}

/** The first of them to stand in the first line. */
function findSeparator(line: string): string {
  return /[,;\t]/.exec(line.replace(/"[^"]*"/g, ''))?.[0] ?? ',';
}

function cutQuoted(text: string, start: number, separator: string): Cut | undefined {
  const cells: string[] = [];
  let at = start;
  for (;;) {
    const cell = text[at] === '"' ? cutQuotedCell(text, at) : cutPlainCell(text, at, separator);
    if (!cell) return undefined;
    cells.push(cell.value);
    const after = text[cell.end];
    if (after === separator) {
      at = cell.end + 1;
      continue;
    }
    const lineEnd = text.startsWith('\r\n', cell.end) ? cell.end + 1 : cell.end;
    if (text[lineEnd] === '\n') return { cells, end: lineEnd + 1 };
    const next = text.indexOf('\n', cell.end);
    return next < 0
      ? undefined
      : { cells: [], end: next + 1, fault: 'a quotation mark stands in the wrong place' };
  }
}

interface Cell {
  readonly value: string;
  readonly end: number;
}

function cutQuotedCell(text: string, start: number): Cell | undefined {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0 || at + 1 >= text.length) return undefined;
    if (text[at + 1] !== '"') return { value: text.slice(start + 1, at).replaceAll('""', '"'), end: at + 1 };
  }
}

/** Ends before a quotation mark, which has no place in it. */
function cutPlainCell(text: string, start: number, separator: string): Cell {
  let end = start;
  while (!isBoundary(text[end], separator)) end++;
  return { value: withoutReturn(text.slice(start, end)), end };
}

function isBoundary(char: string | undefined, separator: string): boolean {
  return char === undefined || char === separator || char === '\n' || char === '"';
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

export function badCsv(line: number, why: string): EmailError {
  return new EmailError('bad-csv', { detail: { line, why } });
}
