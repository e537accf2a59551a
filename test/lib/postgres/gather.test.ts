import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { gather } from '../../../nodes/lib/postgres/gather.ts';

describe('gather', () => {
  it('makes one call of those of a moment, and one of those that come while it is under way', async () => {
    const runs: (readonly number[])[] = [];
    const double = gather(async (inputs: readonly number[]) => {
      runs.push(inputs);
      await new Promise(setImmediate);
      return inputs.map((input) => 2 * input);
    }, 100);
    const first = [double(1), double(2)];
    await new Promise(setImmediate);
    const second = [double(3), double(4)];
    assert.deepEqual(await Promise.all([...first, ...second]), [2, 4, 6, 8]);
    assert.deepEqual(runs, [
      [1, 2],
      [3, 4],
    ]);
    assert.equal(await double(5), 10);
  });

  it('passes no more on than may go at once', async () => {
    const sizes: number[] = [];
    const pass = gather(async (inputs: readonly number[]) => {
      sizes.push(inputs.length);
      return inputs;
    }, 3);
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map(pass));
    assert.deepEqual(sizes, [3, 3, 1]);
  });

  it('gives each call its own refusal, and all of them what the whole failed with', async () => {
    const full = new EmailError('queue-full', { detail: { count: 1 } });
    let isDown = false;
    const accept = gather(async (inputs: readonly number[]) => {
      if (isDown) throw new Error('down');
      return inputs.map((input) => (input === 2 ? full : input));
    }, 100);
    const [one, two] = await Promise.allSettled([accept(1), accept(2)]);
    assert.deepEqual(
      [one, two],
      [
        { status: 'fulfilled', value: 1 },
        { status: 'rejected', reason: full },
      ],
    );
    isDown = true;
    const lost = await Promise.allSettled([accept(1), accept(2)]);
    assert.deepEqual(
      lost.map((outcome) => outcome.status === 'rejected' && outcome.reason.code),
      ['internal-error', 'internal-error'],
    );
    isDown = false;
    assert.equal(await accept(3), 3);
  });
});
