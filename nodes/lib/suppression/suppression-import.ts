import type { NewSuppression } from './suppression-list.ts';

/** A load of entries that becomes part of the list as a whole or not at all, whatever happens in between. */
export interface SuppressionImport {
  /** Keeps them apart; nobody is held by them yet. */
  stage(entries: readonly NewSuppression[]): Promise<void>;
  /**
   * Resolves to the number of entries that were not on the list before. The load is decided at once and then worked
   * through in small steps, so that mails go on meanwhile; a crash after the decision is made up for at the next opening.
   * `onProgress` hears how many entries were gone through.
   */
  commit(onProgress?: (worked: number) => void): Promise<number>;
  /** Forgets what was staged. */
  drop(): Promise<void>;
}
