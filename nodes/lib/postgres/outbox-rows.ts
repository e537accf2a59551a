/** The outbox's rows as the port shows them: claimed entries and records. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { MessageClass, Priority } from '../mail/mail-content.ts';
import type { NewPart, OutboxEntry, PartRecord, PartState } from '../outbound/outbox.ts';
import type { Queries } from './database.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { type OutcomeWords, openJson, openPart, type PartWords, type RequestWords } from './outbox-words.ts';

/** What a part needs of its request. */
export interface RequestRow {
  readonly request: number;
  readonly request_id: string;
  readonly node: string;
  readonly reports: boolean;
  readonly message_class: MessageClass;
  readonly accepted_at: number;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly part_count: number;
  readonly request_sealed: Buffer;
}

/** A part with what it needs of its request; null where it was never handed over, and where it waits no more. */
export interface PartRow extends RequestRow {
  readonly position: number;
  readonly id: string;
  readonly message_id: string;
  readonly route_message_id: string | null;
  readonly correlation_id: Buffer | null;
  readonly sealed: Buffer;
  readonly turn_state: PartState | null;
  readonly outcome_state: PartState | null;
  readonly code: string | null;
  readonly attempts: number | null;
  readonly partly_taken: boolean | null;
  readonly provider_message_id: string | null;
  readonly settled_at: number | null;
  readonly outcome_sealed: Buffer | null;
}

/**
 * Follows `FROM … part`, an alias of the part's own columns. LIMIT: each row is looked up by its key; a planner that expects
 * many of them, or has not counted the table yet, reads all of it.
 */
export const joinPart = `
  JOIN email_app.request ON request.app = part.app AND request.key = part.request
  LEFT JOIN LATERAL (SELECT * FROM email_app.turn WHERE turn.app = part.app AND turn.request = part.request
    AND turn.position = part.position LIMIT 1) AS turn ON true
  LEFT JOIN LATERAL (SELECT * FROM email_app.outcome WHERE outcome.app = part.app AND outcome.request = part.request
    AND outcome.position = part.position LIMIT 1) AS outcome ON true`;

export const partColumns = `part.request, part.position, part.id, part.correlation_id, part.sealed,
  part.message_id, outcome.message_id AS route_message_id,
  request.id AS request_id, request.node, request.reports, request.message_class, request.accepted_at,
  request.starts_at, request.expires_at, request.part_count, request.sealed AS request_sealed,
  turn.state AS turn_state, outcome.state AS outcome_state, outcome.code, outcome.attempts, outcome.partly_taken,
  outcome.provider_message_id, outcome.settled_at, outcome.sealed AS outcome_sealed`;

export const selectParts = `SELECT ${partColumns} FROM email_app.part ${joinPart}`;

export const priorityRanks: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

/** Parts of one request. */
export interface KeptRequest {
  readonly key: number;
  readonly id: string;
  readonly node: string;
  readonly reports: boolean;
  readonly messageClass: MessageClass;
  readonly acceptedAt: number;
  readonly startsAt: number;
  readonly expiresAt?: number;
  readonly partCount: number;
  readonly words: RequestWords;
}

/** A part as it is now, in the clear. */
export interface KeptPart {
  readonly request: KeptRequest;
  readonly position: number;
  readonly id: string;
  readonly messageId: string;
  /** The one that readers see, where the route replaced ours. */
  readonly routeMessageId?: string;
  readonly correlationId?: string;
  readonly words: PartWords;
  readonly state: PartState;
  readonly code: string;
  readonly attempts: number;
  readonly partlyTaken: boolean;
  readonly providerMessageId?: string;
  readonly settledAt?: number;
  readonly outcome: OutcomeWords;
}

const noOutcome: OutcomeWords = { reason: '', refused: [], handed: {} };

/** A part's key. */
export interface PartPlace {
  readonly request: number;
  readonly position: number;
}

/** In their order; without those that are gone. Throws EmailError `row-unreadable`. */
export async function readParts(
  queries: Queries,
  { appId, seal }: Pick<OutboxRoom, 'appId' | 'seal'>,
  places: readonly PartPlace[],
): Promise<KeptPart[]> {
  if (places.length === 0) return [];
  const rows = await queries.query<PartRow>(
    `SELECT ${partColumns} FROM unnest($2::bigint[], $3::integer[]) WITH ORDINALITY AS wanted (request, position, n)
      JOIN LATERAL (SELECT * FROM email_app.part WHERE app = $1 AND part.request = wanted.request
        AND part.position = wanted.position LIMIT 1) AS part ON true
      ${joinPart} ORDER BY n`,
    [appId, places.map(({ request }) => request), places.map(({ position }) => position)],
  );
  return openParts(rows, seal);
}

/** Throws EmailError `row-unreadable`. */
export function openParts(rows: readonly PartRow[], seal: RowSeal): KeptPart[] {
  const requests = new Map<number, KeptRequest>();
  const requestOf = (row: PartRow) => {
    const known = requests.get(row.request) ?? openRequest(row, seal);
    requests.set(row.request, known);
    return known;
  };
  return rows.map((row) => openRow(row, requestOf(row), seal));
}

function openRow(row: PartRow, request: KeptRequest, seal: RowSeal): KeptPart {
  return {
    request,
    position: row.position,
    id: row.id,
    messageId: row.message_id,
    routeMessageId: row.route_message_id ?? undefined,
    correlationId: row.correlation_id?.toString() ?? undefined,
    words: openPart(row.sealed, seal),
    // one without a row in either was cut off in the middle of nothing: no statement leaves such a part
    state: row.turn_state ?? row.outcome_state ?? 'unknown',
    code: row.code ?? '',
    attempts: row.attempts ?? 0,
    partlyTaken: row.partly_taken ?? false,
    providerMessageId: row.provider_message_id ?? undefined,
    settledAt: row.settled_at ?? undefined,
    outcome: row.outcome_sealed ? openJson(row.outcome_sealed, seal) : noOutcome,
  };
}

export function openRequest(row: RequestRow, seal: RowSeal): KeptRequest {
  return {
    key: row.request,
    id: row.request_id,
    node: row.node,
    reports: row.reports,
    messageClass: row.message_class,
    acceptedAt: row.accepted_at,
    startsAt: row.starts_at,
    expiresAt: row.expires_at ?? undefined,
    partCount: row.part_count,
    words: openJson(row.request_sealed, seal),
  };
}

export function toEntry(part: KeptPart): OutboxEntry {
  const { request } = part;
  return {
    part: toNewPart(part),
    requestId: request.id,
    contentId: request.key,
    sender: request.words.sender.address,
    messageClass: request.messageClass,
    listTopic: request.words.listTopic,
    startsAt: request.startsAt,
    expiresAt: request.expiresAt,
    attempts: part.attempts,
    partlyTaken: part.partlyTaken,
  };
}

function toNewPart({ id, words, correlationId, messageId, routeMessageId }: KeptPart): NewPart {
  const { to, recipients, riders, subject, values } = words;
  const ids = { id, correlationId, messageId: routeMessageId ?? messageId };
  return { ...ids, to, recipients, riders, values: JSON.parse(values), subject };
}

export function toRecord(part: KeptPart): PartRecord {
  const { request, words, outcome } = part;
  const { sender, subject, listTopic, callbackData, notify } = request.words;
  return {
    id: part.id,
    requestId: request.id,
    node: request.node,
    reports: request.reports,
    index: part.position,
    count: request.partCount,
    state: part.state,
    from: sender,
    to: words.to,
    subject: words.subject ?? subject,
    messageClass: request.messageClass,
    listTopic,
    messageId: part.routeMessageId ?? part.messageId,
    providerMessageId: part.providerMessageId,
    correlationId: part.correlationId,
    callbackData,
    notify,
    code: part.code,
    reason: outcome.reason,
    refused: outcome.refused,
    attempts: part.attempts,
    acceptedAt: request.acceptedAt,
    settledAt: part.settledAt,
    enhancedStatus: outcome.handed.enhancedStatus,
    tagged: outcome.handed.tagged,
  };
}
