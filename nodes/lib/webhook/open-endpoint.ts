/** One webhook-out node's webhooks: accepted on disk, posted as its settings say, tried again until taken or given up. */
import type { NewEvent } from '../event/event-log.ts';
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import { EndpointConductor } from './endpoint-conductor.ts';
import type { WebhookPoster } from './webhook-answer.ts';
import type { DeadWebhook, NewWebhook, QueuedWebhook, WebhookQueue } from './webhook-queue.ts';
import type { WebhookResult } from './webhook-result.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** What one try is signed from; `now` in ms since the epoch. */
export interface SigningOrder {
  readonly id: string;
  readonly body: string;
  readonly now: number;
  readonly settings: WebhookSettings;
}

/** What a node hears of its endpoint. */
export interface EndpointHooks {
  /** Delivered or given up, and on disk as such. `webhook.message` is the snapshot it came with. */
  readonly onSettled: (webhook: QueuedWebhook, result: WebhookResult) => void;
  /** The state now, and after changes at most twice a second. */
  readonly onState: (state: EndpointState) => void;
  /** Told once when trouble begins: the store fails, the receiver answered 410. */
  readonly onTrouble: (error: EmailError) => void;
}

export interface EndpointParts extends EndpointHooks {
  readonly settings: WebhookSettings;
  readonly queue: WebhookQueue;
  readonly notes: Notes;
  /** Closed with the endpoint. */
  readonly poster: WebhookPoster;
  /** All headers but Authorization. */
  readonly sign: (order: SigningOrder) => Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly onEvent: (event: NewEvent) => void;
  readonly onClosed: () => void;
}

export interface EndpointState {
  /** Accepted and neither delivered nor given up; as last counted, a second old at most while webhooks move. */
  readonly waiting: number;
  readonly dead: number;
  /** Under way to the receiver. */
  readonly sending: number;
  /** ms since the epoch: of the one that waits longest. */
  readonly oldestAt?: number;
  /** ms since the epoch; undefined while nothing waits for a time. */
  readonly nextAttemptAt?: number;
  /** What the last try that failed came to; undefined once one succeeded. */
  readonly lastFailure?: string;
  /** The receiver answered 410: nothing is posted until `enable`. */
  readonly isDisabled: boolean;
}

export interface WebhookEndpoint {
  /** Resolves when they are on disk. Throws EmailError `webhook-queue-full`, `disk-full`, `store-unavailable`, `app-closed`. */
  accept(webhooks: readonly NewWebhook[]): Promise<void>;
  state(): EndpointState;
  /** After a 410: what waits is posted again. */
  enable(): Promise<void>;
  /** All dead ones without ids; answers how many are tried again. */
  redeliver(ids?: readonly string[]): Promise<number>;
  listDead(limit: number): Promise<readonly DeadWebhook[]>;
  deadBody(id: string): Promise<string | undefined>;
  forgetDead(ids: readonly string[]): Promise<void>;
  /** Begins nothing more and waits for the tries under way, at most 3 s; what is not settled then is tried again later. */
  close(): Promise<void>;
}

export function openEndpoint(parts: EndpointParts): WebhookEndpoint {
  const conductor = new EndpointConductor(parts);
  conductor.wake();
  return conductor;
}
