/**
 * Values in, cells that no spreadsheet takes for a formula out, and back. A cell that starts like one gets an
 * apostrophe before it (OWASP, “CSV injection”); so does one that starts with an apostrophe, or it would lose it.
 */

export const byteOrderMark = '\ufeff';

export function csvRow(values: readonly string[]): string {
  return `${values.map(writeCell).join(',')}\r\n`;
}

function writeCell(value: string): string {
  const isGuarded = /^[=+\-@\t\r']/.test(value);
  const cell = isGuarded ? `'${value}` : value;
  return isGuarded || /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The value that was guarded. */
export function readCell(cell: string): string {
  return /^'[=+\-@\t\r']/.test(cell) ? cell.slice(1) : cell;
}
