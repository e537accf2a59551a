/** Parts as they are after their outcomes in; one statement writes them, with their turns, their events and what is owed. */
import type { PartState } from '../outbound/outbox.ts';
import type { Queries } from './database.ts';
import type { OutboxRoom } from './outbox-room.ts';
import type { KeptPart, PartPlace } from './outbox-rows.ts';
import { type Lane, tallyBy } from './outbox-tally.ts';
import { sealJson } from './outbox-words.ts';
import { packBytes } from './packed-bytes.ts';

/** A part that is queued again has a time. */
export interface Written {
  readonly part: KeptPart;
  readonly dueAt?: number;
}

export interface Writing {
  readonly lane: Lane;
  /** Only parts that are in one of these states, and in the hands of this instance (null: of none), are written. */
  readonly from: readonly PartState[];
  readonly holder: string | null;
}

const givenColumns = `request, position, state, due_at, code, attempts, partly_taken, message_id, provider_message_id,
  settled_at, node, sealed_from, sealed_length, fact_from, fact_length`;

/** Asked again of a row that somebody else has changed meanwhile. */
const isOurs = 'turn.app = $1 AND turn.state = ANY($3::text[]) AND turn.holder IS NOT DISTINCT FROM $4';

/**
 * Rows are found one by one, and then changed where they lie: of a table that was just filled the planner expects one row,
 * and would compare each of a batch with each.
 */
const writeAll = (lane: Lane) => `
  WITH given AS (
    SELECT * FROM unnest($5::bigint[], $6::integer[], $7::text[], $8::bigint[], $9::text[], $10::integer[],
      $11::boolean[], $12::text[], $13::text[], $14::bigint[], $15::text[], $17::integer[], $18::integer[],
      $20::integer[], $21::integer[]) WITH ORDINALITY AS given (${givenColumns}, n)
  ),
  found AS MATERIALIZED (
    SELECT turn.place, given.state, given.due_at FROM given CROSS JOIN LATERAL (
      SELECT ctid AS place FROM email_app.turn
      WHERE app = $1 AND request = given.request AND position = given.position LIMIT 1
    ) AS turn
  ),
  ended AS (
    DELETE FROM email_app.turn
    WHERE ctid = ANY(ARRAY(SELECT place FROM found WHERE found.state IS NOT NULL)) AND ${isOurs}
    RETURNING turn.request, turn.position, turn.state AS was, turn.owner
  ),
  put_back AS (
    UPDATE email_app.turn SET state = 'queued', holder = NULL, due_at = found.due_at FROM found
    WHERE turn.ctid = found.place AND found.state IS NULL AND ${isOurs}
    RETURNING turn.request, turn.position, 'sending' AS was, turn.owner
  ),
  done AS (
    SELECT moved.was, moved.owner, given.* FROM (SELECT * FROM ended UNION ALL SELECT * FROM put_back) AS moved
    JOIN given USING (request, position)
  ),
  outcomes AS (
    INSERT INTO email_app.outcome (app, request, position, state, code, attempts, partly_taken, message_id,
      provider_message_id, settled_at, sealed)
    SELECT $1, request, position, state, code, attempts, partly_taken, message_id, provider_message_id, settled_at,
      substring($16::bytea FROM sealed_from FOR sealed_length)
    FROM done
    ON CONFLICT (app, request, position) DO UPDATE SET state = excluded.state, code = excluded.code,
      attempts = excluded.attempts, partly_taken = excluded.partly_taken, message_id = excluded.message_id,
      provider_message_id = excluded.provider_message_id, settled_at = excluded.settled_at, sealed = excluded.sealed
  ),
  owing AS (
    INSERT INTO email_app.owed (app, request, position, node, owner, settled_at)
    SELECT $1, request, position, node, CASE owner WHEN '' THEN $2 ELSE owner END, settled_at
    FROM done WHERE node IS NOT NULL AND state IS NOT NULL
    ON CONFLICT (app, request, position) DO UPDATE SET owner = excluded.owner, settled_at = excluded.settled_at
  ),
  events AS (
    INSERT INTO email_app.event (app, at, type, request, position, fact)
    SELECT $1, settled_at, CASE WHEN state IN ('cancelled', 'unknown') THEN 'email.failed' ELSE 'email.' || state END,
      request, position, substring($19::bytea FROM fact_from FOR fact_length)
    FROM done WHERE state IS NOT NULL ORDER BY n
  ),
  ${tallyBy(lane, {
    held: `-(SELECT count(*) FROM done WHERE was = 'held')`,
    queued: `(SELECT count(*) FROM put_back) - (SELECT count(*) FROM done WHERE was = 'queued')`,
    sending: `-(SELECT count(*) FROM done WHERE was = 'sending')`,
    unknown: `(SELECT count(*) FROM done WHERE state = 'unknown')`,
  })}
  SELECT request, position FROM done`;

const statements: Readonly<Record<Lane, string>> = {
  accept: writeAll('accept'),
  claim: writeAll('claim'),
  settle: writeAll('settle'),
  other: writeAll('other'),
};

/** Each part once at most. Answers which were written. */
export function writeOutcomes(
  queries: Queries,
  room: OutboxRoom,
  given: readonly Written[],
  { lane, from, holder }: Writing,
): Promise<readonly PartPlace[]> {
  return queries.query<PartPlace>(statements[lane], [
    room.appId,
    room.instance,
    from,
    holder,
    ...valuesOf(room, given),
  ]);
}

function valuesOf({ seal, eventSeal }: OutboxRoom, given: readonly Written[]): readonly unknown[] {
  const parts = given.map(({ part }) => part);
  const finals = parts.map(({ state }) => (state === 'queued' ? null : state));
  const outcomes = packBytes(
    parts.map(({ outcome: { reason, refused, handed } }) => sealJson({ reason, refused, handed }, seal)),
  );
  // an unknown fate may still become another, which the copy then tells of: so this one is told here
  const facts = packBytes(
    parts.map(({ state, code, outcome: { reason } }) =>
      state === 'unknown' ? sealJson({ code, detail: { reason } }, eventSeal) : null,
    ),
  );
  return [
    parts.map(({ request }) => request.key),
    parts.map(({ position }) => position),
    finals,
    given.map(({ dueAt }) => dueAt ?? null),
    parts.map(({ code }) => code),
    parts.map(({ attempts }) => attempts),
    parts.map(({ partlyTaken }) => partlyTaken),
    parts.map(({ routeMessageId }) => plainText(routeMessageId)),
    parts.map(({ providerMessageId }) => plainText(providerMessageId)),
    parts.map(({ settledAt }) => settledAt ?? null),
    parts.map(({ request: { reports, node } }) => (reports ? node : null)),
    ...[outcomes, facts].flatMap(({ bytes, from, lengths }) => [bytes, from, lengths]),
  ];
}

/** A text column takes any character but one; a server's answer may have it. */
export function plainText(text: string | undefined): string | null {
  return text?.replaceAll('\0', '\ufffd') ?? null;
}
