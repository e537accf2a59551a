/** Counts of events by their type come in; what a person is told of them goes out. */
import type { EmailEvent, EventType } from '../event/event-log.ts';
import { type HourTally, type Tallied, type Tally, tallied } from './event-tally.ts';

export interface EventCount {
  readonly type: EventType;
  readonly count: number;
}

const meanings: Partial<Readonly<Record<EventType, Tallied>>> = {
  'email.sent': 'sent',
  'email.delivered': 'delivered',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
  'unsubscribe.added': 'unsubscribed',
  'email.failed': 'failed',
  'email.rejected': 'failed',
  'email.expired': 'failed',
  'email.suppressed': 'suppressed',
  'email.opened': 'opened',
  'email.clicked': 'clicked',
  'inbound.received': 'received',
};

/**
 * A bounce that matches no mail of ours may be made up by anybody; a report that a mail was no spam is no complaint; and
 * whom a bounce, a person here or an imported list put on the suppression list has not left by themselves.
 */
export function isTallied({ type, detail = {} }: Pick<EmailEvent, 'type' | 'detail'>): boolean {
  const { matched, feedbackType, method, cause = 'unsubscribe' } = detail;
  if (type === 'unsubscribe.added') return method !== 'import' && cause === 'unsubscribe';
  return matched !== false && feedbackType !== 'not-spam';
}

export const emptyTally = Object.fromEntries(tallied.map((name) => [name, 0])) as Tally;

export function tallyEvents(counts: Iterable<EventCount>): Tally {
  const tally: Record<Tallied, number> = { ...emptyTally };
  for (const { type, count } of counts) {
    const name = meanings[type];
    if (name) tally[name] += count;
  }
  return tally;
}

/** `rows` are in the order of their hours; hours in which nothing of it happened are left out. */
export function tallyHours(rows: readonly (EventCount & { readonly hour: number })[]): HourTally[] {
  const hours = new Map<number, EventCount[]>();
  for (const { hour, ...count } of rows) {
    if (!meanings[count.type]) continue;
    hours.set(hour, [...(hours.get(hour) ?? []), count]);
  }
  return [...hours].map(([hour, counts]) => ({ hour, counts: tallyEvents(counts) }));
}

export function addTallies(tallies: Iterable<Tally>): Tally {
  const sum: Record<Tallied, number> = { ...emptyTally };
  for (const tally of tallies) for (const name of tallied) sum[name] += tally[name];
  return sum;
}
