import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AppStore } from '../../../nodes/lib/store/open-app-store.ts';
import { newPart, newRequest } from '../../support/new-request.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';

describe('the list of whose mails there are', () => {
  let folder: string;
  let remove: () => void;
  let store: AppStore;
  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    store = await open();
  });
  afterEach(async () => {
    await store.close();
    remove();
  });

  const open = () => openTestStore(folder, { maxWaiting: 50_000 });
  const accept = (id: string, names: readonly string[], acceptedAt = 1000) =>
    store.outbox.accept({
      ...newRequest([], { id, acceptedAt }),
      parts: names.map((name) => newPart(`${name}@a.example`, { id: `${name}-${id}` })),
    });
  const idsOf = async (name: string) =>
    (await store.messageLog.search({ recipient: `${name}@a.example`, limit: 9 })).messages.map(
      ({ id }) => id,
    );
  const settleAll = async () => {
    const claimed = await store.outbox.claim(100, 2000);
    const sent = { state: 'sent', code: 'sent', reason: '', attempted: true, at: 2000 } as const;
    await store.outbox.settle(claimed.map(({ part }) => ({ ...sent, partId: part.id })));
  };
  /** The store has its file to itself. */
  const listed = async () => {
    await store.close();
    const database = new DatabaseSync(join(folder, 'app.sqlite'), { readOnly: true });
    const [row] = database.prepare('SELECT count(*) AS count FROM part_person').all();
    database.close();
    store = await open();
    return row?.count;
  };

  it('is written when events are counted, and not by those who send', async () => {
    await accept('1', ['ann', 'bob']);
    assert.equal(await listed(), 0);
    await store.tally.roll();
    assert.equal(await listed(), 2);
    await store.tally.roll();
    assert.equal(await listed(), 2);
  });

  it('is up to date when somebody is looked for, newest first', async () => {
    await accept('1', ['ann', 'bob']);
    assert.deepEqual(await idsOf('ann'), ['ann-1']);
    await accept('2', ['cat', 'ann']);
    assert.deepEqual(await idsOf('ann'), ['ann-2', 'ann-1']);
  });

  it('takes more than one step', async () => {
    await accept(
      '1',
      Array.from({ length: 8500 }, (_, index) => `reader${index}`),
    );
    assert.deepEqual(await idsOf('reader8400'), ['reader8400-1']);
    assert.equal(await listed(), 8500);
  });

  it('loses what is pruned, and has what then takes its place', async () => {
    await accept('1', ['ann', 'bob', 'cat']);
    await store.tally.roll();
    await settleAll();
    await store.outbox.prune(3000, 3000);
    assert.equal(await listed(), 0);
    await accept('2', ['bob', 'dan', 'ann', 'eve'], 4000);
    for (const name of ['bob', 'dan', 'ann', 'eve']) assert.deepEqual(await idsOf(name), [`${name}-2`]);
  });

  it('goes on where it was when later mails are gone first', async () => {
    await accept('1', ['ann'], 5000);
    await accept('2', ['bob', 'cat']);
    await store.tally.roll();
    await settleAll();
    await store.outbox.prune(3000, 3000);
    await accept('3', ['dan', 'eve', 'fay'], 6000);
    for (const name of ['dan', 'eve', 'fay']) assert.deepEqual(await idsOf(name), [`${name}-3`]);
    assert.deepEqual(await idsOf('ann'), ['ann-1']);
  });
});
