/** An object from outside comes in; its own properties go out, each read once and none of them unknown. */
import { EmailError } from '../kernel/errors.ts';
import { memberPath } from '../kernel/field-path.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';

/** Throws EmailError `wrong-type` naming the property that is not among `known`. */
export function readRecord<Key extends string>(
  value: unknown,
  field: string,
  known: readonly Key[],
): Partial<Record<Key, unknown>> {
  if (!isPlainRecord(value)) {
    throw new EmailError('wrong-type', { field, detail: { expected: 'an object' } });
  }
  const names: readonly string[] = known;
  const read: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (!names.includes(key)) throw unknownKey(memberPath(field, key), known);
    read[key] = value[key];
  }
  return read as Partial<Record<Key, unknown>>;
}

function unknownKey(field: string, known: readonly string[]): EmailError {
  return new EmailError('wrong-type', {
    field,
    detail: { expected: `left out; known are ${known.join(', ')}` },
  });
}

/** A field left empty in the node or absent from the message. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
