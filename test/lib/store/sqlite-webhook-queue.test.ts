import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppStore } from '../../../nodes/lib/store/open-app-store.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { newWebhook } from '../../support/new-webhook.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { describeWebhookQueue } from './webhook-contract.ts';

describeWebhookQueue('sqliteWebhookQueue', async () => {
  const { folder, remove } = temporaryFolder();
  const store = await openTestStore(folder);
  return {
    queue: store.webhooks,
    dispose: async () => {
      await store.close();
      remove();
    },
  };
});

describe('sqliteWebhookQueue on its disk', () => {
  let folder: string;
  let remove: () => void;
  let store: AppStore;

  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    store = await openTestStore(folder, { maxWaiting: 10_000 });
  });
  afterEach(async () => {
    await store.close();
    remove();
  });

  const reopen = async () => {
    await store.close();
    store = await openTestStore(folder, { maxWaiting: 10_000 });
  };
  const claimIds = async (limit = 10, now = 5000) =>
    (await store.webhooks.claim('n1', limit, now)).map(({ id }) => id);

  it('finds after a start what waited, was claimed, was put off and is dead', async () => {
    await store.webhooks.accept(['waits', 'claimed', 'later', 'dead', 'gone'].map((id) => newWebhook(id)));
    await store.webhooks.claim('n1', 10, 5000);
    await store.webhooks.settle('n1', [
      { id: 'waits', kind: 'unused' },
      { id: 'later', kind: 'later', dueAt: 9000.4, why: 'busy' },
      { id: 'dead', kind: 'dead', at: 6000, code: 'webhook-failed', why: 'no' },
      { id: 'gone', kind: 'delivered' },
    ]);
    await reopen();
    assert.deepEqual(await claimIds(), ['waits', 'claimed']);
    assert.deepEqual(await claimIds(10, 9001), ['later']);
    assert.deepEqual(
      (await store.webhooks.listDead('n1', 10)).map(({ id }) => id),
      ['dead'],
    );
  });

  it('keeps the order of a subject over a start', async () => {
    for (const id of ['a1', 'a2']) await store.webhooks.accept([newWebhook(id, { subject: 'a' })]);
    await claimIds();
    await reopen();
    assert.deepEqual(await claimIds(), ['a1']);
    await store.webhooks.settle('n1', [{ id: 'a1', kind: 'delivered' }]);
    await reopen();
    assert.deepEqual(await claimIds(), ['a2']);
  });

  it('delivers again, and prunes, more than goes into one step', async () => {
    const ids = Array.from({ length: 2500 }, (_, index) => `w${index}`);
    const died = { kind: 'dead', at: 6000, code: 'webhook-failed', why: 'no' } as const;
    await store.webhooks.accept(ids.map((id) => newWebhook(id)));
    await store.webhooks.settle(
      'n1',
      ids.map((id) => ({ id, ...died })),
    );
    assert.equal(await store.webhooks.redeliver('n1', 5000), 2500);
    assert.equal((await claimIds(3000)).length, 2500);
    await store.webhooks.settle(
      'n1',
      ids.map((id) => ({ id, ...died })),
    );
    await store.webhooks.prune(7000);
    assert.equal((await store.webhooks.counts('n1')).dead, 0);
  });

  it('claims from many that wait for one another as fast as from few', async () => {
    const subjects = Array.from({ length: 20 }, (_, subject) => subject);
    for (const subject of subjects) {
      const webhooks = Array.from({ length: 500 }, (_, index) =>
        newWebhook(`${subject}-${index}`, { subject: `s${subject}` }),
      );
      await store.webhooks.accept(webhooks);
    }
    const begun = performance.now();
    assert.equal((await claimIds(100)).length, 20);
    for (let round = 0; round < 50; round += 1) assert.deepEqual(await claimIds(100), []);
    assert.ok(performance.now() - begun < 1000, 'each claim looks at all that wait');
  });

  it('claims few at once that are large, and all of them in the end', async () => {
    const body = 'x'.repeat(1_500_000);
    await store.webhooks.accept(['a', 'b', 'c', 'd'].map((id) => newWebhook(id, { body })));
    assert.deepEqual([await claimIds(), await claimIds(), await claimIds()], [['a', 'b', 'c'], ['d'], []]);
  });

  it('knows what is claimed after somebody was erased, which writes the file anew', async () => {
    await store.webhooks.accept([newWebhook('a'), newWebhook('b')]);
    assert.deepEqual(await claimIds(1), ['a']);
    const entry = { address: 'ann@a.example', cause: 'unsubscribe', method: 'page', at: 1000 } as const;
    await store.suppressions.add([entry]);
    assert.equal(await store.suppressions.erase('ann@a.example', 2000), true);
    assert.deepEqual(await claimIds(), ['b']);
  });

  it('tells of what was given up in the very transaction', async () => {
    const event = {
      type: 'webhook.exhausted',
      at: 6000,
      code: 'no-answer',
      detail: { webhookId: 'a' },
    } as const;
    let told = 0;
    store.events.onAppended(() => (told += 1));
    await store.webhooks.accept([newWebhook('a')]);
    await claimIds();
    const died = { id: 'a', kind: 'dead', at: 6000, code: 'no-answer', why: 'no', event } as const;
    await store.webhooks.settle('n1', [died]);
    // as after a store that failed: it is dead already
    await store.webhooks.settle('n1', [died]);
    await reopen();
    const { events } = await store.events.read({ limit: 10 });
    assert.deepEqual(
      events.map(({ type, code, detail }) => ({ type, code, detail })),
      [{ type: 'webhook.exhausted', code: 'no-answer', detail: { webhookId: 'a' } }],
    );
    assert.ok(told > 0);
  });

  describe('with the webhooks of somebody who is erased', () => {
    const ann = 'ann@a.example';
    const entry = { address: ann, cause: 'unsubscribe', method: 'page', at: 1000 } as const;
    const about = (id: string, person: string, subject?: string) =>
      newWebhook(id, { person, subject, body: `{"recipient":"${person}"}` });
    const erase = async () => {
      await store.suppressions.add([entry]);
      await store.suppressions.erase(ann, 2000);
    };

    it('forgets them, waiting, under way and dead, and keeps those of others', async () => {
      await store.webhooks.accept([about('dead', ann), about('claimed', 'Ann@A.example')]);
      await claimIds();
      await store.webhooks.settle('n1', [{ id: 'dead', kind: 'dead', at: 1, code: 'x', why: 'no' }]);
      await store.webhooks.accept([
        about('waits', ann),
        about('other', 'bob@a.example'),
        newWebhook('no-one'),
      ]);
      await erase();
      const { waiting, dead } = await store.webhooks.counts('n1');
      assert.deepEqual([waiting, dead], [2, 0]);
      await store.webhooks.settle('n1', [{ id: 'claimed', kind: 'later', dueAt: 1, why: 'busy' }]);
      assert.deepEqual((await claimIds()).sort(), ['no-one', 'other']);
      await store.close();
      const left = readdirSync(folder)
        .filter((file) => file.startsWith('app.sqlite'))
        .map((file) => readFileSync(join(folder, file), 'latin1'));
      assert.ok(left.length > 0);
      assert.ok(!left.some((text) => text.includes('"recipient":"ann@a.example"')));
      store = await openTestStore(folder);
    });

    it('lets those behind them go on, also under the numbers that became free', async () => {
      await store.webhooks.accept([about('a1', ann, 'mail'), about('a2', 'bob@a.example', 'mail')]);
      await store.webhooks.accept([about('last', ann)]);
      assert.deepEqual((await claimIds()).sort(), ['a1', 'last']);
      await erase();
      await store.webhooks.accept([newWebhook('new')]);
      assert.deepEqual((await claimIds()).sort(), ['a2', 'new']);
    });
  });

  it('refuses as fast when it is full as it takes when it is empty', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => newWebhook(`w${index}`));
    await store.webhooks.accept(many);
    const begun = performance.now();
    for (let count = 0; count < 500; count += 1)
      await assertRefused(() => store.webhooks.accept([newWebhook('more')]), 'webhook-queue-full');
    assert.ok(performance.now() - begun < 500, 'each refusal counts all that wait');
  });

  it('takes nothing more once it is closed', async () => {
    await store.close();
    await assertRefused(() => store.webhooks.accept([newWebhook('a')]), 'app-closed');
  });

  it('takes nothing that would need what is reserved on a full disk', async () => {
    await store.close();
    store = await openTestStore(folder, { reserveBytes: Number.MAX_SAFE_INTEGER });
    const error = await assertRefused(() => store.webhooks.accept([newWebhook('a')]), 'disk-full');
    assert.equal(error.retryable, true);
  });
});
