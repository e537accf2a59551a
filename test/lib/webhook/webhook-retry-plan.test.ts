import assert from 'node:assert/strict';
import { nextTry } from '../../../nodes/lib/webhook/webhook-retry-plan.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const some = { attempts: 0, now: 0, since: 0, giveUpAfter: 30 * day, random: () => 0.5 };

describe('nextTry', () => {
  it('waits as Standard Webhooks recommends, then a day each time', () => {
    const waits = Array.from({ length: 11 }, (_, attempts) => nextTry({ ...some, attempts }));
    const hours = [2, 5, 10, 14, 20, 24, 24, 24].map((count) => count * hour);
    assert.deepEqual(waits, [5 * second, 5 * minute, 30 * minute, ...hours]);
  });

  it('spreads what failed together by a fifth', () => {
    assert.equal(nextTry({ ...some, random: () => 0 }), 4 * second);
    assert.equal(nextTry({ ...some, random: () => 0.999_999 }), 6 * second);
  });

  it('waits as long as the receiver asks, at least as long as the plan, at most a day', () => {
    assert.equal(nextTry({ ...some, retryAfter: minute }), minute);
    assert.equal(nextTry({ ...some, retryAfter: 1 }), 5 * second);
    assert.equal(nextTry({ ...some, retryAfter: 365 * day }), day);
  });

  it('tries once more at the end of its time, and then never', () => {
    const ends = { ...some, since: 1000, giveUpAfter: hour };
    assert.equal(nextTry({ ...ends, now: hour - minute, attempts: 2 }), hour + 1000);
    assert.equal(nextTry({ ...ends, now: hour, retryAfter: day }), hour + 1000);
    assert.equal(nextTry({ ...ends, now: hour + 1000 }), undefined);
  });
});
