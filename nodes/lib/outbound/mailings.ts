import type { Values } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Acceptance, NewRequest } from './outbox.ts';

/** From here on a list of recipients makes a mailing; below, each copy is a row of the outbox at once. */
export const mailingFrom = 1000;
/** Recipients of one mailing at most. */
export const mailingLimit = 5_000_000;

/**
 * One message to very many. Its copies lie in a file until it is their turn: then each is drawn, and is a part of the
 * outbox like any other, with the id that `copyId` gives. So neither the memory nor the outbox grows with the list.
 *
 *   draft ──► accepted ──► drawn copy by copy ──► gone
 *     └────► dropped (also by a crash)
 */
export interface Mailings {
  /** `requestId` names it; nothing of it outlives a crash before it is accepted. */
  draft(requestId: string): MailingDraft;
}

export interface MailingDraft {
  /** Takes further copies, in their order. Throws `disk-full`, `store-unavailable`. */
  write(copies: readonly MailingCopy[]): Promise<void>;
  /** All that was written is on disk, and is sent from now on. Throws as `Outbox.accept` does; a repeated one lists no parts. */
  accept(request: MailingRequest): Promise<Acceptance>;
  drop(): Promise<void>;
}

export type MailingRequest = Omit<NewRequest, 'parts'>;

/** What a copy has of its own: the reader, and what differs from the request. */
export interface MailingCopy {
  readonly to: Mailbox;
  readonly values: Values;
  readonly subject?: string;
  readonly correlationId?: string;
}
