/**
 * What the pages say, and the mail that confirms. One catalogue per language has every one of these; `{address}` and `{organisation}` are filled in.
 * The pages write e‑mail with a hyphen that does not break (U+2011), French a space that does not before `?` and `:`.
 */
export interface PageTexts {
  /** BCP 47, for `<html lang>`. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly askTitle: string;
  readonly askAll: string;
  readonly askLists: string;
  readonly allMail: string;
  readonly allMailHint: string;
  readonly leave: string;
  readonly nothingTicked: string;
  readonly pressAgain: string;
  readonly doneTitle: string;
  readonly doneAll: string;
  readonly doneLists: string;
  readonly mistake: string;
  readonly undo: string;
  readonly more: string;
  readonly undoneTitle: string;
  readonly undone: string;
  readonly notUndoneTitle: string;
  readonly notUndone: string;
  readonly wantAgain: string;
  readonly sendConfirmation: string;
  readonly confirmationTitle: string;
  readonly confirmation: string;
  readonly mailSubject: string;
  readonly mailText: string;
  readonly mailIgnore: string;
  readonly againTitle: string;
  readonly againAll: string;
  readonly againLists: string;
  readonly again: string;
  readonly againDoneTitle: string;
  readonly staleTitle: string;
  readonly stale: string;
  readonly invalidTitle: string;
  readonly invalid: string;
  readonly troubleTitle: string;
  readonly trouble: string;
  readonly crowdedTitle: string;
  readonly crowded: string;
}
