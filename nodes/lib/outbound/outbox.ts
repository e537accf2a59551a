import { errorSentences } from '../kernel/error-sentences.ts';
import type { Notes } from '../kernel/notes.ts';
import type { MailContent, MessageClass, Priority, Values } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Notify } from '../mail/notify.ts';
import type { Idempotency } from '../request/idempotency.ts';
import type { DeliveryRecord } from './delivery-records.ts';

/**
 * The durable queue of one app. Everything a promise here resolves for is on disk (fsync).
 *
 * A request is what one input message asked for; it has one or more parts, one per copy of the mail.
 * States of a part:
 *
 *   held ──► queued ──► sending ──► sent | failed | suppressed | expired | cancelled | unknown
 *              ▲            │
 *              └── later ───┘
 *
 * `held`: waits until the copy that carries the Cc and Bcc recipients was really sent. `sending`: claimed, in the
 * hands of the transport. A part found `sending` when the store is opened was cut off by a crash: it is `unknown`.
 */
export type PartState = 'held' | 'queued' | 'sending' | FinalState;
export type FinalState = 'sent' | 'failed' | 'suppressed' | 'expired' | 'cancelled' | 'unknown';

export interface NewRequest {
  readonly id: string;
  /** Id of the node that asked; its results go there. */
  readonly node: string;
  /** True if each part's result is to be handed to the flow ("reply when sent"). */
  readonly reports: boolean;
  /** JSON text of the user's message for a result after a restart, at most 64 KB. */
  readonly message?: string;
  readonly content: MailContent;
  readonly messageClass: MessageClass;
  readonly listTopic?: string;
  readonly callbackData?: string;
  readonly notify?: Notify;
  readonly priority: Priority;
  /** ms since the epoch */
  readonly acceptedAt: number;
  readonly dueAt: number;
  readonly expiresAt?: number;
  readonly idempotency?: Idempotency;
  readonly parts: readonly NewPart[];
}

export interface NewPart {
  /** The email id that users see. */
  readonly id: string;
  readonly to: Mailbox;
  /** RCPT TO of this copy without the riders. */
  readonly recipients: readonly string[];
  /** Cc and Bcc addresses that ride on this copy; see `held`. At most one part of a new request has them. */
  readonly riders: readonly string[];
  readonly values: Values;
  /** The subject as filled in for this copy, where that differs from the content's. */
  readonly subject?: string;
  readonly correlationId?: string;
  readonly messageId: string;
}

export type Acceptance =
  | { readonly kind: 'accepted' }
  /** The idempotency key is known with the same fingerprint: the first request's parts as they stand now. */
  | { readonly kind: 'repeated'; readonly requestId: string; readonly parts: readonly PartRecord[] };

/** A claimed part: everything needed to hand it over except its content. */
export interface OutboxEntry {
  readonly part: NewPart;
  readonly requestId: string;
  /** Key for `content()`; the same for all parts of a request. */
  readonly contentId: number;
  /** The From address. */
  readonly sender: string;
  readonly messageClass: MessageClass;
  readonly listTopic?: string;
  /** When it was to leave at the earliest: on acceptance, or at the time the request set (ms since the epoch). */
  readonly startsAt: number;
  readonly expiresAt?: number;
  /** How often it was handed over before this time. */
  readonly attempts: number;
  /** As the last `later` settlement said; `part.recipients` are the rest then. */
  readonly partlyTaken?: boolean;
}

export interface RefusedRecipient {
  readonly address: string;
  readonly code: string;
  readonly reason: string;
  /** RFC 3463, e.g. `5.1.1`, if the server gave one. */
  readonly enhancedStatus?: string;
}

/** What became of a claimed part. */
export interface Settlement {
  readonly partId: string;
  readonly at: number;
  readonly state: FinalState | 'later';
  readonly code: string;
  readonly reason: string;
  readonly providerMessageId?: string;
  /** With `sent`: the Message-ID that readers see, where the route replaced ours. */
  readonly messageId?: string;
  readonly refused?: readonly RefusedRecipient[];
  /** With `later`: when to try again (ms since the epoch). */
  readonly dueAt?: number;
  /** With `later`: recipients still to be served, when some were already taken. */
  readonly recipients?: readonly string[];
  /** With `recipients`: true if some of the part's own recipients (not only riders) were taken; kept for the next claim. */
  readonly partlyTaken?: boolean;
  /** False when the mail was not handed over at all, so that no attempt is counted (expired, suppressed, paused). */
  readonly attempted: boolean;
  /** RFC 3463, of the answer that `code` and `reason` are about. */
  readonly enhancedStatus?: string;
  /** Its envelope sender was that of this copy alone (VERP): what comes back without that tag is no bounce of it. */
  readonly tagged?: boolean;
}

/** One part and its fate, as results and listings show it. */
export interface PartRecord {
  readonly id: string;
  readonly requestId: string;
  readonly node: string;
  /** As in NewRequest. */
  readonly reports: boolean;
  /** Position among the request's parts, from 0, and their number. */
  readonly index: number;
  readonly count: number;
  readonly state: PartState;
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly subject: string;
  readonly messageClass: MessageClass;
  readonly listTopic?: string;
  readonly messageId: string;
  readonly providerMessageId?: string;
  readonly correlationId?: string;
  readonly callbackData?: string;
  readonly notify?: Notify;
  readonly code: string;
  readonly reason: string;
  readonly refused: readonly RefusedRecipient[];
  readonly attempts: number;
  readonly acceptedAt: number;
  readonly settledAt?: number;
  /** As in Settlement, of the last attempt. */
  readonly enhancedStatus?: string;
  readonly tagged?: boolean;
  /** What was told of it afterwards, if anything; only from `find`. */
  readonly deliveries?: readonly DeliveryRecord[];
}

/** A settled part whose result the flow has not had yet, with the message to rebuild it from. */
export interface UnreportedPart {
  readonly record: PartRecord;
  readonly message?: string;
}

export interface OutboxCounts {
  /** Due now and not yet claimed. */
  readonly waiting: number;
  /** Due later: send-at and retries. */
  readonly scheduled: number;
  readonly sending: number;
  readonly unknown: number;
  /** Due time of the oldest waiting part, ms since the epoch. */
  readonly oldestDueAt?: number;
  /** When the next scheduled part becomes due. */
  readonly nextDueAt?: number;
}

/** ms since the epoch: as far ahead as a Date goes. */
export const endOfTime = 8.64e15;

/** Stands for a class where a domain's name is asked for: no domain has a colon. */
export function classPause(messageClass: MessageClass): string {
  return `class:${messageClass}`;
}

/** Of parts whose fate somebody found out, see `Outbox.resolve`. */
export const foundOut = {
  sent: { code: 'sent', reason: 'somebody looked into it: the mail was sent' },
  failed: { code: 'not-sent', reason: errorSentences['not-sent'] },
} as const;

export interface Outbox extends Notes {
  /** All parts or none. Throws `idempotency-conflict`; `queue-full` beyond `maxWaiting` unsettled parts; `disk-full`. */
  accept(request: NewRequest): Promise<Acceptance>;
  /** Marks up to `limit` due parts as sending, high priority first, then by due time; skips paused domains. */
  claim(limit: number, now: number): Promise<OutboxEntry[]>;
  content(contentId: number): Promise<MailContent>;
  /** Records outcomes and returns the records of the parts now final, in the order given. */
  settle(settlements: readonly Settlement[]): Promise<PartRecord[]>;
  /** Cancels parts that are held or queued; returns the records of those cancelled. */
  cancel(partIds: readonly string[], now: number): Promise<PartRecord[]>;
  /** Puts `unknown` parts back into the queue, with the same Message-ID; returns how many. */
  resend(partIds: readonly string[], now: number): Promise<number>;
  /** Parts that are queued for later are due now; returns how many. */
  retryNow(partIds: readonly string[], now: number): Promise<number>;
  /** Settles `unknown` parts as somebody found out, `failed` ones with the code `not-sent`; returns their records. */
  resolve(partIds: readonly string[], as: 'sent' | 'failed', now: number): Promise<PartRecord[]>;
  /** Settled parts of a node's reporting requests that were not marked reported, oldest first. */
  unreported(node: string, limit: number): Promise<UnreportedPart[]>;
  /** Marks results as handed to the flow. */
  markReported(partIds: readonly string[]): Promise<void>;
  /** A part by its email id. */
  find(partId: string): Promise<PartRecord | undefined>;
  /** Parts of a request from a place on, in their order; without the copies of a mailing that were not drawn yet. */
  partsOf(requestId: string, from: number, limit: number): Promise<PartRecord[]>;
  counts(now: number): Promise<OutboxCounts>;
  /** No part to a recipient of this domain, or of the class that `classPause` names, is claimed before `until` (ms since the epoch). */
  pauseDomain(domain: string, until: number, reason: string): Promise<void>;
  /** Deletes requests settled before `before`, reported or not, and idempotency keys older than `keysBefore`. */
  prune(before: number, keysBefore: number): Promise<number>;
  close(): Promise<void>;
}
