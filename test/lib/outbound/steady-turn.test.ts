import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { steadyTurn } from '../../../nodes/lib/outbound/steady-turn.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('steadyTurn', () => {
  function stage() {
    const clock = fakeClock();
    const troubles: string[] = [];
    const asked: number[] = [];
    let failure: EmailError | undefined;
    const advance = async (now: number) => {
      asked.push(now - start);
      if (failure) throw failure;
      return now + 500;
    };
    const start = clock.now();
    const turn = steadyTurn(advance, {
      clock,
      random: () => 0.5,
      onTrouble: ({ code }) => troubles.push(code),
    });
    const since = async () => {
      const at = await turn();
      return at === undefined ? undefined : at - start;
    };
    const fail = (code?: 'store-unavailable' | 'app-closed') => {
      failure = code && new EmailError(code);
    };
    return { clock, troubles, asked, since, fail };
  }

  it('answers as its work does', async () => {
    const { since, asked } = stage();
    assert.equal(await since(), 500);
    assert.deepEqual(asked, [0]);
  });

  it('waits ever longer while the store fails, says so once, and asks nothing before that', async () => {
    const { clock, troubles, asked, since, fail } = stage();
    fail('store-unavailable');
    assert.equal(await since(), 1000);
    await clock.advance(999);
    assert.equal(await since(), 1000);
    await clock.advance(1);
    assert.equal(await since(), 3000);
    assert.deepEqual([asked, troubles], [[0, 1000], ['store-unavailable']]);
  });

  it('tells of new trouble after the store worked again', async () => {
    const { clock, troubles, since, fail } = stage();
    fail('store-unavailable');
    await since();
    await clock.advance(1000);
    fail();
    assert.equal(await since(), 1500);
    fail('store-unavailable');
    assert.equal(await since(), 2000);
    assert.equal(troubles.length, 2);
  });

  it('ends quietly when the store was closed', async () => {
    const { troubles, since, fail } = stage();
    fail('app-closed');
    assert.deepEqual([await since(), troubles], [undefined, []]);
  });
});
