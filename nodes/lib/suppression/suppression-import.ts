import type { NewSuppression } from './suppression-list.ts';

export interface ImportOutcome {
  /** Entries that were not on the list before. */
  readonly added: number;
  /** Entries for people who were erased, listed before or not: they are kept as hashes alone. */
  readonly erased: number;
}

/** A load of entries that becomes part of the list as a whole or not at all, whatever happens in between. */
export interface SuppressionImport {
  /** Keeps them apart; nobody is held by them yet. */
  stage(entries: readonly NewSuppression[]): Promise<void>;
  /**
   * The load is decided at once and then worked through in small steps, so that mails go on meanwhile; a crash after the
   * decision is made up for at the next opening. `onProgress` hears how many entries were gone through.
   */
  commit(onProgress?: (worked: number) => void): Promise<ImportOutcome>;
  /** Forgets what was staged; nothing once it was committed or dropped. */
  drop(): Promise<void>;
}
