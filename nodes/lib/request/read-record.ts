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
  for (const key of Object.keys(value)) {
    if (names.includes(key)) continue;
    const expected = `left out; known are ${known.join(', ')}`;
    throw new EmailError('wrong-type', { field: memberPath(field, key), detail: { expected } });
  }
  return Object.fromEntries(Object.entries(value)) as Partial<Record<Key, unknown>>;
}

/** A field left empty in the node or absent from the message. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
