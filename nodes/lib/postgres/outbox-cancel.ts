/** Ids of parts in; those that were not being sent are cancelled, or are due at once. */
import { errorSentences } from '../kernel/error-sentences.ts';
import type { PartRecord } from '../outbound/outbox.ts';
import type { Queries } from './database.ts';
import { partAfter } from './outbox-outcome.ts';
import type { Writing } from './outbox-outcomes.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { type KeptPart, type PartPlace, readParts, toRecord } from './outbox-rows.ts';
import { endCarrier, writeMany } from './outbox-settle.ts';

const cancelled = {
  state: 'cancelled',
  code: 'cancelled',
  reason: errorSentences.cancelled,
  attempted: false,
} as const;

const waiting: Writing = { lane: 'other', from: ['held', 'queued'], holder: null };

/** In the order asked for. Copies without riders go first: what rides on another finds those that are left. */
export async function cancelParts(
  room: OutboxRoom,
  partIds: readonly string[],
  now: number,
): Promise<PartRecord[]> {
  const done = await room.database.transaction(async (tx) => {
    const plain = (await lockWaiting(tx, room, partIds)).filter(({ words }) => words.riders.length === 0);
    const given = plain.map((part) => ({ part: partAfter(part, { ...cancelled, at: now }) }));
    const ended = await writeMany(tx, room, given, waiting);
    for (;;) {
      const [carrier] = await lockWaiting(tx, room, partIds);
      if (!carrier) return ended;
      const settlement = { ...cancelled, partId: carrier.id, at: now };
      ended.push(...(await endCarrier(tx, room, { part: carrier, settlement }, waiting)));
    }
  });
  const byId = new Map(done.map((part) => [part.id, toRecord(part)]));
  return [...new Set(partIds)].flatMap((id) => byId.get(id) ?? []);
}

async function lockWaiting(tx: Queries, room: OutboxRoom, partIds: readonly string[]): Promise<KeptPart[]> {
  const places = await tx.query<PartPlace>(
    `SELECT turn.request, turn.position FROM email_app.part JOIN email_app.turn
      ON turn.app = $1 AND turn.request = part.request AND turn.position = part.position
      WHERE part.app = $1 AND part.id = ANY($2::text[]) AND turn.state IN ('held', 'queued')
      ORDER BY turn.request, turn.position FOR UPDATE OF turn`,
    [room.appId, partIds],
  );
  return readParts(tx, room, places);
}

/** Those that are queued for later; answers how many. */
export async function retryNow(
  { database, appId }: OutboxRoom,
  partIds: readonly string[],
  now: number,
): Promise<number> {
  const [done] = await database.query<{ count: number }>(
    `WITH forward AS (
      UPDATE email_app.turn SET due_at = $3, paused_by = NULL FROM email_app.part
      WHERE part.app = $1 AND part.id = ANY($2::text[]) AND turn.app = $1 AND turn.request = part.request
        AND turn.position = part.position AND turn.state = 'queued' AND turn.due_at > $3
      RETURNING 1
    ) SELECT count(*)::integer AS count FROM forward`,
    [appId, partIds, Math.ceil(now)],
  );
  return done?.count ?? 0;
}
