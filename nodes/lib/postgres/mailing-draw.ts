/** Copies of mailings come out of their chunks, each in its turn, and are parts from then on. */
import { randomUUID } from 'node:crypto';
import { EmailError } from '../kernel/errors.ts';
import { domainOf } from '../mail/address.ts';
import { newMessageId } from '../mail/message-id.ts';
import { copyId } from '../outbound/copy-id.ts';
import type { MailingCopy } from '../outbound/mailings.ts';
import type { Queries } from './database.ts';
import { openCopies } from './mailing-chunk.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { tallyBy } from './outbox-tally.ts';
import { openJson, type RequestWords, sealPart } from './outbox-words.ts';
import { packBytes } from './packed-bytes.ts';

export interface Mailing {
  readonly request: number;
  /** Of its request. */
  readonly id: string;
  readonly owner: string;
  readonly priority: number;
  readonly due_at: number;
}

interface Chunk {
  /** Of its first copy. */
  readonly place: number;
  readonly copies: number;
  readonly sealed: Buffer;
  readonly request_sealed: Buffer;
}

/** The next of its chunks that nobody else is drawing; false when there is none, or it cannot be read. */
export function drawCopies(room: OutboxRoom, mailing: Mailing): Promise<boolean> {
  return room.database.transaction(async (tx) => {
    const [chunk] = await tx.query<Chunk>(
      `SELECT chunk.place, chunk.copies, chunk.sealed, request.sealed AS request_sealed
        FROM email_app.mailing_chunk AS chunk JOIN email_app.request ON request.app = $1 AND request.key = $3
        WHERE chunk.app = $1 AND chunk.mailing = $2 ORDER BY chunk.place LIMIT 1 FOR UPDATE OF chunk SKIP LOCKED`,
      [room.appId, mailing.id, mailing.request],
    );
    const copies = chunk ? readChunk(room, mailing, chunk) : await missChunk(tx, room, mailing);
    if (!chunk || !copies) return false;
    const words = openJson<RequestWords>(chunk.request_sealed, room.seal);
    await tx.query(insertCopies, [
      ...[room.appId, room.instance, mailing.request, mailing.id, chunk.place],
      ...[mailing.owner, mailing.priority, mailing.due_at, copies.length],
      ...copyValues(room, mailing, { copies, place: chunk.place, domain: domainOf(words.sender.address) }),
    ]);
    await removeDrawn(tx, room, mailing);
    return true;
  });
}

/** Undefined if the others are drawing the rest of them. */
async function missChunk(tx: Queries, room: OutboxRoom, mailing: Mailing): Promise<undefined> {
  const [lost] = await tx.query(
    `SELECT 1 FROM email_app.mailing WHERE app = $1 AND request = $2 AND drawn < copies
      AND NOT EXISTS (SELECT FROM email_app.mailing_chunk WHERE app = $1 AND mailing = $3)`,
    [room.appId, mailing.request, mailing.id],
  );
  if (lost) reportDamage(room, mailing);
}

function readChunk(room: OutboxRoom, mailing: Mailing, { sealed, copies }: Chunk) {
  const found = openCopies(sealed, room.seal);
  if (found?.length === copies) return found;
  reportDamage(room, mailing);
  return undefined;
}

function reportDamage({ onTrouble }: OutboxRoom, { id }: Mailing): void {
  const why = 'recipients of a mailing are missing or damaged';
  onTrouble(new EmailError('store-corrupt', { detail: { value: `mailing ${id}`, why } }));
}

const insertCopies = `
  WITH given AS (
    SELECT $5 + n - 1 AS position, given.* FROM unnest($10::text[], $11::text[], $12::bytea[], $13::bytea[], $15::integer[],
      $16::integer[]) WITH ORDINALITY
    AS given (id, message_id, correlation_id, person, sealed_from, sealed_length, n)
  ),
  parts AS (
    INSERT INTO email_app.part (app, request, position, id, message_id, correlation_id, person, sealed)
    SELECT $1, $3, position, id, message_id, correlation_id, person,
      substring($14::bytea FROM sealed_from FOR sealed_length)
    FROM given
  ),
  turns AS (
    INSERT INTO email_app.turn (app, request, position, state, priority, due_at, owner)
    SELECT $1, $3, position, 'queued', $7, $8, $6 FROM given
  ),
  events AS (
    INSERT INTO email_app.event (app, at, type, request, position)
    SELECT $1, accepted_at, 'email.queued', $3, position FROM given, email_app.request
    WHERE request.app = $1 AND request.key = $3 ORDER BY position
  ),
  chunks AS (DELETE FROM email_app.mailing_chunk WHERE app = $1 AND mailing = $4 AND place = $5),
  moved AS (UPDATE email_app.mailing SET drawn = drawn + $9 WHERE app = $1 AND request = $3),
  ${tallyBy('other', { queued: '$9' })}
  SELECT`;

interface Copies {
  readonly copies: readonly MailingCopy[];
  readonly place: number;
  /** Of the Message-IDs. */
  readonly domain: string;
}

/** Nobody knows a Message-ID but the reader: a report that names it is believed. So it is not made from the place. */
function copyValues(
  { seal, personOf }: OutboxRoom,
  { id }: Mailing,
  { copies, place, domain }: Copies,
): readonly unknown[] {
  const sealed = packBytes(
    copies.map(({ to, subject, values }) => {
      const words = { to, recipients: [to.address], riders: [], subject, values: JSON.stringify(values) };
      return sealPart(words, seal);
    }),
  );
  return [
    copies.map((_copy, index) => copyId(id, place + index)),
    copies.map(() => newMessageId(randomUUID, domain)),
    copies.map(({ correlationId }) => (correlationId === undefined ? null : Buffer.from(correlationId))),
    copies.map(({ to }) => personOf(to.address)),
    ...[sealed.bytes, sealed.from, sealed.lengths],
  ];
}

async function removeDrawn(tx: Queries, { appId }: OutboxRoom, { request }: Mailing): Promise<void> {
  await tx.query('DELETE FROM email_app.mailing WHERE app = $1 AND request = $2 AND drawn = copies', [
    appId,
    request,
  ]);
}
