/** What happened to the app's mail, in its order, kept for as long as the settings say. */
import type { Notify } from '../mail/notify.ts';

export const eventTypes = [
  'email.queued',
  'email.sent',
  'email.delivered',
  'email.delayed',
  'email.bounced',
  'email.complained',
  'email.opened',
  'email.clicked',
  'email.rejected',
  'email.failed',
  'email.suppressed',
  'email.expired',
  'inbound.received',
  'unsubscribe.added',
  'unsubscribe.removed',
  'app.token-renewal-failed',
  'app.domain-verified',
  'app.domain-failed',
  'app.paused',
  'webhook.exhausted',
  'webhook.disabled',
] as const;

export type EventType = (typeof eventTypes)[number];

export interface EmailEvent {
  /** Unique; the same on every delivery of this event. */
  readonly id: string;
  readonly type: EventType;
  /** ms since the epoch: when it happened, as far as that is known. */
  readonly at: number;
  /** Name of the app. */
  readonly app: string;
  readonly emailId?: string;
  readonly recipient?: string;
  readonly from?: string;
  readonly class?: 'transactional' | 'marketing';
  readonly listTopic?: string;
  readonly correlationId?: string;
  readonly callbackData?: string;
  /** Where the request that asked for the mail wants to hear of it. */
  readonly notify?: Notify;
  /** Our code, as in results. */
  readonly code?: string;
  /** `smtp`, `ses`, `imap`, … */
  readonly provider?: string;
  /** Small, JSON; never a body or a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export type NewEvent = Omit<EmailEvent, 'app' | 'id'> & {
  /** The same fact told twice (an SNS notice delivered again) is kept once under one key. */
  readonly key?: string;
};

export interface EventPage {
  readonly events: readonly EmailEvent[];
  /** The position of each of them. */
  readonly positions: readonly string[];
  /** Where to read on, though none of it may have been wanted; undefined when there was nothing. */
  readonly position: string | undefined;
}

export interface EventLog {
  /** On disk when it resolves; answers those that were new. */
  append(events: readonly NewEvent[]): Promise<readonly EmailEvent[]>;
  /** In order, after a position; `position` is opaque and grows. */
  read(options: {
    readonly after?: string;
    readonly types?: readonly EventType[];
    readonly limit: number;
  }): Promise<EventPage>;
  /** How far a reader (an email-event node) has come; undefined for a new one, which begins at the end. */
  position(reader: string): Promise<string | undefined>;
  setPosition(reader: string, position: string): Promise<void>;
  /** Newest position. */
  end(): Promise<string | undefined>;
  /** Called after events were appended, by whichever room. */
  onAppended(listener: () => void): () => void;
  prune(before: number): Promise<void>;
}
