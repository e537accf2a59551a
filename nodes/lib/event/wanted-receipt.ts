/** An event comes in; whether the request that its mail was asked for by wants to be told of it goes out. Pure. */
import type { ReceiptName } from '../mail/notify.ts';
import type { EmailEvent, EventType } from './event-log.ts';

/**
 * The reference tells three kinds of failure apart by its codes, not by what it did: who asked for one of the three gets
 * each mail that will not arrive.
 */
const failures: readonly ReceiptName[] = ['failed', 'invalid', 'not verified'];

/** `email.queued` and `email.delayed` have no name there: they come where no names were given. */
const receiptsOf: Partial<Readonly<Record<EventType, readonly ReceiptName[]>>> = {
  'email.sent': ['submitted'],
  'email.delivered': ['delivered'],
  'email.opened': ['read'],
  'email.clicked': ['clicked'],
  'email.bounced': ['bounce', 'bounced'],
  'email.complained': ['complaint'],
  'email.failed': failures,
  'email.rejected': failures,
  'email.expired': failures,
  'email.suppressed': failures,
};

/** False for an event without `notify`. */
export function wantsReceipt({ type, notify }: Pick<EmailEvent, 'type' | 'notify'>): boolean {
  if (!notify || !type.startsWith('email.')) return false;
  return !notify.receipts || notify.receipts.some((name) => receiptsOf[type]?.includes(name));
}
