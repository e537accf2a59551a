import assert from 'node:assert/strict';
import { type Books, faultsOf } from '../support/mail-ledger.ts';

describe('the ledger of several machines', () => {
  const good: Books = {
    accepted: ['a', 'b'],
    kept: [
      { name: 'a', state: 'sent', reports: false },
      { name: 'b', state: 'sent', reports: false },
      { name: 'c', state: 'sent', reports: true },
    ],
    arrived: ['b', 'a', 'c'],
    told: [{ machine: 'm0', name: 'c', status: 'sent', resumed: false }],
  };
  const [told] = good.told;
  const withC = (state: string) => good.kept.map((copy) => (copy.name === 'c' ? { ...copy, state } : copy));

  it('finds nothing where each was sent and told once', () => assert.deepEqual(faultsOf(good), []));

  for (const [fault, changes, sentence] of [
    ['lost after it was accepted', { accepted: ['a', 'b', 'd'] }, 'd: accepted and lost'],
    ['called sent and never sent', { arrived: ['a', 'c'] }, 'b: sent and never came'],
    ['sent twice', { arrived: ['a', 'b', 'b', 'c'] }, 'b: came 2 times'],
    ['sent without being asked for', { arrived: ['a', 'b', 'c', 'e'] }, 'e: never accepted'],
    ['left in the queue', { kept: withC('queued') }, 'c: queued'],
    ['never told', { told: [] }, 'c: never told'],
    ['told twice', { told: [told, told] }, '1 results were told twice, 0 at most may be'],
    ['told wrongly', { told: [{ ...told, status: 'failed' }] }, 'c: told as failed'],
    ['unknown though nobody died', { kept: withC('unknown') }, '1 copies are unknown, 0 at most may be'],
  ] as const)
    it(`would find one that was ${fault}`, () => {
      const found = faultsOf({ ...good, ...changes } as Books);
      assert.ok(found.includes(sentence), `${found}`);
    });

  it('would find an unknown one that was sent twice, and somebody who left and was mailed', () => {
    const unknown = { ...good, kept: withC('unknown'), arrived: ['a', 'b', 'c', 'c'] };
    assert.ok(faultsOf(unknown, { unknown: 1 }).includes('c: came 2 times'));
    assert.equal(faultsOf(good, { suppressed: ['b'] }).length, 1);
  });
});
