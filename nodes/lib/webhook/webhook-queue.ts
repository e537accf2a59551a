/** Webhooks between their acceptance and the receiver's yes: on disk before the wire goes on. */
import type { NewEvent } from '../event/event-log.ts';

export interface NewWebhook {
  /** Unique in its endpoint, the same on every try: the `webhook-id` header, by which a receiver knows a repetition. */
  readonly id: string;
  /** Names the webhook-out node whose settings it is posted with. */
  readonly endpoint: string;
  /** Those of one subject (a mail) are delivered in their order; undefined: whenever. */
  readonly subject?: string;
  /** The event's type, for people. */
  readonly type: string;
  /** The bytes that are signed and posted, as text. */
  readonly body: string;
  /** Where it goes, if not to the endpoint's own URL (a mail's notifyUrl). */
  readonly target?: WebhookTarget;
  /** Address of whom it is about, to be forgotten with them. A hash of it is kept. */
  readonly person?: string;
  /** JSON text of the message that brought it, for its result after a restart (`messageSnapshot`). */
  readonly message?: string;
  /** ms since the epoch */
  readonly acceptedAt: number;
}

export interface WebhookTarget {
  readonly url: string;
  /** Names a stored authorization of the node. */
  readonly authId?: string;
}

export interface QueuedWebhook extends NewWebhook {
  /** Tries before this one. */
  readonly attempts: number;
  /** ms since the epoch: when it was accepted, or a person had it delivered again. */
  readonly since: number;
}

/** What became of a claimed webhook. `later` at a time in ms since the epoch; `dead`: kept for a person. */
export type WebhookOutcome =
  | { readonly id: string; readonly kind: 'delivered' }
  | { readonly id: string; readonly kind: 'later'; readonly dueAt: number; readonly why: string }
  | {
      readonly id: string;
      readonly kind: 'dead';
      readonly at: number;
      readonly code: string;
      readonly why: string;
      /** Written with it, so that neither is there without the other. */
      readonly event?: NewEvent;
    }
  /** Nothing was tried: back to its place, the try not counted; none of its receiver is claimed until then. */
  | { readonly id: string; readonly kind: 'unused'; readonly heldUntil?: number };

export interface ClaimTerms {
  /** Of one receiver at most. */
  readonly each: number;
  /** Receivers (`receiverKey`) of which none are wanted now. */
  readonly except: ReadonlySet<string>;
}

/** One that was given up, as a person sees it. */
export interface DeadWebhook {
  readonly id: string;
  readonly type: string;
  readonly url?: string;
  readonly acceptedAt: number;
  readonly deadAt: number;
  readonly attempts: number;
  readonly code: string;
  readonly why: string;
}

export interface WebhookCounts {
  readonly waiting: number;
  readonly dead: number;
  /** ms since the epoch: of the one that waits longest. */
  readonly oldestAt?: number;
  readonly nextDueAt?: number;
}

export interface WebhookQueue {
  /**
   * Resolves when all are on disk (fsync). An id that is there already, waiting or dead, is not taken again. Throws
   * EmailError `webhook-queue-full` or `disk-full`, both retryable.
   */
  accept(webhooks: readonly NewWebhook[]): Promise<void>;
  /**
   * Those that are due, at most `limit`, fewer if they are large: of each receiver the oldest first, and of all receivers
   * in turn. Of one subject only the first that is neither delivered nor dead, and none while another of it is claimed.
   * Claims do not outlive a restart: the receiver may get it twice, by one id.
   */
  claim(endpoint: string, limit: number, now: number, terms?: ClaimTerms): Promise<readonly QueuedWebhook[]>;
  settle(endpoint: string, outcomes: readonly WebhookOutcome[]): Promise<void>;
  counts(endpoint: string): Promise<WebhookCounts>;
  /** Newest first. */
  listDead(endpoint: string, limit: number): Promise<readonly DeadWebhook[]>;
  /** The body of a dead one, which may be megabytes; undefined if there is none. */
  deadBody(endpoint: string, id: string): Promise<string | undefined>;
  /** All dead ones without ids. Answers how many are due again, with their tries counted anew. */
  redeliver(endpoint: string, now: number, ids?: readonly string[]): Promise<number>;
  forgetDead(endpoint: string, ids: readonly string[]): Promise<void>;
  /** Go: what died before, and what was accepted before for endpoints of which nobody asked since the queue was opened. */
  prune(before: number): Promise<void>;
  /** Called after `accept` or `redeliver` made something due for this endpoint. */
  onArrival(endpoint: string, listener: () => void): () => void;
}
