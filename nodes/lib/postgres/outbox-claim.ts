/**
 * Parts that are due come out marked as sending. What is claimed is marked by one statement and read by the next, so that
 * what its last holder wrote is seen; see outbox-tables. A part to a paused domain is put off until the pause ends when
 * its turn comes, so that a long queue to one domain is stepped over once and not at every claim.
 */
import { classPause } from '../outbound/outbox.ts';
import type { Queries } from './database.ts';
import { holdsItsLease } from './instance-tables.ts';
import { drawCopies, type Mailing } from './mailing-draw.ts';
import type { PartsInHand } from './outbox-in-hand.ts';
import { dueMailings, type Pause, readPauses } from './outbox-pauses.ts';
import { passOnRiders } from './outbox-riders.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { type KeptPart, type PartPlace, priorityRanks, readParts } from './outbox-rows.ts';
import { tallyBy } from './outbox-tally.ts';

/** Nothing is due so early. */
const never = Number.MIN_SAFE_INTEGER;

interface Picked extends PartPlace {
  readonly priority: number;
  readonly due_at: number;
}

const lease = holdsItsLease('$1', '$2');

/** `count`: how many at most; from `$4` on: until when they are due, for each priority. */
function pick(count: string): string {
  const names = ['high', 'normal', 'low'];
  const picks = names.map((name, rank) => {
    const rest = [
      '(SELECT count FROM free)',
      ...names.slice(0, rank).map((other) => `(SELECT count(*) FROM ${other})`),
    ].join(' - ');
    return `${name} AS MATERIALIZED (
      SELECT due.* FROM unnest(ARRAY['', $2]) AS owners (owner), LATERAL (
        SELECT ctid AS place, request, position, priority, due_at FROM email_app.turn
        WHERE app = $1 AND state = 'queued' AND owner = owners.owner AND priority = ${rank} AND due_at <= $${4 + rank}
        ORDER BY due_at, request, position LIMIT ${rest} FOR UPDATE SKIP LOCKED
      ) AS due ORDER BY due_at, request, position LIMIT ${rest})`;
  });
  return `free AS MATERIALIZED (SELECT ${count} AS count),
    ${picks.join(',\n')},
    picked AS MATERIALIZED (${names.map((name) => `SELECT * FROM ${name}`).join(' UNION ALL ')})`;
}

const mark = `claimed AS (
    UPDATE email_app.turn SET state = 'sending', holder = $2, paused_by = NULL
    WHERE ctid = ANY(ARRAY(SELECT place FROM picked)) RETURNING request, position, priority, due_at
  ),
  ${tallyBy('claim', { queued: '-(SELECT count(*) FROM claimed)', sending: '(SELECT count(*) FROM claimed)' })}
  SELECT * FROM claimed ORDER BY priority, due_at, request, position`;

const ifAlive = `CASE WHEN ${lease} THEN $3::integer ELSE 0 END`;
export const claimDue = `WITH ${pick(ifAlive)}, ${mark}`;

/** Where a domain is paused or copies of a mailing are to be drawn, none is claimed. */
export const claimFree = `WITH ${pick(`CASE WHEN NOT ${lease}
    OR EXISTS (SELECT FROM email_app.domain_pause WHERE app = $1 AND until > $4)
    OR EXISTS (SELECT FROM email_app.mailing WHERE app = $1 AND due_at <= $4) THEN 0 ELSE $3::integer END`)}, ${mark}`;

const pickDue = `WITH ${pick(ifAlive)} SELECT request, position, priority, due_at FROM picked
  ORDER BY priority, due_at, request, position`;

/** Of the due times of each priority. */
type Bounds = readonly [number, number, number];

/** Claims after one another; of several instances at once. */
export function claiming(room: OutboxRoom, inHand: PartsInHand) {
  // a pause or a mailing lasts for many claims: then nothing is tried without looking
  let isFree = true;

  async function claimSome(limit: number, now: number): Promise<KeptPart[]> {
    if (inHand.mayHaveMore) {
      const lost = await lostParts(room, inHand, limit);
      if (lost.length > 0) return lost;
      inHand.mayHaveMore = false;
    }
    if (isFree) {
      const parts = await claimBy(room, claimFree, limit, [now, now, now]);
      if (parts.length > 0) return parts;
    }
    const [pauses, mailings] = await Promise.all([readPauses(room, now), dueMailings(room, now)]);
    const wasFree = isFree;
    isFree = pauses.length === 0 && mailings.length === 0;
    return wasFree && isFree ? [] : claimAround(room, { pauses, mailings, limit, now });
  }

  return async (limit: number, now: number): Promise<KeptPart[]> => {
    if (limit < 1) return [];
    try {
      const parts = await claimSome(limit, now);
      inHand.take(parts);
      return parts;
    } catch (error) {
      inHand.mayHaveMore = true;
      throw error;
    }
  };
}

async function claimBy(room: OutboxRoom, sql: string, limit: number, bounds: Bounds): Promise<KeptPart[]> {
  const { database, appId, instance } = room;
  return readParts(database, room, await database.query<Picked>(sql, [appId, instance, limit, ...bounds]));
}

/** Marked for this instance by a claim whose answer was lost: nobody has begun to send them. */
async function lostParts(room: OutboxRoom, inHand: PartsInHand, limit: number): Promise<KeptPart[]> {
  const places = await room.database.query<PartPlace>(
    `SELECT turn.request, turn.position FROM email_app.turn
      JOIN email_app.part ON part.app = turn.app AND part.request = turn.request AND part.position = turn.position
      WHERE turn.app = $1 AND turn.holder = $2 AND turn.state = 'sending' AND part.id <> ALL($3::text[]) LIMIT $4`,
    [room.appId, room.instance, inHand.ids, limit],
  );
  return readParts(room.database, room, places);
}

interface Around {
  readonly pauses: readonly Pause[];
  readonly mailings: readonly Mailing[];
  readonly limit: number;
  readonly now: number;
}

/** The copies of a mailing follow what was due before it, and go before what is due later or is less urgent. */
async function claimAround(room: OutboxRoom, { pauses, mailings, limit, now }: Around): Promise<KeptPart[]> {
  const claimed: KeptPart[] = [];
  const waiting = [...mailings];
  while (claimed.length < limit) {
    const [mailing] = waiting;
    const due = { limit: limit - claimed.length, bounds: boundsOf(mailing, now), pauses, now };
    const { parts, putOff } = await claimUnpaused(room, due);
    claimed.push(...parts);
    if (putOff > 0 || parts.length === due.limit) continue;
    if (!mailing) break;
    if (!(await drawCopies(room, mailing))) waiting.shift();
  }
  return claimed;
}

function boundsOf(mailing: Mailing | undefined, now: number): Bounds {
  const boundOf = (rank: number) => {
    if (!mailing || rank < mailing.priority) return now;
    return rank === mailing.priority ? mailing.due_at : never;
  };
  return [boundOf(priorityRanks.high), boundOf(priorityRanks.normal), boundOf(priorityRanks.low)];
}

interface Due extends Pick<Around, 'limit' | 'pauses' | 'now'> {
  readonly bounds: Bounds;
}

interface Unpaused {
  readonly parts: readonly KeptPart[];
  readonly putOff: number;
}

/** More are looked at than wanted, so that a paused domain is stepped over quickly. */
const lookedAtBeside = 200;

async function claimUnpaused(room: OutboxRoom, { limit, bounds, pauses, now }: Due): Promise<Unpaused> {
  if (pauses.length === 0) return { parts: await claimBy(room, claimDue, limit, bounds), putOff: 0 };
  const { database, appId, instance } = room;
  return database.transaction(async (tx) => {
    const most = limit + lookedAtBeside;
    const places = await tx.query<Picked>(pickDue, [appId, instance, most, ...bounds]);
    const found = await readParts(tx, room, places);
    const pauseOf = new Map(found.map((part) => [part, findPause(part, pauses, now)]));
    const paused = found.filter((part) => pauseOf.get(part));
    const parts = found.filter((part) => !pauseOf.get(part)).slice(0, limit);
    for (const part of paused.filter(({ words }) => words.riders.length > 0))
      await passOnRiders(tx, room, part, { state: 'later', reason: '', at: now });
    await putOff(
      tx,
      room,
      paused.map((part) => ({ part, pause: pauseOf.get(part) })),
    );
    await markSending(tx, room, parts);
    return { parts, putOff: paused.length };
  });
}

/** An expired part is claimed in spite of a pause: it is not going to be sent. */
function findPause({ request, words }: KeptPart, pauses: readonly Pause[], now: number): Pause | undefined {
  if (request.expiresAt !== undefined && request.expiresAt <= now) return undefined;
  const ownClass = classPause(request.messageClass);
  return pauses.find(
    ({ domain }) => domain === ownClass || words.recipients.some((address) => address.endsWith(`@${domain}`)),
  );
}

interface PutOff {
  readonly part: KeptPart;
  readonly pause: Pause | undefined;
}

async function putOff(tx: Queries, { appId }: OutboxRoom, all: readonly PutOff[]): Promise<void> {
  const endOf = ({ part: { request }, pause }: PutOff) =>
    Math.min(pause?.until ?? never, request.expiresAt ?? Number.POSITIVE_INFINITY);
  await tx.query(
    `UPDATE email_app.turn SET due_at = given.due_at, paused_by = given.domain
      FROM unnest($2::bigint[], $3::integer[], $4::bigint[], $5::text[]) AS given (request, position, due_at, domain)
      WHERE turn.app = $1 AND turn.request = given.request AND turn.position = given.position`,
    [appId, ...placesOf(all.map(({ part }) => part)), all.map(endOf), all.map(({ pause }) => pause?.domain)],
  );
}

async function markSending(
  tx: Queries,
  { appId, instance }: OutboxRoom,
  parts: readonly KeptPart[],
): Promise<void> {
  await tx.query(
    `WITH claimed AS (
      UPDATE email_app.turn SET state = 'sending', holder = $2, paused_by = NULL
      FROM unnest($3::bigint[], $4::integer[]) AS given (request, position)
      WHERE turn.app = $1 AND turn.request = given.request AND turn.position = given.position RETURNING 1
    ),
    ${tallyBy('other', { queued: '-(SELECT count(*) FROM claimed)', sending: '(SELECT count(*) FROM claimed)' })}
    SELECT`,
    [appId, instance, ...placesOf(parts)],
  );
}

function placesOf(parts: readonly KeptPart[]): readonly [number[], number[]] {
  return [parts.map(({ request }) => request.key), parts.map(({ position }) => position)];
}
