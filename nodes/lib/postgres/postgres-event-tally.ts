/** The port `EventTally` on PostgreSQL: the counts of all machines of an app, made by whichever of them comes first. */
import type { EventType } from '../event/event-log.ts';
import type { EventTally } from '../message-log/event-tally.ts';
import { tallyEvents, tallyHours } from '../message-log/tally-events.ts';
import type { Place } from './database.ts';
import { mostRolled, rollSome } from './tally-rolling.ts';

interface TotalRow {
  readonly type: EventType;
  readonly count: number;
}

interface HourRow extends TotalRow {
  readonly hour: number;
}

const readHours = `SELECT hour, type, count FROM email_app.event_tally WHERE app = $1 AND hour >= $2 ORDER BY hour`;
const readTotals = 'SELECT type, count FROM email_app.event_total WHERE app = $1';
const prune = 'DELETE FROM email_app.event_tally WHERE app = $1 AND hour < $2';

/** `lookAgain`: there are events that could not be counted yet; told whether others could. */
export function postgresEventTally(place: Place, lookAgain: (cameOn: boolean) => void): EventTally {
  const { database, appId } = place;
  return {
    async roll() {
      for (;;) {
        const { rows, isHeld } = await rollSome(place);
        if (rows === mostRolled) continue;
        if (isHeld) lookAgain(rows > 0);
        return;
      }
    },
    read: async (from) => tallyHours(await database.query<HourRow>(readHours, [appId, from])),
    totals: async () => tallyEvents(await database.query<TotalRow>(readTotals, [appId])),
    async prune(before) {
      await database.query(prune, [appId, before]);
    },
  };
}
