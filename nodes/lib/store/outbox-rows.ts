/** The outbox's rows as the port shows them: claimed entries and records. */
import type { MessageClass, Priority } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { NewPart, OutboxEntry, PartRecord, PartState } from '../outbound/outbox.ts';

/** What a part needs of its request. */
export interface RequestColumns {
  readonly request_id: string;
  readonly node: string;
  readonly reports: number;
  readonly sender: string;
  readonly subject: string;
  readonly message_class: MessageClass;
  readonly list_topic: string | null;
  readonly callback_data: string | null;
  readonly notify: string | null;
  readonly accepted_at: number;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly part_count: number;
}

/** A part with what it needs of its request. Mailboxes, lists and values are JSON text. */
export interface PartRow extends RequestColumns {
  readonly key: number;
  readonly id: string;
  readonly request: number;
  readonly position: number;
  readonly state: PartState;
  readonly recipient: string;
  readonly recipients: string;
  readonly riders: string;
  readonly values: string;
  readonly own_subject: string | null;
  readonly correlation_id: string | null;
  readonly message_id: string;
  readonly provider_message_id: string | null;
  readonly partly_taken: number;
  readonly attempts: number;
  readonly code: string;
  readonly reason: string;
  readonly refused: string;
  readonly settled_at: number | null;
  readonly handed: string | null;
}

/** What is kept of handing a part over, for what is told of it later; see Settlement. */
export interface Handed extends Pick<PartRecord, 'tagged' | 'enhancedStatus'> {
  /** Recipients who had it at an earlier attempt than the last. */
  readonly taken?: readonly string[];
}

export function readHanded({ handed }: Pick<PartRow, 'handed'>): Handed {
  return handed === null ? {} : JSON.parse(handed);
}

export const requestColumns = `request.id AS request_id, node, reports, sender, subject, message_class, list_topic,
    callback_data, notify, accepted_at, starts_at, expires_at, part_count`;

export const selectParts = `
  SELECT part.*, ${requestColumns}
  FROM part JOIN request ON request.key = part.request`;

export const priorityRanks: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

export function toEntry(row: PartRow): OutboxEntry {
  return {
    part: toNewPart(row),
    requestId: row.request_id,
    contentId: row.request,
    sender: (JSON.parse(row.sender) as Mailbox).address,
    messageClass: row.message_class,
    listTopic: row.list_topic ?? undefined,
    startsAt: row.starts_at,
    expiresAt: row.expires_at ?? undefined,
    attempts: row.attempts,
    partlyTaken: row.partly_taken === 1,
  };
}

function toNewPart(row: PartRow): NewPart {
  return {
    id: row.id,
    to: JSON.parse(row.recipient),
    recipients: JSON.parse(row.recipients),
    riders: JSON.parse(row.riders),
    values: JSON.parse(row.values),
    subject: row.own_subject ?? undefined,
    correlationId: row.correlation_id ?? undefined,
    messageId: row.message_id,
  };
}

export function toRecord(row: PartRow): PartRecord {
  const { tagged, enhancedStatus } = readHanded(row);
  return {
    id: row.id,
    requestId: row.request_id,
    node: row.node,
    reports: row.reports === 1,
    index: row.position,
    count: row.part_count,
    state: row.state,
    from: JSON.parse(row.sender),
    to: JSON.parse(row.recipient),
    subject: row.own_subject ?? row.subject,
    messageClass: row.message_class,
    listTopic: row.list_topic ?? undefined,
    messageId: row.message_id,
    providerMessageId: row.provider_message_id ?? undefined,
    correlationId: row.correlation_id ?? undefined,
    callbackData: row.callback_data ?? undefined,
    notify: row.notify === null ? undefined : JSON.parse(row.notify),
    code: row.code,
    reason: row.reason,
    refused: JSON.parse(row.refused),
    attempts: row.attempts,
    acceptedAt: row.accepted_at,
    settledAt: row.settled_at ?? undefined,
    enhancedStatus,
    tagged,
  };
}
