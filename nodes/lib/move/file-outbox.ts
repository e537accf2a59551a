/** The outbox of an app's file: requests, their contents and copies, and what was told of them. */
import { isSealed, type RowSeal } from '../keys/row-seal.ts';
import type { MessageClass } from '../mail/mail-content.ts';
import type { PartState } from '../outbound/outbox.ts';
import { digestOfKey, digestOfMark, markOfDigest } from '../store/key-mark.ts';
import {
  type OutcomeColumns,
  openJson,
  openOutcome,
  openPart,
  openRequest,
  openText,
  type PartColumns,
  sealJson,
  sealOutcome,
  sealPart,
  sealRequest,
  sealText,
} from '../store/outbox-sealed.ts';
import { type FileRoom, fileShelf, orUndefined, row } from './file-rows.ts';
import type { Kept, Shelves } from './kept.ts';

interface RequestRow {
  readonly key: number;
  readonly id: string;
  readonly node: string;
  readonly reports: number;
  readonly priority: number;
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
  readonly idempotency_key: string | null;
  readonly fingerprint: string | null;
  readonly message: string | null;
  readonly sealed: Uint8Array | null;
  readonly sealed_message: Uint8Array | null;
}

export function requestShelf(room: FileRoom): Shelves['request'] {
  const { seal } = room;
  return fileShelf<RequestRow, Kept['request']>(room, {
    table: 'request',
    toKept: (kept) => ({
      ...openRequest({ ...kept, request_sealed: kept.sealed }, seal),
      ...{
        key: kept.key,
        id: kept.id,
        node: kept.node,
        reports: kept.reports === 1,
        priority: kept.priority,
      },
      sender: JSON.parse(kept.sender),
      messageClass: kept.message_class,
      listTopic: orUndefined(kept.list_topic),
      ...{ acceptedAt: kept.accepted_at, startsAt: kept.starts_at, expiresAt: orUndefined(kept.expires_at) },
      partCount: kept.part_count,
      idempotency: digestOf(kept.idempotency_key),
      fingerprint: orUndefined(kept.fingerprint),
      message: kept.sealed_message ? openText(kept.sealed_message, seal) : orUndefined(kept.message),
    }),
    toRow: (request) =>
      row({
        ...{ key: request.key, id: request.id, node: request.node, reports: Number(request.reports) },
        ...{ sender: JSON.stringify(request.sender), subject: '' },
        ...{ message_class: request.messageClass, list_topic: request.listTopic },
        ...{ accepted_at: request.acceptedAt, starts_at: request.startsAt, expires_at: request.expiresAt },
        part_count: request.partCount,
        idempotency_key: request.idempotency && markOfDigest(request.idempotency),
        fingerprint: request.fingerprint,
        sealed: sealRequest(request, seal),
        sealed_message: request.message === undefined ? null : sealText(request.message, seal),
      }),
  });
}

/** The key itself, or what stands for it where it came from a store that keeps no keys. */
function digestOf(key: string | null): Uint8Array | undefined {
  return key === null ? undefined : (digestOfMark(key) ?? digestOfKey(key));
}

interface ContentRow {
  readonly request: number;
  readonly spool: string | null;
  readonly bytes: Uint8Array | null;
}

/** Bytes; larger ones are files. */
const largestInline = 256 * 1024;

export function contentShelf(room: FileRoom): Shelves['content'] {
  const { client, seal } = room;
  return fileShelf<ContentRow, Kept['content']>(room, {
    table: 'content',
    rowsOfPage: 20,
    async toKept({ request, spool, bytes }) {
      const kept = bytes ?? (await client.call('dump.readFile', spool ?? ''));
      return { request, bytes: isSealed(kept) ? seal.open(kept) : kept };
    },
    async toRow({ request, bytes }) {
      const sealed = seal.seal(bytes);
      if (bytes.byteLength <= largestInline) return row({ request, spool: null, bytes: sealed });
      const name = `mail-${request}`;
      await client.call('dump.writeFile', { name, bytes: sealed });
      return row({ request, spool: name, bytes: null });
    },
  });
}

interface PartRow extends PartColumns, OutcomeColumns {
  readonly id: string;
  readonly request: number;
  readonly position: number;
  readonly state: PartState;
  readonly priority: number;
  readonly due_at: number;
  readonly paused_by: string | null;
  readonly owed_to: string | null;
  readonly correlation_id: string | null;
  readonly message_id: string;
  readonly provider_message_id: string | null;
  readonly partly_taken: number;
  readonly attempts: number;
  readonly code: string;
  readonly settled_at: number | null;
}

export function partShelf(room: FileRoom): Shelves['part'] {
  const { seal, hasher } = room;
  return fileShelf<PartRow, Kept['part']>(room, {
    table: 'part',
    toKept: (part) => ({
      ...{ request: part.request, position: part.position, id: part.id, state: part.state },
      ...{ priority: part.priority, dueAt: part.due_at },
      ...{ pausedBy: orUndefined(part.paused_by), owedTo: orUndefined(part.owed_to) },
      ...{ correlationId: orUndefined(part.correlation_id), messageId: part.message_id },
      providerMessageId: orUndefined(part.provider_message_id),
      ...{ partlyTaken: part.partly_taken === 1, attempts: part.attempts, code: part.code },
      settledAt: orUndefined(part.settled_at),
      words: openPart(part, seal),
      outcome: openOutcome(part, seal),
    }),
    toRow: (part) =>
      row({
        ...{ request: part.request, position: part.position, id: part.id, state: part.state },
        ...{ priority: part.priority, due_at: part.dueAt, paused_by: part.pausedBy, owed_to: part.owedTo },
        ...{ correlation_id: part.correlationId, message_id: part.messageId },
        ...{ provider_message_id: part.providerMessageId, partly_taken: Number(part.partlyTaken) },
        ...{ attempts: part.attempts, code: part.code, settled_at: part.settledAt },
        ...{ recipient: '', recipients: '', riders: '', values: '', reason: '', refused: '' },
        person: hasher.hash(part.words.to.address).person,
        sealed: sealPart(part.words, seal),
        outcome: sealOutcome(part.outcome, seal),
      }),
  });
}

interface DeliveryRow {
  readonly request: number;
  readonly position: number;
  readonly recipient: string;
  readonly state: number;
  readonly at: number;
  readonly reason: string;
  readonly sealed: Uint8Array | null;
}

export function deliveryShelf(room: FileRoom): Shelves['delivery'] {
  const { seal, hasher } = room;
  return fileShelf<DeliveryRow, Kept['delivery']>(room, {
    table: 'part_delivery',
    toKept: ({ request, position, state, at, sealed, ...clear }) => {
      const [recipient, reason] = wordsOf(clear, sealed, seal);
      return { request, position, recipient, state, at, reason };
    },
    toRow({ request, position, recipient, state, at, reason }) {
      const { person, spelling = person } = hasher.hash(recipient);
      const mailbox = spelling.toString('base64url');
      const sealed = sealJson([recipient, reason], seal);
      return row({ request, position, recipient: mailbox, state, at, reason: '', sealed });
    },
  });
}

function wordsOf(
  { recipient, reason }: Pick<DeliveryRow, 'recipient' | 'reason'>,
  sealed: Uint8Array | null,
  seal: RowSeal,
): readonly [string, string] {
  return sealed ? openJson<[string, string]>(sealed, seal) : [recipient, reason];
}

interface PauseRow {
  readonly domain: string;
  readonly until: number;
  readonly reason: string;
}

export function pauseShelf(room: FileRoom): Shelves['pause'] {
  return fileShelf<PauseRow, PauseRow>(room, { table: 'domain_pause', toKept: (pause) => pause, toRow: row });
}
