/** A change of the suppression list in; the event that tells of it out. */
import type { EmailEvent, NewEvent } from '../event/event-log.ts';
import type { NewSuppression, Removal, SuppressionCause } from '../suppression/suppression-list.ts';

/** What the mail that led to a change says about itself. */
type MailFacts = Partial<EmailEvent>;

/** `facts` undefined: they were erased, and nothing tells who it is about. */
export function newsOfEntry(entry: NewSuppression, facts: MailFacts | undefined): NewEvent {
  const { at, address: recipient, emailId, listTopic, method, cause, expiresAt } = entry;
  const who = facts && { ...facts, recipient, emailId };
  return { ...who, type: 'unsubscribe.added', at, listTopic, detail: { method, cause, expiresAt } };
}

/** An entry that went. */
export interface GoneEntry {
  readonly cause: SuppressionCause;
  /** Of the mail that had led to it. */
  readonly email_id: string | null;
}

/** The mail that the entries of a removal name. */
export function mailOfRemoval(entries: readonly GoneEntry[]): string | undefined {
  return entries.find(({ email_id }) => email_id !== null)?.email_id ?? undefined;
}

export function newsOfRemoval(removal: Removal, entries: readonly GoneEntry[], facts: MailFacts): NewEvent {
  const { at, address: recipient, listTopic, method } = removal;
  const who = { ...facts, recipient, emailId: mailOfRemoval(entries) };
  const detail = { method, causes: entries.map(({ cause }) => cause) };
  return { ...who, type: 'unsubscribe.removed', at, listTopic, detail };
}

/** One for the whole load, which may be millions. */
export function newsOfImport(at: number, added: number): NewEvent {
  return { type: 'unsubscribe.added', at, detail: { method: 'import', added } };
}
