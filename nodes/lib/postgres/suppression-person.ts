/** Whose rows a statement means: those of one spelling or, in an app that folds addresses, of all spellings of its mailbox. */
import type { Hashes } from '../store/suppression-rows.ts';

/**
 * SQL over the columns of `row`. `own` is the person's own spelling. An entry from before there was a rule for its
 * provider has its own spelling as its person, and is found by that.
 */
export function isOfPerson(row: string, person: string, own: string, folds: string): string {
  return `${row}.person IN (${person}, ${own})
    AND (${folds} OR ${row}.spelling = ${own} OR (${row}.person = ${own} AND ${row}.spelling = ''))`;
}

/** `$1` is the app; the next three are filled in with `personValues`. */
export function ofPerson(row: string): string {
  return `${row}.app = $1 AND ${isOfPerson(row, '$2', '$3', '$4::boolean')}`;
}

export function personValues([person, spelling]: Hashes, folds: boolean): [Buffer, Buffer, boolean] {
  return [person, spelling.length > 0 ? spelling : person, folds];
}
