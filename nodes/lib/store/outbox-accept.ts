/** A new request in; its rows, its content and its idempotency key are written, or it is refused. */
import { EmailError } from '../kernel/errors.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Acceptance, NewPart, NewRequest } from '../outbound/outbox.ts';
import { scopedKey } from '../request/idempotency.ts';
import { digestOfKey, markOfDigest } from './key-mark.ts';
import { type PartRow, priorityRanks, selectParts, toRecord } from './outbox-rows.ts';
import { type PartWords, sealPart, sealRequest, sealText } from './outbox-sealed.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

/** A request ready to be posted to another thread, without its parts: its content as bytes. */
export interface AcceptedRequest extends Omit<NewRequest, 'content' | 'parts'> {
  readonly content: Uint8Array;
  readonly from: Mailbox;
  readonly subject: string;
}

/** Each part's values as JSON text. */
export interface PostedRequest extends AcceptedRequest {
  readonly parts: readonly PostedPart[];
}

export interface PostedPart extends Omit<NewPart, 'values'> {
  readonly values: string;
}

/** Contents above this size, in bytes, are files beside the database. */
const largestInline = 256 * 1024;

export function acceptOperation(context: StoreContext) {
  const acceptRequest = requestAcceptance(context);
  const insertPart = partInsertion(context);
  const partsOf = prepareStatement<PartRow>(
    context.database,
    `${selectParts} WHERE request = ? ORDER BY position`,
  );
  const asRecord = (part: PartRow) => toRecord(part, context.seal);
  return (request: PostedRequest): Acceptance => {
    const { key, first } = acceptRequest(request, request.parts.length);
    if (first) return { kind: 'repeated', requestId: first, parts: partsOf.all(key).map(asRecord) };
    const carried = request.parts.some((part) => part.riders.length > 0);
    for (const [position, part] of request.parts.entries()) {
      const state = carried && part.riders.length === 0 ? 'held' : 'queued';
      insertPart(newRow(request, part, { request: key, position, state }), part);
    }
    return { kind: 'accepted' };
  };
}

export interface RequestKey {
  readonly key: number;
  /** Id of the request that came first with the same idempotency key; then this one is not another. */
  readonly first?: string;
}

/**
 * All of a request but its parts, of which it is told the number.
 * Throws EmailError `idempotency-conflict`; `queue-full`; `disk-full`.
 */
export function requestAcceptance(context: StoreContext) {
  const { database, reserve, maxWaiting } = context;
  const insertRequest = requestInsertion(context);
  const insertContent = contentInsertion(context);
  const findKey = prepareStatement<{ key: number; id: string; fingerprint: string }>(
    database,
    'SELECT key, id, fingerprint FROM request WHERE idempotency_key IN (?, ?)',
  );
  const unsettled = prepareStatement<{ parts: number }>(
    database,
    `SELECT held + queued + sending + (SELECT ifnull(sum(copies - drawn), 0) FROM mailing) AS parts FROM tally`,
  );

  function repeated({ idempotency }: AcceptedRequest): RequestKey | undefined {
    if (!idempotency) return undefined;
    const key = scopedKey(idempotency);
    // of one that came from another store only a mark is known
    const first = findKey.get(key, markOfDigest(digestOfKey(key)));
    if (!first) return undefined;
    if (first.fingerprint !== idempotency.fingerprint)
      throw new EmailError('idempotency-conflict', {
        field: 'idempotencyKey',
        detail: { value: idempotency.key },
      });
    return { key: first.key, first: first.id };
  }

  return (request: AcceptedRequest, count: number): RequestKey => {
    const known = repeated(request);
    if (known) return known;
    reserve.requireRoom();
    if ((unsettled.get()?.parts ?? 0) + count > maxWaiting)
      throw new EmailError('queue-full', { detail: { count: maxWaiting }, retryable: true });
    const key = insertRequest(request, count);
    insertContent(key, request.content);
    return { key };
  };
}

function requestInsertion({ database, seal }: StoreContext) {
  const insert = prepareStatement(
    database,
    `INSERT INTO request (id, node, reports, sender, subject, message_class, list_topic, accepted_at, starts_at,
      expires_at, part_count, idempotency_key, fingerprint, sealed, sealed_message)
      VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (request: AcceptedRequest, count: number): number => {
    const { lastInsertRowid } = insert.run(
      request.id,
      request.node,
      request.reports ? 1 : 0,
      JSON.stringify(request.from),
      request.messageClass,
      request.listTopic ?? null,
      request.acceptedAt,
      request.dueAt,
      request.expiresAt ?? null,
      count,
      request.idempotency ? scopedKey(request.idempotency) : null,
      request.idempotency?.fingerprint ?? null,
      sealRequest(request, seal),
      request.message === undefined ? null : sealText(request.message, seal),
    );
    return Number(lastInsertRowid);
  };
}

function contentInsertion({ database, spool, seal }: StoreContext) {
  const insert = prepareStatement(database, 'INSERT INTO content (request, bytes, spool) VALUES (?, ?, ?)');
  return (request: number, bytes: Uint8Array): void => {
    if (bytes.byteLength <= largestInline) insert.run(request, seal.seal(bytes), null);
    else {
      const name = `mail-${request}`;
      spool.write(name, seal.seal(bytes));
      insert.run(request, null, name);
    }
  };
}

/** A part's columns when it begins; see `PartRow`. */
export type NewRow = Pick<
  PartRow,
  'id' | 'request' | 'position' | 'state' | 'correlation_id' | 'message_id'
> & {
  readonly priority: number;
  readonly due_at: number;
  /** The node that wants the result. */
  readonly owed_to: string | null;
};

function newRow(
  { priority, dueAt, reports, node }: PostedRequest,
  part: PostedPart,
  place: Pick<NewRow, 'request' | 'position' | 'state'>,
): NewRow {
  return {
    ...place,
    id: part.id,
    priority: priorityRanks[priority],
    due_at: dueAt,
    owed_to: reports ? node : null,
    correlation_id: part.correlationId ?? null,
    message_id: part.messageId,
  };
}

/** Answers its key. */
export function partInsertion({ database, seal, personOf }: StoreContext) {
  const insert = prepareStatement(
    database,
    `INSERT INTO part (id, request, position, state, priority, due_at, owed_to, correlation_id, message_id,
      recipient, recipients, riders, "values", person, sealed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '', ?, ?)`,
  );
  return (row: NewRow, words: PartWords): number => {
    const { id, request, position, state, priority, due_at, owed_to, correlation_id, message_id } = row;
    const place = [id, request, position, state, priority, due_at, owed_to] as const;
    const whose = [personOf(words.to.address), sealPart(words, seal)] as const;
    return Number(insert.run(...place, correlation_id, message_id, ...whose).lastInsertRowid);
  };
}
