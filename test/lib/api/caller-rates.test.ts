import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CallerRates } from '../../../nodes/lib/api/caller-rates.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('CallerRates', () => {
  it('lets a minute’s worth pass at once, and says when there is more', async () => {
    const clock = fakeClock();
    const rates = new CallerRates(60, clock);
    assert.equal(rates.take('shop', 60), 0);
    assert.equal(rates.take('shop', 10), 10_000);
    await clock.advance(9_999);
    assert.ok(rates.take('shop', 10) > 0);
    await clock.advance(1);
    assert.equal(rates.take('shop', 10), 0);
  });

  it('counts each caller alone', () => {
    const rates = new CallerRates(1, fakeClock());
    assert.equal(rates.take('shop', 1), 0);
    assert.equal(rates.take('crm', 1), 0);
    assert.ok(rates.take('shop', 1) > 0);
  });

  it('lets more than a minute’s worth pass after a quiet minute, and has it paid back', async () => {
    const clock = fakeClock();
    const rates = new CallerRates(60, clock);
    assert.equal(rates.take('shop', 180), 0);
    assert.equal(rates.take('shop', 1), 121_000);
    await clock.advance(121_000);
    assert.equal(rates.take('shop', 1), 0);
  });

  it('never lets more pass than the rate and one request allow, whatever is asked for and when', async () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(20_000)), { maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(steps, async (asked) => {
        const clock = fakeClock();
        const start = clock.now();
        const rates = new CallerRates(30, clock);
        let passed = 0;
        for (const [count, pause] of asked) {
          if (rates.take('shop', count) === 0) passed += count;
          await clock.advance(pause);
          assert.ok(passed <= 30 + ((clock.now() - start) / 60_000) * 30 + 50);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes nothing away when the clock is set back', () => {
    let now = 1_000_000;
    const rates = new CallerRates(10, { ...fakeClock(), now: () => now });
    assert.equal(rates.take('shop', 5), 0);
    now -= 500_000;
    assert.equal(rates.take('shop', 5), 0);
  });
});
