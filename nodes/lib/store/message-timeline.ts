/** A copy of a mail comes in by its row; what happened to it goes out, in its order and each fact once. */
import { type EventType, eventTypes } from '../event/event-log.ts';
import { addressKey } from '../mail/address.ts';
import type { TimelineEntry } from '../message-log/message-log.ts';
import type { DeliveryRecord } from '../outbound/delivery-records.ts';
import type { PartRecord } from '../outbound/outbox.ts';

/** An event of the log, opened. */
export interface ToldEvent {
  readonly at: number;
  readonly type: EventType;
  readonly recipient?: string;
  readonly code?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface Told {
  readonly record: PartRecord;
  /** When it was to leave at the earliest, and when it is to be tried again. */
  readonly startsAt: number;
  readonly dueAt: number;
  readonly events: readonly ToldEvent[];
  readonly deliveries: readonly DeliveryRecord[];
}

export function timelineOf({ record, startsAt, dueAt, events, deliveries }: Told): TimelineEntry[] {
  const isNews = ({ at, type }: ToldEvent) => !(type === 'email.failed' && at === record.settledAt);
  const told = events.filter(isNews).map(eventEntry);
  const further = deliveries.map(deliveryEntry).filter((entry) => !told.some((one) => isSame(one, entry)));
  const entries = [accepted(record, startsAt), ...told, ...further, fate(record, dueAt)];
  return entries.sort((one, other) => one.at - other.at);
}

function accepted({ acceptedAt }: PartRecord, startsAt: number): TimelineEntry {
  return { at: acceptedAt, type: 'email.queued', ...(startsAt > acceptedAt && { detail: { startsAt } }) };
}

/** How it stands: its end, or when it is its turn. */
function fate(record: PartRecord, dueAt: number): TimelineEntry {
  const { state, settledAt, code, reason, attempts, messageId, providerMessageId, enhancedStatus } = record;
  const type = `email.${state}`;
  const { refused } = record;
  return {
    at: settledAt ?? Math.max(dueAt, record.acceptedAt),
    type: settledAt !== undefined && isEventType(type) ? type : state,
    ...(code !== '' && { code }),
    ...(reason !== '' && { reason }),
    detail: {
      attempts,
      ...(settledAt !== undefined && { messageId }),
      ...(providerMessageId !== undefined && { providerMessageId }),
      ...(enhancedStatus !== undefined && { enhancedStatus }),
      ...(refused.length > 0 && { refused }),
    },
  };
}

function eventEntry({ at, type, recipient, code, detail }: ToldEvent): TimelineEntry {
  const { reason, ...others } = detail ?? {};
  return {
    at,
    type,
    ...(recipient !== undefined && { recipient }),
    ...(code !== undefined && { code }),
    ...(typeof reason === 'string' && reason !== '' && { reason }),
    ...(Object.keys(others).length > 0 && { detail: others }),
  };
}

function deliveryEntry({ at, state, recipient, reason }: DeliveryRecord): TimelineEntry {
  const type = `email.${state}`;
  return { at, type: isEventType(type) ? type : state, recipient, ...(reason !== '' && { reason }) };
}

/** Whoever told of it told the log and the mail's own record. */
function isSame(one: TimelineEntry, other: TimelineEntry): boolean {
  return one.type === other.type && addressKey(one.recipient ?? '') === addressKey(other.recipient ?? '');
}

function isEventType(type: string): type is EventType {
  return (eventTypes as readonly string[]).includes(type);
}
