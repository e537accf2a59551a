/** Parts whose fate nobody knew: sent again, or settled as somebody found out. */
import { foundOut, type PartRecord } from '../outbound/outbox.ts';
import type { Queries } from './database.ts';
import { partAfter } from './outbox-outcome.ts';
import { plainText } from './outbox-outcomes.ts';
import { passOnRiders } from './outbox-riders.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { type KeptPart, type PartPlace, readParts, toRecord } from './outbox-rows.ts';
import { tallyBy } from './outbox-tally.ts';
import { sealJson } from './outbox-words.ts';
import { packBytes } from './packed-bytes.ts';

/** With the same Message-ID; its result is owed to whoever sends it again. */
const requeue = `
  WITH again AS (
    UPDATE email_app.outcome SET state = NULL, settled_at = NULL FROM email_app.part
    WHERE part.app = $1 AND part.id = ANY($3::text[]) AND outcome.app = $1 AND outcome.request = part.request
      AND outcome.position = part.position AND outcome.state = 'unknown'
    RETURNING part.request, part.position
  ),
  unowed AS (
    DELETE FROM email_app.owed USING again
    WHERE owed.app = $1 AND owed.request = again.request AND owed.position = again.position
  ),
  turns AS (
    INSERT INTO email_app.turn (app, request, position, state, priority, due_at, owner)
    SELECT $1, again.request, again.position, 'queued', priority, $4, CASE WHEN reports THEN $2 ELSE '' END
    FROM again JOIN email_app.request ON request.app = $1 AND request.key = again.request
  ),
  ${tallyBy('other', { queued: '(SELECT count(*) FROM again)', unknown: '-(SELECT count(*) FROM again)' })}
  SELECT count(*)::integer AS count FROM again`;

export async function resendUnknown(
  { database, appId, instance }: OutboxRoom,
  partIds: readonly string[],
  now: number,
): Promise<number> {
  const values = [appId, instance, partIds, Math.ceil(now)];
  const [again] = await database.query<{ count: number }>(requeue, values);
  return again?.count ?? 0;
}

/** In the order asked for. */
export function resolveUnknown(
  room: OutboxRoom,
  partIds: readonly string[],
  as: 'sent' | 'failed',
  now: number,
): Promise<PartRecord[]> {
  const ending = { ...foundOut[as], state: as, attempted: false, at: now } as const;
  return room.database.transaction(async (tx) => {
    const resolved: KeptPart[] = [];
    for (const part of await lockUnknown(tx, room, partIds))
      resolved.push(partAfter(part, ending, await passOnRiders(tx, room, part, ending)));
    await writeFoundOut(tx, room, resolved, 'owed');
    return resolved.map(toRecord);
  });
}

/** In the order asked for, each once. */
export async function lockUnknown(
  tx: Queries,
  room: OutboxRoom,
  partIds: readonly string[],
): Promise<KeptPart[]> {
  const places = await tx.query<PartPlace>(
    `SELECT outcome.request, outcome.position FROM email_app.part JOIN email_app.outcome
      ON outcome.app = $1 AND outcome.request = part.request AND outcome.position = part.position
      WHERE part.app = $1 AND part.id = ANY($2::text[]) AND outcome.state = 'unknown'
      ORDER BY outcome.request, outcome.position FOR UPDATE OF outcome`,
    [room.appId, partIds],
  );
  const found = new Map((await readParts(tx, room, places)).map((part) => [part.id, part]));
  return [...new Set(partIds)].flatMap((id) => found.get(id) ?? []);
}

const settleUnknown = `
  WITH given AS (
    SELECT * FROM unnest($3::bigint[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[],
      $11::integer[], $12::integer[]) WITH ORDINALITY
    AS given (request, position, state, code, provider_message_id, settled_at, node, sealed_from, sealed_length, n)
  ),
  done AS (
    UPDATE email_app.outcome SET state = given.state, code = given.code, settled_at = given.settled_at,
      provider_message_id = given.provider_message_id,
      sealed = substring($10::bytea FROM sealed_from FOR sealed_length)
    FROM given WHERE outcome.app = $1 AND outcome.request = given.request AND outcome.position = given.position
      AND outcome.state = 'unknown'
    RETURNING given.*
  ),
  owing AS (
    INSERT INTO email_app.owed (app, request, position, node, owner, settled_at)
    SELECT $1, request, position, node, $2, settled_at FROM done WHERE node IS NOT NULL
    ON CONFLICT (app, request, position) DO UPDATE SET settled_at = excluded.settled_at
  ),
  events AS (
    INSERT INTO email_app.event (app, at, type, request, position)
    SELECT $1, settled_at, 'email.' || state, request, position FROM done ORDER BY n
  ),
  ${tallyBy('other', { unknown: '-(SELECT count(*) FROM done)' })}
  SELECT`;

/** `owed`: the node that asked gets the result once more. */
export async function writeFoundOut(
  tx: Queries,
  { appId, instance, seal }: OutboxRoom,
  parts: readonly KeptPart[],
  owed: 'owed' | 'not owed',
): Promise<void> {
  const sealed = packBytes(parts.map(({ outcome }) => sealJson(outcome, seal)));
  await tx.query(settleUnknown, [
    ...[appId, instance],
    parts.map(({ request }) => request.key),
    parts.map(({ position }) => position),
    parts.map(({ state }) => state),
    parts.map(({ code }) => code),
    parts.map(({ providerMessageId }) => plainText(providerMessageId)),
    parts.map(({ settledAt }) => settledAt),
    parts.map(({ request: { reports, node } }) => (reports && owed === 'owed' ? node : null)),
    ...[sealed.bytes, sealed.from, sealed.lengths],
  ]);
}
