/** Who must not get mail, why since when, and who said so. One list per app; everything a promise resolves for is on disk. */
import type { SuppressionImport } from './suppression-import.ts';

/** Why an address is held. Only `soft-bounce` and `manual` entries may expire (see suppression-policy). */
export type SuppressionCause =
  | 'unsubscribe'
  | 'complaint'
  | 'hard-bounce'
  | 'soft-bounce'
  | 'manual'
  | 'import';

/** How it came to be known. */
export type SuppressionMethod = 'one-click' | 'page' | 'mailto' | 'api' | 'import' | 'bounce' | 'complaint';

/** Kept for a limited time (settings), as the proof of a request. */
export interface Evidence {
  readonly ip?: string;
  readonly userAgent?: string;
}

export interface NewSuppression {
  /** A checked address, or `@domain` for a whole domain. */
  readonly address: string;
  /** Without it the entry holds for the whole app. */
  readonly listTopic?: string;
  readonly cause: SuppressionCause;
  readonly method: SuppressionMethod;
  /** ms since the epoch */
  readonly at: number;
  /** Email id of the mail that led to it. */
  readonly emailId?: string;
  readonly detail?: string;
  readonly evidence?: Evidence;
  readonly expiresAt?: number;
}

export interface Suppression extends NewSuppression {
  /**
   * True once the person was erased: only the keyed hash is left, and it still holds. `address` is empty then, or `@`
   * for that of a whole domain.
   */
  readonly erased: boolean;
}

/** One line of the append-only history. */
export interface SuppressionEvent {
  readonly at: number;
  readonly action: 'added' | 'removed' | 'erased';
  readonly listTopic?: string;
  readonly cause?: SuppressionCause;
  readonly method: SuppressionMethod;
  readonly emailId?: string;
  readonly detail?: string;
  readonly evidence?: Evidence;
}

export interface Removal {
  readonly address: string;
  readonly listTopic?: string;
  /** Only entries for this cause; all of that scope without it, but complaints and hard bounces. */
  readonly cause?: SuppressionCause;
  /** Without a cause: complaints and hard bounces go, too. */
  readonly graveToo?: boolean;
  readonly method: SuppressionMethod;
  readonly at: number;
  readonly detail?: string;
  readonly evidence?: Evidence;
}

export interface SuppressionPage {
  readonly entries: readonly Suppression[];
  /** Hand it back for the next page; undefined after the last. */
  readonly next?: string;
}

/**
 * Addresses are compared by `addressKey`, hashed with a key of the app to 16 bytes, so the same lookup serves entries of
 * erased people. An address is held by entries for itself and for its whole domain. In an app that folds addresses
 * `find`, `remove`, `history` and `erase` mean the entries of all spellings of a mailbox (`foldAddress`), whenever they
 * were made; in any other app those of the one spelling. The domain's entries are only ever found.
 */
export interface SuppressionList {
  /**
   * Those added now; an entry that was there already (same address, topic, cause) is left alone, but replaced by one
   * that holds for longer. For somebody who was erased only hash, scope, cause, method and times are kept. Throws
   * EmailError `bad-time` for an entry that must not expire, and adds none then.
   */
  add(entries: readonly NewSuppression[]): Promise<readonly NewSuppression[]>;
  /**
   * True if something was removed. Of that scope alone: without a topic, what holds for the whole app. Complaints and
   * hard bounces stay unless they are named, so that one which comes in meanwhile outlives the removal of another.
   */
  remove(removal: Removal): Promise<boolean>;
  /**
   * Entries that hold each address at this time, by address as given; addresses without entries are left out. Answers
   * at once, without asking the store, when the filter in memory knows that there is none. Rejects when the list
   * cannot be read: nobody may be mailed then (fail closed).
   */
  find(addresses: readonly string[], now: number): Promise<ReadonlyMap<string, readonly Suppression[]>>;
  history(address: string): Promise<readonly SuppressionEvent[]>;
  list(options: { readonly limit: number; readonly after?: string }): Promise<SuppressionPage>;
  /** Forgets who it was and keeps holding them; true if they were on the list. */
  erase(address: string, at: number): Promise<boolean>;
  count(): Promise<number>;
  /** Deletes expired entries, and evidence older than `evidenceBefore`. */
  prune(now: number, evidenceBefore: number): Promise<void>;
  /** One load at a time: throws EmailError `import-running`, retryable, for a second one. `at` is in ms since the epoch. */
  startImport(at: number): Promise<SuppressionImport>;
}
