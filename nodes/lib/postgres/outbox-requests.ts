/** Requests without their parts: the part of a statement that inserts them with their contents, and its values. */
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { NewRequest } from '../outbound/outbox.ts';
import { type Idempotency, scopedKey } from '../request/idempotency.ts';
import { holdsItsLease } from './instance-tables.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { priorityRanks } from './outbox-rows.ts';
import { sealJson } from './outbox-words.ts';
import { packBytes } from './packed-bytes.ts';

export type AcceptedRequest = Omit<NewRequest, 'parts'>;

/** Of the parts that are not settled, and the copies of mailings that were not drawn. */
const unsettledParts = `
  (SELECT coalesce(sum(held + queued + sending), 0) FROM email_app.turn_tally WHERE app = $1)
  + (SELECT coalesce(sum(copies - drawn), 0) FROM email_app.mailing WHERE app = $1)`;

/** `owner`: nobody, once this instance may have been declared dead. `$3`: unsettled parts at most before those to come; from `$4` on `requestValues`. */
export const insertRequest = (condition = 'true') => `
  room AS (SELECT ${unsettledParts} <= $3 AS is_free, CASE WHEN ${holdsItsLease('$1', '$2')} THEN $2 ELSE '' END AS owner),
  given AS (
    SELECT * FROM unnest($4::text[], $5::text[], $6::boolean[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[],
      $11::integer[], $12::bytea[], $13::text[], $15::integer[], $16::integer[], $18::integer[], $19::integer[],
      $21::integer[], $22::integer[], $23::smallint[]) WITH ORDINALITY
    AS given (id, node, reports, message_class, accepted_at, starts_at, expires_at, part_count, idempotency, fingerprint,
      sealed_from, sealed_length, message_from, message_length, content_from, content_length, priority, place)
  ),
  added AS (
    INSERT INTO email_app.request (app, id, node, reports, message_class, priority, accepted_at, starts_at, expires_at,
      part_count, idempotency, fingerprint, sealed, message)
    SELECT $1, id, node, reports, message_class, priority, accepted_at, starts_at, expires_at, part_count, idempotency,
      fingerprint,
      substring($14::bytea FROM sealed_from FOR sealed_length),
      substring($17::bytea FROM message_from FOR message_length)
    FROM given WHERE (SELECT is_free FROM room) AND ${condition} ORDER BY idempotency, place
    ON CONFLICT (app, idempotency) WHERE idempotency IS NOT NULL DO NOTHING
    RETURNING key, id
  ),
  fresh AS (SELECT added.key, given.* FROM added JOIN given USING (id)),
  contents AS (
    INSERT INTO email_app.content (app, request, bytes)
    SELECT $1, key, substring($20::bytea FROM content_from FOR content_length) FROM fresh
  )`;

export function requestValues(
  { seal }: OutboxRoom,
  requests: readonly AcceptedRequest[],
  counts: readonly number[],
): readonly unknown[] {
  const words = packBytes(requests.map((request) => sealJson(wordsOf(request), seal)));
  const messages = packBytes(
    requests.map(({ message }) => (message === undefined ? null : seal.seal(Buffer.from(message)))),
  );
  const contents = packBytes(requests.map(({ content }) => seal.seal(serialize(content))));
  return [
    requests.map(({ id }) => id),
    requests.map(({ node }) => node),
    requests.map(({ reports }) => reports),
    requests.map(({ messageClass }) => messageClass),
    requests.map(({ acceptedAt }) => acceptedAt),
    requests.map(({ dueAt }) => dueAt),
    requests.map(({ expiresAt }) => expiresAt ?? null),
    counts,
    requests.map(({ idempotency }) => (idempotency ? keyHash(idempotency) : null)),
    requests.map(({ idempotency }) => idempotency?.fingerprint ?? null),
    ...[words, messages, contents].flatMap(({ bytes, from, lengths }) => [bytes, from, lengths]),
    requests.map(({ priority }) => priorityRanks[priority]),
  ];
}

function wordsOf({ content, listTopic, callbackData, notify }: AcceptedRequest) {
  return { sender: content.from, subject: content.subject, listTopic, callbackData, notify };
}

/** As it is looked for; a key may have any character. */
export function keyHash(idempotency: Idempotency): Buffer {
  return createHash('sha256').update(scopedKey(idempotency)).digest();
}
