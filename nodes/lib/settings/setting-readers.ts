/** Readers of single settings as the editor saves them: texts and numbers in, checked values out. */
import { types } from 'node:util';
import { EmailError } from '../kernel/errors.ts';
import { inCallersWords } from '../kernel/field-path.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import { readMailbox } from '../mail/address.ts';

export type RawSettings = Readonly<Record<string, unknown>>;

export function badSetting(field: string, why: string): EmailError {
  return new EmailError('bad-settings', { field, detail: { why } });
}

/** Trimmed; undefined if empty. Throws EmailError `bad-settings`, as all readers here do. */
export function readText(raw: RawSettings, field: string): string | undefined {
  const value = Object.hasOwn(raw, field) ? raw[field] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') throw badSetting(field, 'it must be text');
  return String(value).trim() || undefined;
}

export function requireText(raw: RawSettings, field: string): string {
  const text = readText(raw, field);
  if (text === undefined) throw badSetting(field, 'it is empty');
  return text;
}

/** One line, or a secret: as it is, spaces included. */
export function readSecret(raw: RawSettings, field: string): string | undefined {
  const value = Object.hasOwn(raw, field) ? raw[field] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw badSetting(field, 'it must be text');
  return value;
}

/** PEM of a TLS node: bytes where the node reads a file, text where it was uploaded. */
export function readPem(tls: RawSettings, field: string): string | undefined {
  const value = tls[field];
  return types.isUint8Array(value) ? Buffer.from(value).toString() : readSecret(tls, field);
}

export function readBareAddress(text: string, field: string): string {
  const { address, name } = asSetting(field, () => readMailbox(text, field));
  if (name !== undefined) throw badSetting(field, 'give the address without a name');
  return address;
}

/** A checkbox. */
export function readSwitch(raw: RawSettings, field: string, otherwise: boolean): boolean {
  const value = Object.hasOwn(raw, field) ? raw[field] : undefined;
  if (value === undefined || value === null || value === '') return otherwise;
  if (typeof value !== 'boolean') throw badSetting(field, 'it must be on or off');
  return value;
}

/** The rows of an editable list; an error names the row. */
export function readRows<Row>(raw: RawSettings, field: string, readRow: (row: RawSettings) => Row): Row[] {
  const rows = Object.hasOwn(raw, field) ? (raw[field] ?? []) : [];
  if (!Array.isArray(rows) || !rows.every(isPlainRecord)) throw badSetting(field, 'it must be a list');
  return rows.map((row, index) => {
    try {
      return readRow(row);
    } catch (thrown) {
      throw inCallersWords(thrown, (inner) => `${field}[${index}].${inner}`);
    }
  });
}

export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
  readonly whole?: boolean;
}

export function readNumber(raw: RawSettings, field: string, range: NumberRange): number {
  const text = readText(raw, field);
  if (text === undefined) return range.otherwise;
  const number = Number(text);
  const { least, most, whole = true } = range;
  if (number >= least && number <= most && (!whole || Number.isInteger(number))) return number;
  throw badSetting(field, `it must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
}

export function readOneOf<Choice extends string>(
  raw: RawSettings,
  field: string,
  choices: readonly Choice[],
): Choice {
  const text = readText(raw, field) ?? choices[0];
  const choice = choices.find((known) => known === text);
  if (choice === undefined) throw badSetting(field, `it must be one of ${choices.join(', ')}`);
  return choice;
}

/** Runs a reader of another room; what it refuses becomes `bad-settings` with its reason. */
export function asSetting<Value>(field: string, read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof EmailError)) throw thrown;
    const { why } = thrown.detail;
    throw badSetting(field, typeof why === 'string' ? why : thrown.message.replace(/\.$/, ''));
  }
}
