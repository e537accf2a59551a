import assert from 'node:assert/strict';
import { inTurns } from '../../nodes/glue/in-turns.ts';

describe('inTurns', () => {
  it('lets work of one name wait for the one before, also when that fails, and other names go on', async () => {
    const turns = inTurns();
    const told: string[] = [];
    let fail = (): void => {};
    const first = turns.take('a', async () => {
      await new Promise<void>((resolve) => {
        fail = resolve;
      });
      throw new Error('first');
    });
    const second = turns.take('a', async () => told.push('second'));
    await turns.take('b', async () => told.push('other'));
    assert.deepEqual(told, ['other']);
    fail();
    await assert.rejects(first, /first/);
    await second;
    assert.deepEqual(told, ['other', 'second']);
    assert.equal(await turns.take('a', async () => 3), 3);
  });
});
