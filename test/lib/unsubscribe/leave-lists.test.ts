import assert from 'node:assert/strict';
import { undoLeave } from '../../../nodes/lib/unsubscribe/leave-lists.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';

const address = 'ann@example.com';

describe('undoLeave', () => {
  it('lets a complaint stand that arrives in the middle of it', async () => {
    const list = memorySuppressionList();
    await list.add([{ address, cause: 'unsubscribe', method: 'page', at: 1000 }]);
    const complaining = {
      ...list,
      find: async (...given: Parameters<typeof list.find>) => {
        const found = await list.find(...given);
        await list.add([{ address, cause: 'complaint', method: 'complaint', at: 2000 }]);
        return found;
      },
    };
    const undo = { address, topics: [undefined], issued: 1000, now: 2000, evidence: {} };
    assert.equal(await undoLeave(undo, complaining), true);
    const { entries } = await list.list({ limit: 9 });
    assert.deepEqual(
      entries.map(({ cause }) => cause),
      ['complaint'],
    );
  });
});
