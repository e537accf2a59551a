import assert from 'node:assert/strict';
import { breather } from '../../../nodes/lib/kernel/breather.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('breather', () => {
  it('waits only when a turn has lasted long enough', async () => {
    const clock = fakeClock();
    const breathe = breather(clock);
    assert.equal(breathe(), undefined);
    await clock.advance(5);
    const waiting = breathe();
    assert.ok(waiting);
    await clock.advance(0);
    await waiting;
    assert.equal(breathe(), undefined);
  });

  it('ends the work with what is thrown when it is to go on', async () => {
    const clock = fakeClock();
    const breathe = breather(clock, () => {
      throw new Error('the app is closing');
    });
    await clock.advance(20);
    const waiting = assert.rejects(breathe() ?? Promise.resolve(), /closing/);
    await clock.advance(0);
    await waiting;
  });
});
