import type { EventLog, EventType } from '../../nodes/lib/event/event-log.ts';
import type { EventTally } from '../../nodes/lib/message-log/event-tally.ts';
import { isTallied, tallyEvents, tallyHours } from '../../nodes/lib/message-log/tally-events.ts';

interface Row {
  readonly hour: number;
  readonly type: EventType;
  readonly count: number;
}

/** The port `EventTally` without a disk, over any log; it passes the same contract suite. */
export function memoryEventTally(log: Pick<EventLog, 'read'>): EventTally {
  const all: Row[] = [];
  let rows: Row[] = [];
  let after: string | undefined;
  return {
    async roll() {
      for (;;) {
        const { events, position } = await log.read({ after, limit: 100 });
        if (position === undefined) return;
        after = position;
        const fresh = events
          .filter(isTallied)
          .map(({ at, type }) => ({ hour: at - (at % 3_600_000), type, count: 1 }));
        all.push(...fresh);
        rows.push(...fresh);
      }
    },
    read: async (from) =>
      tallyHours(rows.filter(({ hour }) => hour >= from).sort((one, other) => one.hour - other.hour)),
    totals: async () => tallyEvents(all),
    async prune(before) {
      rows = rows.filter(({ hour }) => hour >= before);
    },
  };
}
