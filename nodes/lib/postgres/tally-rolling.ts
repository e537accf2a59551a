/** Events are counted by their hour and type, a few thousand rows at a time: each once, whichever machine counts. */
import type { Place } from './database.ts';
import { eventHorizon } from './event-tables.ts';
import { beforeAll, type EventPlace } from './event-turns.ts';

export interface Rolled {
  /** Events looked at. */
  readonly rows: number;
  /** There is more already, which cannot be read yet; see event-tables. */
  readonly isHeld: boolean;
}

/** In one transaction: it takes some milliseconds, and other machines that count wait for it. */
export const mostRolled = 4000;

const begin = `INSERT INTO email_app.event_tallied (app, turn, sequence) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;

/** Counting is a statement of its own: it sees the log as it is once the row is locked. */
const lock = 'SELECT turn, sequence FROM email_app.event_tallied WHERE app = $1 FOR UPDATE';

const count = `
  WITH page AS MATERIALIZED (
    SELECT turn, sequence, at - at % 3600000 AS hour, type, untallied FROM email_app.event
      WHERE app = $1 AND (turn, sequence) > ($2, $3) AND turn < ${eventHorizon}
      ORDER BY turn, sequence LIMIT ${mostRolled}
  ), hours AS (
    INSERT INTO email_app.event_tally AS tally (app, hour, type, count)
      SELECT $1, hour, type, count(*) FROM page WHERE untallied IS NULL GROUP BY hour, type
      ON CONFLICT (app, hour, type) DO UPDATE SET count = tally.count + excluded.count
  ), totals AS (
    INSERT INTO email_app.event_total AS total (app, type, count)
      SELECT $1, type, count(*) FROM page WHERE untallied IS NULL GROUP BY type
      ON CONFLICT (app, type) DO UPDATE SET count = total.count + excluded.count
  ), counted AS (
    UPDATE email_app.event_tallied AS tallied SET turn = last.turn, sequence = last.sequence
      FROM (SELECT turn, sequence FROM page ORDER BY turn DESC, sequence DESC LIMIT 1) AS last WHERE tallied.app = $1
  )
  SELECT (SELECT count(*) FROM page) AS rows,
    EXISTS (SELECT FROM email_app.event WHERE app = $1 AND turn >= ${eventHorizon}) AS "isHeld"`;

export function rollSome({ database, appId }: Place): Promise<Rolled> {
  return database.transaction(async (tx) => {
    await tx.query(begin, [appId, beforeAll.turn, beforeAll.sequence]);
    const [place] = await tx.query<EventPlace>(lock, [appId]);
    const { turn, sequence } = place ?? beforeAll;
    const [rolled] = await tx.query<Rolled>(count, [appId, turn, sequence]);
    return rolled ?? { rows: 0, isHeld: false };
  });
}
