/** Keeps an app's store small: what is older than its settings say is deleted at the start and every hour. */

import type { SoftBounceTally } from '../event/automatic-suppression.ts';
import type { EventLog } from '../event/event-log.ts';
import type { InboundQueue } from '../inbound/inbound-queue.ts';
import type { KeptMails } from '../inbound/kept-mails.ts';
import type { NoticeBox } from '../inbound/ses/notice-box.ts';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { AccessLog } from '../message-log/access-log.ts';
import type { EventTally } from '../message-log/event-tally.ts';
import type { MessageLog } from '../message-log/message-log.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import type { WebhookQueue } from '../webhook/webhook-queue.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** Longer than any source tells of a mail again. */
const sourceKeyDays = 30;
/** A queue of SQS tells a notice for no more than 14 days. */
const noticeDays = 15;
const deadWebhookDays = 30;
const tallyDays = 400;

export interface Pruning {
  readonly outbox: Pick<Outbox, 'prune'>;
  readonly suppressions: Pick<SuppressionList, 'prune'>;
  readonly events: Pick<EventLog, 'prune'>;
  readonly tally?: Pick<EventTally, 'prune'>;
  readonly messageLog?: Pick<MessageLog, 'forgetContents'>;
  readonly accessLog?: Pick<AccessLog, 'prune'>;
  readonly softBounces: Pick<SoftBounceTally, 'prune'>;
  readonly notices?: Pick<NoticeBox, 'prune'>;
  readonly inbound: Pick<InboundQueue, 'prune' | 'forgetWaiting'>;
  readonly kept?: Pick<KeptMails, 'prune'>;
  readonly webhooks: Pick<WebhookQueue, 'prune'>;
  readonly clock: Clock;
  /** Nothing is deleted while it is not. */
  readonly isClockSteady: () => boolean;
  readonly settings: Pick<AppSettings, 'delivery' | 'unsubscribe' | 'events' | 'inbound'>;
  readonly onTrouble: (error: EmailError) => void;
}

/** The returned function ends it. */
export function pruneRegularly(pruning: Pruning): () => void {
  const { outbox, suppressions, events, softBounces, notices, inbound, webhooks, tally, kept } = pruning;
  const { messageLog, accessLog, clock, isClockSteady, settings, onTrouble } = pruning;
  const { delivery, unsubscribe } = settings;
  const openedAt = clock.now();
  const tell = (thrown: unknown): void => {
    const error = asEmailError(thrown);
    // Closed in the middle: the next start prunes again.
    if (error.code !== 'app-closed') onTrouble(error);
  };
  /** Not at the start: nodes that were away with the whole program take in their mails in a moment. */
  const forgetWaiting = async (): Promise<void> => {
    const { setAsideDays: days } = settings.inbound;
    const count = await inbound.forgetWaiting(clock.now() - days * day);
    if (count > 0) onTrouble(new EmailError('mails-forgotten', { detail: { count, days } }));
  };
  let stop = (): void => {};
  const prune = (): void => {
    const now = clock.now();
    outbox.prune(now - delivery.keepDays * day, now - delivery.keyDays * day).catch(tell);
    suppressions.prune(now, now - unsubscribe.evidenceDays * day).catch(tell);
    events.prune(now - settings.events.keepDays * day).catch(tell);
    accessLog?.prune(now - delivery.keepDays * day).catch(tell);
    if (delivery.contentDays < delivery.keepDays)
      messageLog?.forgetContents(now - delivery.contentDays * day).catch(tell);
    tally?.prune(now - tallyDays * day).catch(tell);
    softBounces.prune(now - (settings.events.softBounces?.days ?? 0) * day).catch(tell);
    kept?.prune(now - settings.inbound.keepDays * day).catch(tell);
    inbound.prune(now - sourceKeyDays * day, now - settings.inbound.setAsideDays * day).catch(tell);
    notices?.prune(now - noticeDays * day, now - settings.inbound.setAsideDays * day).catch(tell);
    // by then every endpoint that still is there has been opened
    if (now >= openedAt + hour) webhooks.prune(now - deadWebhookDays * day).catch(tell);
  };
  const pruneHourly = (): void => {
    stop = clock.after(hour, () => {
      if (isClockSteady()) {
        prune();
        forgetWaiting().catch(tell);
      }
      pruneHourly();
    });
  };
  prune();
  pruneHourly();
  return () => stop();
}
