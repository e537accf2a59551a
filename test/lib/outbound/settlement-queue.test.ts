import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { PartRecord, Settlement } from '../../../nodes/lib/outbound/outbox.ts';
import { SettlementQueue } from '../../../nodes/lib/outbound/settlement-queue.ts';
import { fakeClock } from '../../support/fake-clock.ts';

function settlement(partId: string): Settlement {
  return { partId, at: 0, state: 'sent', code: 'sent', reason: '', attempted: true };
}

function open(settle: (batch: readonly Settlement[]) => Promise<PartRecord[]>) {
  const clock = fakeClock();
  const troubles: string[] = [];
  const batches: string[][] = [];
  const queue = new SettlementQueue({
    outbox: {
      settle(batch) {
        batches.push(batch.map(({ partId }) => partId));
        return settle(batch);
      },
    },
    clock,
    random: () => 0.5,
    onSettled: () => {},
    onTrouble: ({ code }) => troubles.push(code),
  });
  return { clock, troubles, batches, queue };
}

describe('SettlementQueue', () => {
  it('writes what ends in the same moment as one batch, and what comes meanwhile as the next', async () => {
    let written = (_records: PartRecord[]) => {};
    const { queue, batches, clock } = open(() => new Promise((resolve) => (written = resolve)));
    for (const id of ['a', 'b']) queue.add(settlement(id));
    await clock.settle();
    for (const id of ['c', 'd', 'e']) queue.add(settlement(id));
    written([]);
    await clock.settle();
    written([]);
    await queue.drained();
    assert.deepEqual(batches, [
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  it('waits longer and longer for a store that fails, loses nothing and reports it once', async () => {
    let failures = 5;
    const { queue, batches, clock, troubles } = open(async () => {
      if (failures-- > 0) throw new EmailError('store-unavailable', { retryable: true });
      return [];
    });
    queue.add(settlement('a'));
    await clock.advance(3_500);
    assert.equal(batches.length, 3);
    queue.add(settlement('b'));
    await clock.advance(60_000);
    assert.equal(batches.length, 6);
    assert.deepEqual(batches.at(-1), ['a', 'b']);
    assert.deepEqual([queue.size, troubles], [0, ['store-unavailable']]);
  });

  it('gives up on an outbox that was closed', async () => {
    const { queue, clock } = open(async () => {
      throw new EmailError('app-closed');
    });
    queue.add(settlement('late'));
    await queue.drained();
    assert.deepEqual([queue.size, clock.pending()], [0, 0]);
  });

  it('does not write a batch twice because a listener failed', async () => {
    const troubles: string[] = [];
    let writes = 0;
    const queue = new SettlementQueue({
      outbox: {
        async settle() {
          writes += 1;
          return [];
        },
      },
      clock: fakeClock(),
      random: () => 0.5,
      onSettled() {
        throw new TypeError('a mistake of the listener');
      },
      onTrouble: ({ code }) => troubles.push(code),
    });
    queue.add(settlement('a'));
    await queue.drained();
    assert.deepEqual([writes, troubles], [1, ['internal-error']]);
  });
});
