import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RateLimiter } from '../../../nodes/lib/outbound/rate-limiter.ts';

const second = 1000;

/** How many mails leave within `time` if each leaves as early as it may. */
function sendAll(limiter: RateLimiter, from: number, time: number): number {
  let sent = 0;
  for (let now = from; now < from + time; now = Math.max(limiter.nextAt(now), now + 1)) {
    const count = limiter.available(now);
    limiter.take(count, now);
    sent += count;
  }
  return sent;
}

describe('RateLimiter', () => {
  it('lets a quarter of a second’s mails leave at once and then keeps the rate', () => {
    const limiter = new RateLimiter(20, 0);
    assert.equal(limiter.available(0), 5);
    assert.equal(sendAll(limiter, 0, 10 * second), 5 + 199);
  });

  it('keeps a rate below one mail per second', () => {
    const limiter = new RateLimiter(0.5, 0);
    limiter.take(1, 0);
    assert.equal(limiter.available(0), 0);
    assert.equal(limiter.nextAt(0), 2 * second);
    assert.equal(limiter.available(2 * second), 1);
  });

  it('slows down and recovers when the clock is set back a day', () => {
    const limiter = new RateLimiter(8, 86_400 * second);
    limiter.slowDown(86_400 * second);
    limiter.slowDown(0);
    assert.equal(limiter.rate(0), 2);
    assert.equal(limiter.rate(600 * second), 8);
  });

  it('takes another rate, of which a slow-down keeps its part', () => {
    const limiter = new RateLimiter(1, 0);
    limiter.setRate(20, 0);
    assert.equal(limiter.rate(0), 20);
    assert.equal(limiter.available(second), 5);
    limiter.slowDown(second);
    limiter.setRate(40, second);
    assert.equal(limiter.rate(second), 20);
  });

  it('does not save up for a storm after a silence', () => {
    const limiter = new RateLimiter(20, 0);
    assert.equal(limiter.available(3_600 * second), 5);
  });

  it('halves once for the mails that are told together to slow down', () => {
    const limiter = new RateLimiter(16, 0);
    for (let mail = 0; mail < 5; mail += 1) limiter.slowDown(mail);
    assert.equal(limiter.rate(5), 8);
    limiter.slowDown(10 * second);
    assert.equal(limiter.rate(10 * second), 4.4);
  });

  it('creeps back by 5 % of the configured rate every 10 s', () => {
    const limiter = new RateLimiter(10, 0);
    limiter.slowDown(0);
    assert.deepEqual(
      [0, 9, 10, 25, 100, 1000].map((at) => limiter.rate(at * second)),
      [5, 5, 5.5, 6, 10, 10],
    );
  });

  it('never gets slower than one mail in 10 s, nor than it was set to', () => {
    const limiter = new RateLimiter(1, 0);
    const slow = new RateLimiter(0.02, 0);
    for (let at = 0; at < 10; at += 1) {
      limiter.slowDown(at * 10 * second);
      slow.slowDown(at * 10 * second);
    }
    assert.ok(limiter.rate(90 * second) >= 0.1);
    assert.equal(slow.rate(90 * second), 0.02);
  });

  it('takes no harm from a clock that is set back', () => {
    const limiter = new RateLimiter(1, 100 * second);
    limiter.take(1, 100 * second);
    assert.equal(limiter.available(50 * second), 0);
    assert.equal(limiter.available(51 * second), 1);
  });

  it('never lets more leave than the burst and the rate over any time', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 500, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (rate, seconds) => {
          const sent = sendAll(new RateLimiter(rate, 0), 0, seconds * second);
          assert.ok(sent <= Math.max(1, rate / 4) + rate * seconds + 0.01);
          assert.ok(sent >= Math.floor(rate * seconds * 0.99 - 1));
        },
      ),
      { numRuns: 30 },
    );
  });
});
