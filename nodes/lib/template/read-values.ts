/** Substitutions from outside come in; a deep copy of plain values, safe to look names up in, goes out. */
import { EmailError } from '../kernel/errors.ts';
import { memberPath } from '../kernel/field-path.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import type { Values } from '../mail/mail-content.ts';

const deepest = 8;
const mostEntries = 1000;
const longestText = 100 * 1024;

/** Names that reach a prototype where a record of ours is copied carelessly later on. */
const refusedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Texts of at most 100 K characters, finite numbers, booleans, and lists and records of them, 8 deep and 1,000 entries
 * in all. Names are looked up in it as own ones only. `null` and `undefined` become `null`: a placeholder treats it as missing.
 * Throws EmailError `wrong-type` with the path, such as `substitutions.items[2].price`.
 */
export function readValues(value: unknown, field: string): Values {
  if (!isPlainRecord(value)) throw wrongType(field, 'a record of names and values');
  return copyFlat(value) ?? copyRecord(value, { path: field, depth: 1, left: { entries: mostEntries } });
}

/** As nearly all are; undefined for what has to be walked with its path, to copy it or to say what is wrong with it. */
function copyFlat(record: Record<string, unknown>): Values | undefined {
  const copy: Record<string, unknown> = {};
  const keys = Object.keys(record);
  if (keys.length > mostEntries) return undefined;
  for (const key of keys) {
    const value = record[key] ?? null;
    if (refusedKeys.has(key) || !isSimple(value)) return undefined;
    copy[key] = value;
  }
  return copy;
}

function isSimple(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= longestText;
  return value === null || typeof value === 'boolean' || Number.isFinite(value);
}

interface Place {
  readonly path: string;
  readonly depth: number;
  /** Shared by the whole copy. */
  readonly left: { entries: number };
}

function copyRecord(record: Record<string, unknown>, place: Place): Values {
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(record)) {
    const path = memberPath(place.path, key);
    if (refusedKeys.has(key)) throw wrongType(path, 'left out: its name is reserved');
    copy[key] = copyValue(record[key], below(place, path));
  }
  return copy;
}

function copyList(list: readonly unknown[], place: Place): unknown[] {
  if (list.length > place.left.entries) throw tooMany(place.path);
  return Array.from(list, (item, index) => copyValue(item, below(place, `${place.path}[${index}]`)));
}

function copyValue(value: unknown, place: Place): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (typeof value === 'string') {
    if (value.length > longestText) throw wrongType(place.path, `at most ${longestText} characters long`);
    return value;
  }
  if (place.depth > deepest) throw wrongType(place.path, `nested at most ${deepest} deep`);
  if (Array.isArray(value)) return copyList(value, place);
  if (isPlainRecord(value)) return copyRecord(value, place);
  throw wrongType(place.path, 'a text, a number, true or false, or a list or record of them');
}

function below({ depth, left }: Place, path: string): Place {
  left.entries -= 1;
  if (left.entries < 0) throw tooMany(path);
  return { path, depth: depth + 1, left };
}

function tooMany(path: string): EmailError {
  return wrongType(path, `left out: there are more than ${mostEntries} values`);
}

function wrongType(field: string, expected: string): EmailError {
  return new EmailError('wrong-type', { field, detail: { expected } });
}
