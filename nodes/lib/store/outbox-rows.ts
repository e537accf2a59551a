/** The outbox's rows as the port shows them: claimed entries and records. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { MessageClass, Priority } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { NewPart, OutboxEntry, PartRecord, PartState } from '../outbound/outbox.ts';
import {
  type OutcomeColumns,
  type OutcomeWords,
  openOutcome,
  openPart,
  openRequest,
  type PartColumns,
  type PartWords,
  type RequestColumns as WordsOfRequest,
} from './outbox-sealed.ts';

/** What a part needs of its request. */
export interface RequestColumns extends WordsOfRequest {
  readonly request_id: string;
  readonly node: string;
  readonly reports: number;
  readonly sender: string;
  readonly message_class: MessageClass;
  readonly list_topic: string | null;
  readonly accepted_at: number;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly part_count: number;
}

/** A part with what it needs of its request; for what is sealed of it see outbox-sealed. */
export interface PartRow extends RequestColumns, PartColumns, OutcomeColumns {
  readonly key: number;
  readonly id: string;
  readonly request: number;
  readonly position: number;
  readonly state: PartState;
  readonly correlation_id: string | null;
  readonly message_id: string;
  readonly provider_message_id: string | null;
  readonly partly_taken: number;
  readonly attempts: number;
  readonly code: string;
  readonly settled_at: number | null;
}

/** One that may be handed over, with what is read of it. */
export interface DuePart {
  readonly part: PartRow;
  readonly words: PartWords;
}

/** Of what the row keeps nothing in the clear. */
export const nothingClear = {
  recipient: '',
  recipients: '',
  riders: '',
  own_subject: null,
  values: '',
} as const;

export const requestColumns = `request.id AS request_id, node, reports, sender, subject, message_class, list_topic,
    callback_data, notify, request.sealed AS request_sealed, accepted_at, starts_at, expires_at, part_count`;

/** Not all: each that is read costs, one of bytes most. */
const partColumns = `part.key, part.id, request, position, state, due_at, recipient, recipients, riders, own_subject,
    correlation_id, message_id, provider_message_id, partly_taken, attempts, code, reason, refused, settled_at, "values",
    handed, outcome, part.sealed`;

export const selectParts = `
  SELECT ${partColumns}, ${requestColumns}
  FROM part JOIN request ON request.key = part.request`;

export const priorityRanks: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

export function toEntry(row: PartRow, words: PartWords): OutboxEntry {
  return {
    part: toNewPart(row, words),
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

function toNewPart(row: PartRow, { values, ...words }: PartWords): NewPart {
  return {
    ...words,
    id: row.id,
    values: JSON.parse(values),
    correlationId: row.correlation_id ?? undefined,
    messageId: row.message_id,
  };
}

export function toRecord(row: PartRow, seal: RowSeal): PartRecord {
  return recordOf(row, { ...openPart(row, seal), ...openOutcome(row, seal) }, seal);
}

/** Of one whose own words are known: only those of its request are opened. */
export function recordOf(row: PartRow, words: PartWords & OutcomeWords, seal: RowSeal): PartRecord {
  const { to, reason, refused, handed } = words;
  const { subject, ...ofRequest } = openRequest(row, seal);
  return {
    ...ofRequest,
    id: row.id,
    requestId: row.request_id,
    node: row.node,
    reports: row.reports === 1,
    index: row.position,
    count: row.part_count,
    state: row.state,
    from: JSON.parse(row.sender),
    to,
    subject: words.subject ?? subject,
    messageClass: row.message_class,
    listTopic: row.list_topic ?? undefined,
    messageId: row.message_id,
    providerMessageId: row.provider_message_id ?? undefined,
    correlationId: row.correlation_id ?? undefined,
    code: row.code,
    reason,
    refused,
    attempts: row.attempts,
    acceptedAt: row.accepted_at,
    settledAt: row.settled_at ?? undefined,
    enhancedStatus: handed.enhancedStatus,
    tagged: handed.tagged,
  };
}
