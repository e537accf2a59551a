import assert from 'node:assert/strict';
import type { NewNotice } from '../../../nodes/lib/inbound/ses/notice-box.ts';
import type { AppStore } from '../../../nodes/lib/store/open-app-store.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';

const notice = (id: string, changes: Partial<NewNotice> = {}): NewNotice => ({
  id,
  kind: 'event',
  body: `{"id": "${id}"}`,
  arrivedAt: 1000,
  ...changes,
});

describe('sqliteNoticeBox', () => {
  const { folder, remove } = temporaryFolder();
  let store: AppStore;
  const box = () => store.notices;
  const idsDue = async (now: number, kind: 'event' | 'mail' = 'event') =>
    (await box().due(kind, 10, now)).map(({ id }) => id);

  before(async () => {
    store = await openTestStore(folder);
  });
  after(async () => {
    await store.close();
    remove();
  });

  it('keeps what was accepted over a restart, the kinds apart', async () => {
    await box().accept([notice('a'), notice('b', { kind: 'mail' }), notice('c', { arrivedAt: 2000 })]);
    await store.close();
    store = await openTestStore(folder);
    assert.deepEqual(
      [await idsDue(1000), await idsDue(2000), await idsDue(1000, 'mail')],
      [['a'], ['a', 'c'], ['b']],
    );
    const [first] = await box().due('event', 1, 1000);
    assert.deepEqual(first, { id: 'a', body: '{"id": "a"}', arrivedAt: 1000, attempts: 0 });
  });

  it('takes a message once, also after it is done', async () => {
    await box().settle([{ id: 'a', kind: 'done' }]);
    await box().accept([notice('a'), notice('c'), notice('c')]);
    assert.deepEqual(await idsDue(5000), ['c']);
  });

  it('counts the tries of what is put off', async () => {
    await box().settle([{ id: 'c', kind: 'later', dueAt: 9000.5 }]);
    assert.deepEqual(await idsDue(9000), []);
    assert.deepEqual(
      (await box().due('event', 1, 9001)).map(({ attempts }) => attempts),
      [1],
    );
  });

  it('keeps what was set aside, from the start or later', async () => {
    await box().accept([notice('d', { setAside: 'no JSON' })]);
    await box().settle([{ id: 'c', kind: 'set-aside', why: 'no mail' }]);
    assert.deepEqual([await idsDue(99_999), await box().counts()], [[], { waiting: 1, setAside: 2 }]);
  });

  it('forgets what is done, what was set aside and nothing that waits', async () => {
    await box().prune(1001, 1001);
    assert.deepEqual(await box().counts(), { waiting: 1, setAside: 1 });
    await box().accept([notice('a')]);
    assert.deepEqual(await idsDue(5000), ['a']);
  });
});
