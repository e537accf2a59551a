/** A change of the suppression list in; the event that tells of it out. */
import type { NewEvent } from '../event/event-log.ts';
import type { SuppressionCause } from '../suppression/suppression-list.ts';
import type { PostedRemoval } from './suppression-changes.ts';
import type { Imported } from './suppression-import-operations.ts';
import type { PostedEntry } from './suppression-rows.ts';

/** Nothing tells who it is about once they were erased. */
export function additionEvent(entry: PostedEntry, ofErased: boolean): NewEvent {
  const { at, listTopic, method, cause, expiresAt } = entry;
  const who = ofErased ? {} : { recipient: entry.address, emailId: entry.emailId };
  return { type: 'unsubscribe.added', at, ...who, listTopic, detail: { method, cause, expiresAt } };
}

export function removalEvent(removal: PostedRemoval, causes: readonly SuppressionCause[]): NewEvent {
  const { at, address: recipient, listTopic, method } = removal;
  return { type: 'unsubscribe.removed', at, recipient, listTopic, detail: { method, causes } };
}

/** One for the whole load, which may be millions. */
export function importEvent({ at, added }: Imported): NewEvent {
  return { type: 'unsubscribe.added', at, detail: { method: 'import', added } };
}
