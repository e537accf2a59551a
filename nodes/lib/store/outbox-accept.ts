/** A new request in; its rows, its content and its idempotency key are written, or it is refused. */
import { EmailError } from '../kernel/errors.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Acceptance, NewPart, NewRequest } from '../outbound/outbox.ts';
import { scopedKey } from '../request/idempotency.ts';
import { type PartRow, priorityRanks, selectParts, toRecord } from './outbox-rows.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

/** A NewRequest ready to be posted to another thread: its content as bytes, each part's values as JSON text. */
export interface PostedRequest extends Omit<NewRequest, 'content' | 'parts'> {
  readonly content: Uint8Array;
  readonly from: Mailbox;
  readonly subject: string;
  readonly parts: readonly PostedPart[];
}

export interface PostedPart extends Omit<NewPart, 'values'> {
  readonly values: string;
}

/** Contents above this size, in bytes, are files beside the database. */
const largestInline = 256 * 1024;

export function acceptOperation(context: StoreContext) {
  const { database, reserve, maxWaiting } = context;
  const insertRequest = requestInsertion(context);
  const insertContent = contentInsertion(context);
  const insertPart = partInsertion(context);
  const findKey = prepareStatement<{ key: number; id: string; fingerprint: string }>(
    database,
    'SELECT key, id, fingerprint FROM request WHERE idempotency_key = ?',
  );
  const partsOf = prepareStatement<PartRow>(database, `${selectParts} WHERE request = ? ORDER BY position`);
  const unsettled = prepareStatement<{ parts: number }>(
    database,
    'SELECT held + queued + sending AS parts FROM tally',
  );

  function repeated({ idempotency }: PostedRequest): Acceptance | undefined {
    const first = idempotency && findKey.get(scopedKey(idempotency));
    if (!first) return undefined;
    if (first.fingerprint !== idempotency.fingerprint)
      throw new EmailError('idempotency-conflict', {
        field: 'idempotencyKey',
        detail: { value: idempotency.key },
      });
    return { kind: 'repeated', requestId: first.id, parts: partsOf.all(first.key).map(toRecord) };
  }

  return (request: PostedRequest): Acceptance => {
    const known = repeated(request);
    if (known) return known;
    reserve.requireRoom();
    if ((unsettled.get()?.parts ?? 0) + request.parts.length > maxWaiting)
      throw new EmailError('queue-full', { detail: { count: maxWaiting }, retryable: true });
    const key = insertRequest(request);
    insertContent(key, request.content);
    const carried = request.parts.some((part) => part.riders.length > 0);
    for (const [position, part] of request.parts.entries()) {
      const state = carried && part.riders.length === 0 ? 'held' : 'queued';
      insertPart(request, part, { key, position, state });
    }
    return { kind: 'accepted' };
  };
}

function requestInsertion({ database }: StoreContext) {
  const insert = prepareStatement(
    database,
    `INSERT INTO request (id, node, reports, message, sender, subject, message_class, list_topic, callback_data,
      accepted_at, starts_at, expires_at, part_count, idempotency_key, fingerprint, notify) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (request: PostedRequest): number => {
    const { lastInsertRowid } = insert.run(
      request.id,
      request.node,
      request.reports ? 1 : 0,
      request.message ?? null,
      JSON.stringify(request.from),
      request.subject,
      request.messageClass,
      request.listTopic ?? null,
      request.callbackData ?? null,
      request.acceptedAt,
      request.dueAt,
      request.expiresAt ?? null,
      request.parts.length,
      request.idempotency ? scopedKey(request.idempotency) : null,
      request.idempotency?.fingerprint ?? null,
      request.notify ? JSON.stringify(request.notify) : null,
    );
    return Number(lastInsertRowid);
  };
}

function contentInsertion({ database, spool }: StoreContext) {
  const insert = prepareStatement(database, 'INSERT INTO content (request, bytes, spool) VALUES (?, ?, ?)');
  return (request: number, bytes: Uint8Array): void => {
    if (bytes.byteLength <= largestInline) insert.run(request, bytes, null);
    else {
      const name = `mail-${request}`;
      spool.write(name, bytes);
      insert.run(request, null, name);
    }
  };
}

interface Place {
  readonly key: number;
  readonly position: number;
  readonly state: 'held' | 'queued';
}

function partInsertion({ database }: StoreContext) {
  const insert = prepareStatement(
    database,
    `INSERT INTO part (id, request, position, state, priority, due_at, owed_to, recipient, recipients, riders, "values",
      own_subject, correlation_id, message_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (request: PostedRequest, part: PostedPart, { key, position, state }: Place): void => {
    insert.run(
      part.id,
      key,
      position,
      state,
      priorityRanks[request.priority],
      request.dueAt,
      request.reports ? request.node : null,
      JSON.stringify(part.to),
      JSON.stringify(part.recipients),
      JSON.stringify(part.riders),
      part.values,
      part.subject ?? null,
      part.correlationId ?? null,
      part.messageId,
    );
  };
}
