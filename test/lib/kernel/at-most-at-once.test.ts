import assert from 'node:assert/strict';
import { AtMostAtOnce } from '../../../nodes/lib/kernel/at-most-at-once.ts';

describe('AtMostAtOnce', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('begins so much work at once, and the rest in order as it ends', async () => {
    const queue = new AtMostAtOnce(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const all = [0, 1, 2, 3].map((number) =>
      queue.run(async () => {
        begun.push(number);
        await new Promise<void>((resolve) => ends.push(resolve));
        return number;
      }),
    );
    await turn();
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.();
    await turn();
    assert.deepEqual(begun, [0, 1, 2]);
    ends[0]?.();
    await turn();
    assert.deepEqual(begun, [0, 1, 2, 3]);
    for (const end of ends) end();
    assert.deepEqual(await Promise.all(all), [0, 1, 2, 3]);
  });

  it('goes on after work that failed', async () => {
    const queue = new AtMostAtOnce(1);
    const failing = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(async () => 'done');
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'done');
    assert.equal(await queue.run(async () => 'again'), 'again');
    await queue.idle();
  });
});
