import assert from 'node:assert/strict';
import type { NewNotice, NoticeBox } from '../../../nodes/lib/inbound/ses/notice-box.ts';

export interface NoticePlace {
  readonly box: NoticeBox;
  /** The same after a restart. */
  reopen(): Promise<NoticeBox>;
  dispose(): Promise<void>;
}

export const newNotice = (id: string, changes: Partial<NewNotice> = {}): NewNotice => ({
  id,
  kind: 'event',
  body: `{"id": "${id}"}`,
  arrivedAt: 1000,
  ...changes,
});

/** What every adapter of the port `NoticeBox` must do. */
export function describeNoticeBox(name: string, prepare: () => Promise<NoticePlace>): void {
  describe(name, () => {
    let place: NoticePlace;
    let box: NoticeBox;
    beforeEach(async () => {
      place = await prepare();
      box = place.box;
    });
    afterEach(() => place.dispose());

    const idsDue = async (now: number, kind: 'event' | 'mail' = 'event') =>
      (await box.due(kind, 10, now)).map(({ id }) => id);

    it('keeps what was accepted over a restart, the kinds apart', async () => {
      await box.accept([
        newNotice('a'),
        newNotice('b', { kind: 'mail' }),
        newNotice('c', { arrivedAt: 2000 }),
      ]);
      box = await place.reopen();
      assert.deepEqual(
        [await idsDue(1000), await idsDue(2000), await idsDue(1000, 'mail')],
        [['a'], ['a', 'c'], ['b']],
      );
      const [first] = await box.due('event', 1, 1000);
      assert.deepEqual(first, { id: 'a', body: '{"id": "a"}', arrivedAt: 1000, attempts: 0 });
    });

    it('gives the oldest first', async () => {
      await box.accept([
        newNotice('b', { arrivedAt: 2000 }),
        newNotice('a'),
        newNotice('c', { arrivedAt: 2000 }),
      ]);
      assert.deepEqual(await idsDue(2000), ['a', 'b', 'c']);
    });

    it('takes a message once, also after it is done', async () => {
      await box.accept([newNotice('a'), newNotice('c', { arrivedAt: 2000 })]);
      await box.settle([{ id: 'a', kind: 'done' }]);
      await box.accept([newNotice('a'), newNotice('c'), newNotice('c')]);
      assert.deepEqual(await idsDue(5000), ['c']);
    });

    it('counts the tries of what is put off', async () => {
      await box.accept([newNotice('c')]);
      await box.settle([{ id: 'c', kind: 'later', dueAt: 9000.5 }]);
      assert.deepEqual(await idsDue(9000), []);
      assert.deepEqual(
        (await box.due('event', 1, 9001)).map(({ attempts }) => attempts),
        [1],
      );
    });

    it('keeps what was set aside, from the start or later', async () => {
      await box.accept([newNotice('b', { kind: 'mail' }), newNotice('c')]);
      await box.accept([newNotice('d', { setAside: 'no JSON' })]);
      await box.settle([{ id: 'c', kind: 'set-aside', why: 'no mail' }]);
      assert.deepEqual([await idsDue(99_999), await box.counts()], [[], { waiting: 1, setAside: 2 }]);
    });

    it('forgets what is done, what was set aside and nothing that waits', async () => {
      await box.accept([newNotice('a'), newNotice('b', { kind: 'mail' })]);
      await box.accept([newNotice('d', { setAside: 'no JSON' }), newNotice('e', { setAside: 'no JSON' })]);
      await box.accept([newNotice('young', { arrivedAt: 2000, setAside: 'no JSON' })]);
      await box.settle([{ id: 'a', kind: 'done' }]);
      await box.prune(1001, 1001);
      assert.deepEqual(await box.counts(), { waiting: 1, setAside: 1 });
      await box.accept([newNotice('a')]);
      assert.deepEqual(await idsDue(5000), ['a']);
    });
  });
}
