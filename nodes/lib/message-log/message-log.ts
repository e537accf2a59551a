/** The app's mails as a person looks for them: by whom, by what, by when; and each with all that happened to it. */
import type { MailContent, Values } from '../mail/mail-content.ts';
import type { PartRecord, PartState } from '../outbound/outbox.ts';

export interface MessageQuery {
  /** A whole address, in any spelling of its case. */
  readonly recipient?: string;
  /** Email id, request id, Message-ID (with or without brackets), the provider's id or a correlation id. */
  readonly id?: string;
  /** Text that the subject contains, whatever its case. */
  readonly subject?: string;
  readonly states?: readonly PartState[];
  /** Accepted from then on, and before then (ms since the epoch). */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

/**
 * Newest first. What is sealed can only be compared by opening it: a page looks at a limited number of mails, and may
 * hold none and still have a next one.
 */
export interface MessagePage {
  readonly messages: readonly PartRecord[];
  readonly next?: string;
  /** Accepted when (ms since the epoch): how far back this page has looked, if there is a next. */
  readonly lookedBackTo?: number;
  /** On the first page: copies of mailings that the query could mean, and that are listed once it is their turn to leave. */
  readonly notDrawn?: number;
}

/** One thing that happened; oldest first. `type` is that of an event, or a state of the part. */
export interface TimelineEntry {
  /** ms since the epoch */
  readonly at: number;
  readonly type: string;
  readonly recipient?: string;
  readonly code?: string;
  /** One line. */
  readonly reason?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What a copy was made of: `composed` anew, it is the mail that was sent, but for signature and dates. */
export interface KeptMessage {
  readonly record: PartRecord;
  readonly recipients: readonly string[];
  readonly content: MailContent;
  readonly values: Values;
}

export interface MessageLog {
  /** Throws EmailError `bad-query` naming the field. */
  search(query: MessageQuery): Promise<MessagePage>;
  /** Undefined when no such mail is kept. */
  timeline(partId: string): Promise<readonly TimelineEntry[] | undefined>;
  /** Undefined when no such mail is kept; `content-gone` when its retention for bodies has ended. */
  open(partId: string): Promise<KeptMessage | undefined>;
  /**
   * Forgets what mails said where all copies of a request were settled before, and none is `unknown`: of these requests,
   * or of all.
   */
  forgetContents(before: number, requestIds?: readonly string[]): Promise<void>;
}
