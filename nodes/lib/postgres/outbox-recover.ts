/** An instance that died in; what it had in hand, and what was kept for it alone, is everybody's again. */
import { errorSentences } from '../kernel/error-sentences.ts';
import type { Queries } from './database.ts';
import { partAfter } from './outbox-outcome.ts';
import type { Writing, Written } from './outbox-outcomes.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { type KeptPart, type PartPlace, readParts } from './outbox-rows.ts';
import { endCarrier, writeMany } from './outbox-settle.ts';

/** What becomes of mails that were in its hands. */
export type UnknownPolicy = 'hold' | 'resend';

/** May be done twice, and by several at once. */
export async function recoverDead(
  room: OutboxRoom,
  dead: string,
  now: number,
  unknown: UnknownPolicy,
): Promise<void> {
  await room.database.transaction((tx) => recoverSending(tx, room, dead, { now, unknown }));
  await disown(room, dead);
  await room.database.transaction((tx) => leaveNothing(tx, room, dead));
}

interface Recovery {
  readonly now: number;
  readonly unknown: UnknownPolicy;
}

async function recoverSending(
  tx: Queries,
  room: OutboxRoom,
  dead: string,
  { now, unknown }: Recovery,
): Promise<void> {
  const places = await tx.query<PartPlace & { readonly is_told: boolean }>(
    `SELECT request, position, EXISTS (SELECT FROM email_app.part_delivery AS told
        WHERE told.app = $1 AND told.request = turn.request AND told.position = turn.position) AS is_told
      FROM email_app.turn WHERE app = $1 AND holder = $2 AND state = 'sending'
      ORDER BY request, position FOR UPDATE`,
    [room.appId, dead],
  );
  const writing: Writing = { lane: 'other', from: ['sending'], holder: dead };
  const told = await readParts(
    tx,
    room,
    places.filter(({ is_told }) => is_told),
  );
  const others = await readParts(
    tx,
    room,
    places.filter(({ is_told }) => !is_told),
  );
  await endAll(tx, room, { parts: told, ending: toldBefore, now }, writing);
  if (unknown === 'hold') await endAll(tx, room, { parts: others, ending: unknownOutcome, now }, writing);
  else
    await writeMany(
      tx,
      room,
      others.map((part) => queuedAgain(part, now)),
      writing,
    );
}

function queuedAgain(part: KeptPart, dueAt: number): Written {
  return { part: { ...part, state: 'queued', attempts: part.attempts + 1 }, dueAt };
}

/** The route's own reports were faster than its answer, which then was lost: it has the mail. */
const toldBefore = {
  state: 'sent',
  code: 'sent',
  reason: 'the route reported on it before this program stopped',
} as const;

const code = 'outcome-unknown';
const unknownOutcome = { state: 'unknown', code, reason: errorSentences[code] } as const;

interface Endings {
  readonly parts: readonly KeptPart[];
  readonly ending: typeof toldBefore | typeof unknownOutcome;
  readonly now: number;
}

async function endAll(
  tx: Queries,
  room: OutboxRoom,
  { parts, ending, now }: Endings,
  writing: Writing,
): Promise<void> {
  const outcome = { ...ending, attempted: true, at: now };
  const carriers = parts.filter(({ words }) => words.riders.length > 0);
  for (const part of carriers)
    await endCarrier(tx, room, { part, settlement: { ...outcome, partId: part.id } }, writing);
  const plain = parts.filter((part) => !carriers.includes(part));
  await writeMany(
    tx,
    room,
    plain.map((part) => ({ part: partAfter(part, outcome) })),
    writing,
  );
}

/** Rows in one transaction. */
const disownStep = 5000;

/** In steps, for it may have been the only one that a million mails waited for. */
async function disown({ database, appId }: OutboxRoom, dead: string): Promise<void> {
  for (const state of ['queued', 'held']) {
    let count: number;
    do {
      const rows = await database.query(
        `UPDATE email_app.turn SET owner = '' WHERE ctid = ANY(ARRAY(SELECT ctid FROM email_app.turn
          WHERE app = $1 AND owner = $2 AND state = '${state}' LIMIT ${disownStep} FOR UPDATE SKIP LOCKED)) RETURNING 1`,
        [appId, dead],
      );
      count = rows.length;
    } while (count === disownStep);
  }
}

async function leaveNothing(tx: Queries, { appId, instance }: OutboxRoom, dead: string): Promise<void> {
  const of = [appId, dead];
  await tx.query(`UPDATE email_app.owed SET owner = '' WHERE app = $1 AND owner = $2`, of);
  await tx.query(`UPDATE email_app.mailing SET owner = '' WHERE app = $1 AND owner = $2`, of);
  await tx.query(
    `WITH drafts AS (DELETE FROM email_app.mailing_draft WHERE app = $1 AND instance = $2 RETURNING id)
      DELETE FROM email_app.mailing_chunk USING drafts WHERE app = $1 AND mailing = drafts.id`,
    of,
  );
  await tx.query(
    `WITH gone AS (
      DELETE FROM email_app.turn_tally WHERE app = $1 AND instance = $2 RETURNING held, queued, sending, unknown
    )
    INSERT INTO email_app.turn_tally (app, instance, lane, held, queued, sending, unknown)
    SELECT $1, $3, 'other', sum(held), sum(queued), sum(sending), sum(unknown) FROM gone HAVING count(*) > 0
    ON CONFLICT (app, instance, lane) DO UPDATE SET held = turn_tally.held + excluded.held,
      queued = turn_tally.queued + excluded.queued, sending = turn_tally.sending + excluded.sending,
      unknown = turn_tally.unknown + excluded.unknown`,
    [...of, instance],
  );
}
