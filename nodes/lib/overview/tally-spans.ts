/** Hours in which something happened come in; every hour of a day and every day of a month go out. */
import type { HourTally, Tally } from '../message-log/event-tally.ts';
import { addTallies, emptyTally } from '../message-log/tally-events.ts';
import type { AppOverview } from './app-overview.ts';

const hour = 3_600_000;
const day = 24 * hour;
const hoursShown = 24;
const daysShown = 30;

export type TallySpans = Pick<AppOverview, 'tally' | 'hours' | 'days'>;

/** Begin of the first day (UTC) of which something is shown. */
export function tallyFrom(now: number): number {
  return begin(now, day) - (daysShown - 1) * day;
}

/** The last hour, day and month are those that run, and the ones before that make up 24 hours and 30 days. */
export function tallySpans(counted: readonly HourTally[], now: number): TallySpans {
  const hours = filled(counted, {
    first: begin(now, hour) - (hoursShown - 1) * hour,
    step: hour,
    count: hoursShown,
  });
  const days = filled(counted, { first: tallyFrom(now), step: day, count: daysShown });
  const sum = (all: readonly HourTally[]) => addTallies(all.map(({ counts }) => counts));
  return {
    hours,
    days,
    tally: { hour: hours.at(-1)?.counts ?? emptyTally, day: sum(hours), month: sum(days) },
  };
}

interface Spans {
  readonly first: number;
  /** ms */
  readonly step: number;
  readonly count: number;
}

/** What is dated before the first or after the last is left out. */
function filled(counted: readonly HourTally[], { first, step, count }: Spans): HourTally[] {
  const sums: Tally[] = Array(count).fill(emptyTally);
  for (const { hour: at, counts } of counted) {
    const index = Math.floor((at - first) / step);
    const sum = sums[index];
    if (sum) sums[index] = addTallies([sum, counts]);
  }
  return sums.map((counts, index) => ({ hour: first + index * step, counts }));
}

function begin(time: number, step: number): number {
  return time - (time % step);
}
