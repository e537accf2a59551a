/** The oldest events go, a few thousand at a time, and readers who never had them. */
import type { Place } from './database.ts';
import { eventHorizon, nothingTold } from './event-tables.ts';
import { beforeAll, type EventPlace } from './event-turns.ts';

const mostPruned = 2000;
const newest = `SELECT turn, sequence FROM email_app.event
  WHERE app = $1 AND turn < ${eventHorizon} ORDER BY turn DESC, sequence DESC LIMIT 1`;

export async function newestEvent({ database, appId }: Place): Promise<EventPlace | undefined> {
  const [found] = await database.query<EventPlace>(newest, [appId]);
  return found;
}

/**
 * From the oldest to the first thousands that are all young: times may be a little out of order. The newest row stays, for
 * it is the end, but tells nothing.
 */
export async function pruneEvents(place: Place, before: number): Promise<void> {
  const { database, appId } = place;
  await database.query(blankNewest, [appId, before]);
  for (let after: EventPlace | undefined = beforeAll; after; ) after = await pruneSome(place, before, after);
}

const blankNewest = `UPDATE email_app.event SET ${nothingTold}
  WHERE app = $1 AND at < $2 AND (turn, sequence) = (${newest}) AND num_nonnulls(fact, key, person, mail) > 0`;

/** `gone` holds places as pairs: what is compared is the row, not its numbers. */
const removeSome = `
  WITH page AS MATERIALIZED (
    SELECT turn, sequence, at FROM email_app.event
      WHERE app = $1 AND (turn, sequence) > ($2, $3) AND (turn, sequence) < (${newest})
      ORDER BY turn, sequence LIMIT ${mostPruned}
  ), gone AS (
    DELETE FROM email_app.event USING page
      WHERE app = $1 AND event.turn = page.turn AND event.sequence = page.sequence AND page.at < $4
      RETURNING event.turn, event.sequence
  ), left_behind AS (
    DELETE FROM email_app.event_reader WHERE app = $1
      AND (turn, sequence) < (SELECT turn, sequence FROM gone ORDER BY turn DESC, sequence DESC LIMIT 1)
  )
  SELECT turn, sequence FROM page WHERE EXISTS (SELECT FROM gone) ORDER BY turn DESC, sequence DESC LIMIT 1`;

/** Answers where to go on. */
async function pruneSome({ database, appId }: Place, before: number, after: EventPlace) {
  const [last] = await database.query<EventPlace>(removeSome, [appId, after.turn, after.sequence, before]);
  return last;
}
