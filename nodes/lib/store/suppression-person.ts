/** Whose rows an operation means: those of one spelling or, in an app that folds addresses, of all spellings of its mailbox. */
import type { Hashes } from './suppression-rows.ts';

/**
 * To be filled in with `valuesOf`, as the first three parameters. An entry from before there was a rule for its provider
 * has its own spelling as its person, and is found by that.
 */
export const ofPerson = `person IN (?1, ?2) AND (?3 OR spelling = ?2 OR (person = ?2 AND spelling = x''))`;

export class SuppressionPerson {
  folds = false;

  valuesOf([person, spelling]: Hashes): [Uint8Array, Uint8Array, number] {
    return [person, spelling.length > 0 ? spelling : person, Number(this.folds)];
  }
}
