import type { Mailbox } from './mailbox.ts';

/** Plain values for placeholders: strings, numbers, booleans, and lists and records of them. */
export type Values = Readonly<Record<string, unknown>>;

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Content-ID of an inline image, without angle brackets. */
  readonly cid?: string;
}

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/**
 * Everything that the copies of one message share. Stored once in the outbox, as bytes.
 * `templated` parts hold placeholders; the others are sent as they are.
 */
export interface MailContent {
  readonly from: Mailbox;
  readonly replyTo: readonly Mailbox[];
  /** Visible To and Cc when one message goes to all, or when personal copies keep the full list visible. */
  readonly visibleTo?: readonly Mailbox[];
  readonly visibleCc: readonly Mailbox[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly templated: boolean;
  /** Values for every copy; a copy's own values win. */
  readonly values: Values;
  readonly attachments: readonly Attachment[];
  readonly headers: readonly HeaderField[];
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  readonly priority: Priority;
  /** Set when each reader gets a way out of their own; then every recipient has a copy of their own. */
  readonly unsubscribe?: UnsubscribeOffer;
  /** Everybody in To, when Cc and Bcc recipients get copies of their own. */
  readonly primaries?: readonly Mailbox[];
  /** What the route is to track; only on a route that can. */
  readonly tracking?: Tracking;
  /** Set on automatic answers (RFC 3834): Auto-Submitted and X-Auto-Response-Suppress are written. */
  readonly autoSubmitted?: 'auto-generated' | 'auto-replied';
}

/** Undefined leaves it to the route's own settings. */
export interface Tracking {
  readonly opens?: boolean;
  readonly clicks?: boolean;
}

/** How readers of a message leave. What is not given for the message itself is the app's own. */
export interface UnsubscribeOffer extends UnsubscribeChoice {
  /** List-Unsubscribe and List-Unsubscribe-Post are written. */
  readonly headers: boolean;
}

/** Given for one message instead of what the app has. */
export interface UnsubscribeChoice {
  /** `https://…`, the same for every reader. */
  readonly url?: string;
  readonly mailto?: string;
  /** Subject of a mail to that address. */
  readonly subject?: string;
}

export type Priority = 'high' | 'normal' | 'low';
export type MessageClass = 'transactional' | 'marketing';

/** What is particular to one copy. */
export interface MailCopy {
  /** Without angle brackets, `<left>@<our domain>`; stays the same over all attempts. */
  readonly messageId: string;
  /** Date header, ms since the epoch: when the mail was to leave; the same over all attempts. */
  readonly date: number;
  /** The To header of this copy, unless the content has `visibleTo`. */
  readonly to: Mailbox;
  readonly values: Values;
  /** Further header fields of this copy, e.g. List-Unsubscribe; placed before the content's own. */
  readonly headers: readonly HeaderField[];
}
