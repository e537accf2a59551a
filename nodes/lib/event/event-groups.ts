/** The types of events as people choose among them. */
import type { EventType } from './event-log.ts';

export const eventGroups: Readonly<Record<'mail' | 'reader' | 'list' | 'app', readonly EventType[]>> = {
  mail: [
    'email.queued',
    'email.sent',
    'email.delivered',
    'email.delayed',
    'email.bounced',
    'email.rejected',
    'email.failed',
    'email.suppressed',
    'email.expired',
  ],
  reader: ['email.complained', 'email.opened', 'email.clicked'],
  list: ['unsubscribe.added', 'unsubscribe.removed'],
  app: [
    'inbound.received',
    'app.token-renewal-failed',
    'app.domain-verified',
    'app.domain-failed',
    'app.paused',
    'webhook.exhausted',
    'webhook.disabled',
  ],
};

/** Who only looks makes the most events, and a scanner makes them, too. */
const seldomWanted: readonly EventType[] = ['email.opened', 'email.clicked'];

/** What a reader gets unless it chooses. */
export const usualTypes: readonly EventType[] = Object.values(eventGroups)
  .flat()
  .filter((type) => !seldomWanted.includes(type));
