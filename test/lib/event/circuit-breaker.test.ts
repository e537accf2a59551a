import assert from 'node:assert/strict';
import { openCircuitBreaker, type Rates } from '../../../nodes/lib/event/circuit-breaker.ts';
import type { BreakerSettings } from '../../../nodes/lib/settings/event-settings.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const hour = 3_600_000;
const settings: BreakerSettings = {
  hours: 24,
  leastMails: 100,
  warn: { bounces: 0.02, complaints: 0.001 },
  pause: { bounces: 0.05, complaints: 0.003 },
};

function stage(given = settings) {
  const clock = fakeClock();
  const notes = new Map<string, string | undefined>();
  const warnings: string[] = [];
  const trips: [Rates, string][] = [];
  const open = () =>
    openCircuitBreaker({
      settings: given,
      clock,
      notes: {
        readNote: async (name) => notes.get(name),
        writeNote: async (name, value) => void notes.set(name, value),
      },
      onWarning: ({ message }) => warnings.push(message),
      onTrip: (...trip) => trips.push(trip),
      onTrouble: assert.fail,
    });
  return { clock, warnings, trips, open, breaker: open() };
}

describe('openCircuitBreaker', () => {
  it('says nothing before there are enough mails', () => {
    const { breaker, warnings, trips } = stage();
    breaker.count({ mails: 99, bounces: 99, complaints: 99 });
    assert.deepEqual([warnings, trips], [[], []]);
  });

  it('warns once of a crossing, and again after it was below', () => {
    const { breaker, warnings, trips } = stage();
    breaker.count({ mails: 100, bounces: 2 });
    breaker.count({ bounces: 1 });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /2\.0 % bounces among 100 mails within 24 hours/);
    breaker.count({ mails: 400 });
    breaker.count({ mails: 0, bounces: 10 });
    assert.equal(warnings.length, 2);
    assert.deepEqual(trips, []);
  });

  for (const [counts, words] of [
    [{ mails: 100, bounces: 5 }, /^5\.0 % bounces among 100 mails/],
    [{ mails: 1000, complaints: 3 }, /^0\.30 % complaints among 1000 mails/],
  ] as const) {
    it(`stops at ${JSON.stringify(counts)}`, () => {
      const { breaker, trips } = stage();
      breaker.count(counts);
      assert.equal(trips.length, 1);
      assert.match(trips[0]?.[1] ?? '', words);
      assert.equal(trips[0]?.[0].mails, counts.mails);
    });
  }

  it('pauses nothing for less than five bounces or three complaints, and warns of no single one', () => {
    const { breaker, warnings, trips } = stage();
    breaker.count({ mails: 100, bounces: 1, complaints: 1 });
    assert.deepEqual([warnings, trips], [[], []]);
    breaker.count({ complaints: 1 });
    assert.match(warnings.join(), /^[^,]*, [^,]*: 2\.00 % complaints among 100 mails/);
    breaker.count({ bounces: 3 });
    assert.deepEqual(trips, []);
    breaker.count({ complaints: 1 });
    assert.match(trips[0]?.[1] ?? '', /3\.00 % complaints/);
    breaker.count({ bounces: 1 });
    assert.match(trips.at(-2)?.[1] ?? '', /5\.0 % bounces/);
  });

  it('takes no small list for a bad one, however few mails the settings ask for', () => {
    const { breaker, trips } = stage({ ...settings, leastMails: 1 });
    breaker.count({ mails: 10, bounces: 4, complaints: 2 });
    assert.deepEqual(trips, []);
    breaker.count({ bounces: 1 });
    assert.equal(trips.length, 1);
  });

  it('forgets what is older than its hours', async () => {
    const { clock, breaker, trips } = stage();
    breaker.count({ mails: 10, bounces: 10 });
    await clock.advance(24 * hour);
    breaker.count({ mails: 100 });
    assert.deepEqual(breaker.rates(), { mails: 100, bounces: 0, complaints: 0 });
    assert.deepEqual(trips, []);
  });

  it('knows after a restart what it knew before', async () => {
    const { clock, breaker, open, trips } = stage();
    breaker.count({ mails: 98, bounces: 4 });
    await breaker.close();
    const again = open();
    await clock.settle();
    again.count({ mails: 2, bounces: 1 });
    assert.equal(trips.length, 1);
  });

  it('saves by itself now and then', async () => {
    const { clock, breaker, open } = stage();
    breaker.count({ mails: 7 });
    await clock.advance(30_000);
    const again = open();
    await clock.settle();
    assert.equal(again.rates().mails, 7);
  });

  it('begins anew when a person says so', async () => {
    const { clock, breaker, open, trips } = stage();
    breaker.count({ mails: 100, bounces: 5 });
    breaker.reset();
    breaker.count({ mails: 1, bounces: 1 });
    assert.equal(trips.length, 1);
    await breaker.close();
    const again = open();
    await clock.settle();
    assert.equal(again.rates().mails, 1);
  });
});
