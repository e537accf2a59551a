import assert from 'node:assert/strict';
import { Turns } from '../../../nodes/lib/kernel/turns.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('Turns', () => {
  it('takes one turn for all who wake it at a moment, and another for who does so in the middle', async () => {
    const clock = fakeClock();
    let taken = 0;
    let end = (): void => {};
    const turns = new Turns(clock, async () => {
      taken += 1;
      await new Promise<void>((resolve) => (end = resolve));
      return undefined;
    });
    for (let count = 0; count < 5; count += 1) turns.wake();
    await clock.settle();
    assert.equal(taken, 1);
    turns.wake();
    turns.wake();
    await clock.settle();
    assert.equal(taken, 1, 'two turns at once');
    end();
    await clock.settle();
    assert.equal(taken, 2);
    end();
    await clock.settle();
    assert.deepEqual([taken, clock.pending()], [2, 0]);
  });

  it('takes a turn when the time that the last one named has come, not in a hurry and once a minute at least', async () => {
    const clock = fakeClock();
    const start = clock.now();
    const times: number[] = [];
    const waits = [500, 0, 3_600_000];
    const turns = new Turns(clock, async () => {
      times.push(clock.now() - start);
      const wait = waits.shift();
      return wait === undefined ? undefined : clock.now() + wait;
    });
    turns.wake();
    await clock.advance(120_000);
    assert.deepEqual(times, [0, 500, 600, 60_600]);
  });

  it('forgets the time once it was woken before', async () => {
    const clock = fakeClock();
    let taken = 0;
    const turns = new Turns(clock, async () => (++taken === 1 ? clock.now() + 1000 : undefined));
    turns.wake();
    await clock.advance(500);
    turns.wake();
    await clock.advance(5000);
    assert.equal(taken, 2);
  });

  it('takes none once it is closed, and closes when the one under way is over', async () => {
    const clock = fakeClock();
    let taken = 0;
    let end = (): void => {};
    const turns = new Turns(clock, async () => {
      taken += 1;
      await new Promise<void>((resolve) => (end = resolve));
      return clock.now() + 100;
    });
    turns.wake();
    await clock.settle();
    let isClosed = false;
    const closing = turns.close().then(() => (isClosed = true));
    turns.wake();
    await clock.settle();
    assert.equal(isClosed, false);
    end();
    await closing;
    turns.wake();
    await clock.advance(1000);
    assert.deepEqual([taken, clock.pending()], [1, 0]);
  });
});
