/** Places in the event log, as rows and as text; and what becomes of them when the database is put into another server. */
import type { Place, Queries } from './database.ts';

/** Of a row; see event-tables. */
export interface EventPlace {
  readonly turn: number;
  readonly sequence: number;
}

/** Where a log begins that has never had a row, as its readers note it. */
const noPlace = '0';
export const beforeAll: EventPlace = { turn: Number.MIN_SAFE_INTEGER, sequence: 0 };

export function placeOf(position: string): EventPlace {
  const [turn = 0, sequence = 0] = position === noPlace ? [] : position.split('.').map(Number);
  return { turn, sequence };
}

export function positionOf({ turn, sequence }: EventPlace): string {
  return turn === 0 && sequence === 0 ? noPlace : `${turn}.${sequence}`;
}

/**
 * A copy of the rows (pg_dump) that was put into a server which has counted fewer transactions has turns that are still to
 * come there: nobody would read them, and what happens next would stand before them. All that was moves below zero then,
 * in its order, with the places of the readers. To be done before anything is appended.
 */
export async function settleTurns({ database, appId }: Pick<Place, 'database' | 'appId'>): Promise<void> {
  if ((await overshoot(database, appId)) === undefined) return;
  await database.transaction(async (tx) => {
    // one after the other: the second finds nothing to do
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`email_app event ${appId}`]);
    const shift = await overshoot(tx, appId);
    if (shift === undefined) return;
    for (const table of ['email_app.event', 'email_app.event_reader', 'email_app.event_tallied'])
      await tx.query(`UPDATE ${table} SET turn = turn - $2 WHERE app = $1`, [appId, shift]);
  });
}

/** The highest turn, if this server has not come so far. */
async function overshoot(database: Queries, appId: string): Promise<number | undefined> {
  const [found] = await database.query<{ turn: number | null }>(
    `SELECT max(turn) AS turn FROM (
        (SELECT turn FROM email_app.event WHERE app = $1 ORDER BY turn DESC LIMIT 1)
        UNION ALL (SELECT max(turn) FROM email_app.event_reader WHERE app = $1)
      ) AS known WHERE turn >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`,
    [appId],
  );
  return found?.turn ?? undefined;
}
