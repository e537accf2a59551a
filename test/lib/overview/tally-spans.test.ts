import assert from 'node:assert/strict';
import { emptyTally } from '../../../nodes/lib/message-log/tally-events.ts';
import { tallyFrom, tallySpans } from '../../../nodes/lib/overview/tally-spans.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 24, 1, 30);
const sent = (at: number, count: number) => ({ hour: at, counts: { ...emptyTally, sent: count } });

describe('tallySpans', () => {
  it('has every hour of a day and every day of a month, oldest first', () => {
    const { hours, days } = tallySpans([], now);
    assert.deepEqual([hours.length, days.length], [24, 30]);
    assert.deepEqual(
      [hours[0]?.hour, hours[23]?.hour],
      [Date.UTC(2026, 10, 23, 2), Date.UTC(2026, 10, 24, 1)],
    );
    assert.deepEqual([days[0]?.hour, days[29]?.hour], [Date.UTC(2026, 9, 26), Date.UTC(2026, 10, 24)]);
    assert.equal(tallyFrom(now), days[0]?.hour);
  });

  it('sums up the hour, the day and the month that end now', () => {
    const thisHour = now - (now % hour);
    const counted = [
      sent(thisHour - 31 * day, 10_000),
      sent(thisHour - 29 * day, 1000),
      sent(thisHour - 24 * hour, 100),
      sent(thisHour - 23 * hour, 10),
      sent(thisHour, 1),
      sent(thisHour + hour, 50_000),
    ];
    const { tally, hours, days } = tallySpans(counted, now);
    const sums = [tally.hour, tally.day, tally.month].map((one) => one.sent);
    // an hour from the future is still of this day
    assert.deepEqual(sums, [1, 11, 51_111]);
    assert.deepEqual([hours[0]?.counts.sent, hours[23]?.counts.sent], [10, 1]);
    assert.deepEqual([days[0]?.counts.sent, days[28]?.counts.sent], [1000, 110]);
  });
});
