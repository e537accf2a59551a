/** A change of the suppression list in; the event that tells of it, and of the mail that led to it, is written. */
import type { DatabaseSync } from 'node:sqlite';
import { factsOfMail } from './event-rows.ts';
import { eventWriting } from './event-writing.ts';
import type { PostedRemoval, RemovedEntry } from './suppression-changes.ts';
import type { Imported } from './suppression-import-operations.ts';
import type { PostedEntry } from './suppression-rows.ts';

export interface SuppressionTelling {
  /** Nothing tells who it is about once they were erased. */
  added(entry: PostedEntry, ofErased: boolean): void;
  removed(removal: PostedRemoval, entries: readonly RemovedEntry[]): void;
  /** One for the whole load, which may be millions. */
  imported(load: Imported): void;
}

export function suppressionTelling(database: DatabaseSync): SuppressionTelling {
  const write = eventWriting(database);
  const factsOf = factsOfMail(database);
  return {
    added(entry, ofErased) {
      const { at, address: recipient, emailId, listTopic, method, cause, expiresAt } = entry;
      const who = ofErased ? {} : { ...factsOf(emailId), recipient, emailId };
      const detail = { method, cause, expiresAt };
      write({ ...who, type: 'unsubscribe.added', at, listTopic, detail }, ofErased ? undefined : entry.hash);
    },
    removed({ at, address: recipient, listTopic, method, hash }, entries) {
      const emailId = entries.find(({ email_id }) => email_id !== null)?.email_id ?? undefined;
      const who = { ...factsOf(emailId), recipient, emailId };
      const detail = { method, causes: entries.map(({ cause }) => cause) };
      write({ ...who, type: 'unsubscribe.removed', at, listTopic, detail }, hash);
    },
    imported({ at, added }) {
      write({ type: 'unsubscribe.added', at, detail: { method: 'import', added } });
    },
  };
}
