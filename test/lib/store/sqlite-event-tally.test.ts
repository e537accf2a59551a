import assert from 'node:assert/strict';
import { memoryEventLog } from '../../support/memory-event-log.ts';
import { memoryEventTally } from '../../support/memory-event-tally.ts';
import { newPart, newRequest } from '../../support/new-request.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { tallyContract } from './tally-contract.ts';

describe('sqliteEventTally', () => {
  const { folder, remove } = temporaryFolder();
  let store: Awaited<ReturnType<typeof openTestStore>>;
  let count = 0;

  beforeEach(async () => {
    store = await openTestStore(`${folder}/app${++count}`);
  });
  afterEach(() => store.close());
  after(remove);

  describe('as any tally', () => {
    tallyContract(async () => store);
  });

  it('counts the mails of the outbox, which tells of them itself, and goes on after a restart', async () => {
    const at = 400_000 * 3_600_000;
    const accept = (id: string) => {
      const parts = ['a', 'b'].map((name) => newPart(`${name}-${id}@example.net`));
      return store.outbox.accept({ ...newRequest([], { id, acceptedAt: at, dueAt: at }), parts });
    };
    await accept('r1');
    const claimed = await store.outbox.claim(10, at);
    const outcome = { at, reason: '', code: 'sent', state: 'sent', attempted: true } as const;
    await store.outbox.settle(claimed.map(({ part }) => ({ ...outcome, partId: part.id })));
    await store.tally.roll();
    await store.close();
    store = await openTestStore(`${folder}/app${count}`);
    await store.tally.roll();
    assert.equal((await store.tally.totals()).sent, 2);
  });
});

describe('memoryEventTally', () => {
  describe('as any tally', () => {
    tallyContract(async () => {
      const events = memoryEventLog();
      return { events, tally: memoryEventTally(events) };
    });
  });
});
