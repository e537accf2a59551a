/** A change of the suppression list in; the event that tells of it, and of the mail that led to it, is written. */
import { factsOfMail } from './event-rows.ts';
import { eventWriting } from './event-writing.ts';
import type { StoreContext } from './store-context.ts';
import type { PostedRemoval, RemovedEntry } from './suppression-changes.ts';
import type { Imported } from './suppression-import-operations.ts';
import { mailOfRemoval, newsOfEntry, newsOfImport, newsOfRemoval } from './suppression-news.ts';
import type { PostedEntry } from './suppression-rows.ts';

export interface SuppressionTelling {
  /** Nothing tells who it is about once they were erased. */
  added(entry: PostedEntry, ofErased: boolean): void;
  removed(removal: PostedRemoval, entries: readonly RemovedEntry[]): void;
  imported(load: Imported): void;
}

export function suppressionTelling(context: StoreContext): SuppressionTelling {
  const write = eventWriting(context);
  const factsOf = factsOfMail(context);
  return {
    added(entry, ofErased) {
      if (ofErased) write(newsOfEntry(entry, undefined));
      else write(newsOfEntry(entry, factsOf(entry.emailId)), entry.hash);
    },
    removed(removal, entries) {
      write(newsOfRemoval(removal, entries, factsOf(mailOfRemoval(entries))), removal.hash);
    },
    imported({ at, added }) {
      write(newsOfImport(at, added));
    },
  };
}
