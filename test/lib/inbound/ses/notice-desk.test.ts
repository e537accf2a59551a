import assert from 'node:assert/strict';
import type {
  NoticeBox,
  NoticeOutcome,
  WaitingNotice,
} from '../../../../nodes/lib/inbound/ses/notice-box.ts';
import { openNoticeDesk } from '../../../../nodes/lib/inbound/ses/notice-desk.ts';
import { EmailError } from '../../../../nodes/lib/kernel/errors.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

type Work = (notice: WaitingNotice) => EmailError | undefined;

function desk(work: Work, ids: readonly string[] = ['a']) {
  const clock = fakeClock();
  const started = clock.now();
  const waiting = new Map(ids.map((id) => [id, { dueAt: started, attempts: 0 }]));
  const outcomes: NoticeOutcome[] = [];
  const troubles: string[] = [];
  const tries: number[] = [];
  const box: NoticeBox = {
    accept: async () => {},
    due: async (_, limit, now) =>
      [...waiting]
        .filter(([, { dueAt }]) => dueAt <= now)
        .slice(0, limit)
        .map(([id, { attempts }]) => ({ id, body: '', arrivedAt: started, attempts })),
    settle: async (settled) => {
      outcomes.push(...settled);
      for (const outcome of settled) {
        const attempts = (waiting.get(outcome.id)?.attempts ?? 0) + 1;
        if (outcome.kind === 'later') waiting.set(outcome.id, { dueAt: outcome.dueAt, attempts });
        else waiting.delete(outcome.id);
      }
    },
    counts: async () => ({ waiting: waiting.size, setAside: 0 }),
    prune: async () => {},
  };
  const opened = openNoticeDesk({
    kind: 'mail',
    box,
    together: 10,
    work: async (notices) => {
      tries.push(clock.now() - started);
      return notices.map(work);
    },
    clock,
    random: () => 0.5,
    onTrouble: ({ code }) => troubles.push(code),
  });
  return { clock, outcomes, troubles, tries, waiting, box, opened };
}

const minute = 60_000;

describe('openNoticeDesk', () => {
  it('works on what waits, and rests', async () => {
    const { clock, outcomes, opened } = desk(() => undefined, ['a', 'b']);
    await clock.settle();
    assert.deepEqual(outcomes, [
      { id: 'a', kind: 'done' },
      { id: 'b', kind: 'done' },
    ]);
    assert.equal(clock.pending(), 1);
    await opened.close();
    assert.equal(clock.pending(), 0);
  });

  it('looks for a mail that S3 does not have yet, ever more slowly, for an hour', async () => {
    const missing = new EmailError('aws-not-found');
    const { clock, outcomes, tries, troubles, opened } = desk(() => missing);
    await clock.advance(2 * 60 * minute);
    assert.deepEqual(tries.slice(0, 4), [0, 5000, 15_000, 35_000]);
    assert.equal(outcomes.at(-1)?.kind, 'set-aside');
    assert(tries.length < 14);
    assert.equal(troubles.at(-1), 'notice-set-aside');
    await opened.close();
  });

  it('takes the mail once it is there, and tells nobody of the first misses', async () => {
    let left = 2;
    const { clock, outcomes, troubles, opened } = desk(() =>
      left-- > 0 ? new EmailError('aws-not-found') : undefined,
    );
    await clock.advance(minute);
    assert.deepEqual([outcomes.map(({ kind }) => kind), troubles], [['later', 'later', 'done'], []]);
    await opened.close();
  });

  for (const trouble of [
    new EmailError('aws-denied', { retryable: true }),
    new EmailError('aws-not-found', { detail: { name: 'NoSuchBucket' } }),
    new EmailError('missing-package'),
    new EmailError('store-unavailable'),
  ]) {
    it(`waits three days for a person to mend ${trouble.code}`, async () => {
      const { clock, waiting, troubles, opened } = desk(() => trouble);
      await clock.advance(71 * 60 * minute);
      assert.deepEqual([waiting.size, troubles[0]], [1, trouble.code]);
      await clock.advance(2 * 60 * minute);
      assert.deepEqual([waiting.size, troubles.at(-1)], [0, 'notice-set-aside']);
      await opened.close();
    });
  }

  it('leaves a mail that there is no room for in its bucket, until it expires there', async () => {
    let failure = new EmailError('inbound-full', { retryable: true });
    const { clock, waiting, opened } = desk(() => failure);
    await clock.advance(6 * 24 * 60 * minute);
    assert.equal(waiting.size, 1);
    failure = new EmailError('aws-not-found');
    await clock.advance(60 * minute);
    assert.equal(waiting.size, 0);
    await opened.close();
  });

  it('sets aside at once what will never do, and goes on with the others', async () => {
    const bad = new EmailError('bad-notice');
    const { clock, outcomes, opened } = desk(({ id }) => (id === 'a' ? bad : undefined), ['a', 'b']);
    await clock.settle();
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['set-aside', 'done'],
    );
    await opened.close();
  });

  it('goes on after the store failed', async () => {
    const { clock, box, outcomes, troubles, opened } = desk(() => undefined);
    const settle = box.settle;
    Object.assign(box, {
      settle: async () => {
        Object.assign(box, { settle });
        throw new EmailError('store-unavailable', { retryable: true });
      },
    });
    await clock.advance(2 * minute);
    assert.deepEqual([outcomes.length, troubles], [1, ['store-unavailable']]);
    await opened.close();
  });
});
