import assert from 'node:assert/strict';
import type { Place } from '../../nodes/lib/postgres/database.ts';
import {
  openWebhookQueue,
  type PostgresWebhookQueue,
} from '../../nodes/lib/postgres/postgres-webhook-queue.ts';
import { describeWebhookQueue } from '../lib/store/webhook-contract.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { newWebhook } from '../support/new-webhook.ts';
import { type FreshPlace, freshPlace, joinPlace } from '../support/postgres.ts';
import { type SharedStores, sharedStores } from '../support/shared-store.ts';
import { until } from '../support/until.ts';

let place: FreshPlace;
let apps = 0;
before(async () => {
  place = await freshPlace();
});
after(() => place.end());

const nextApp = () => joinPlace(place.database, `app${++apps}`);
const open = (on: Place, maxWaiting = 1000, appended = () => {}) =>
  openWebhookQueue(on, { keys: fixedKeys(), maxWaiting, appended });

describeWebhookQueue('postgresWebhookQueue', async () => {
  const queue = open(await nextApp());
  return { queue, dispose: async () => queue.close() };
});

describe('postgresWebhookQueue on several machines', () => {
  let [here, there]: Place[] = [];
  let one: PostgresWebhookQueue;
  let other: PostgresWebhookQueue;
  beforeEach(async () => {
    here = await nextApp();
    there = await joinPlace(place.database, here.appId);
    [one, other] = [open(here), open(there)];
  });
  afterEach(() => {
    for (const queue of [one, other]) queue.close();
  });

  const claimIds = async (queue: PostgresWebhookQueue, limit = 10, now = 5000) =>
    (await queue.claim('n1', limit, now)).map(({ id }) => id);
  const delivered = (id: string) => ({ id, kind: 'delivered' }) as const;
  const later = (id: string, dueAt: number) => ({ id, kind: 'later', dueAt, why: 'busy' }) as const;

  it('gives each to one of them, also when they claim at the same time', async () => {
    await one.accept(Array.from({ length: 60 }, (_, n) => newWebhook(`w${n}`)));
    const claimed: string[] = [];
    while (claimed.length < 60)
      claimed.push(
        ...(await Promise.all([one, other, one, other].map((queue) => claimIds(queue, 7)))).flat(),
      );
    assert.equal(new Set(claimed).size, 60);
  });

  it('keeps the order of a subject, whoever accepts, claims and settles', async () => {
    await one.accept([newWebhook('a1', { subject: 'a' })]);
    await other.accept([newWebhook('a2', { subject: 'a' }), newWebhook('x')]);
    assert.deepEqual(await claimIds(one, 1), ['a1']);
    assert.deepEqual(await claimIds(other), ['x']);
    await one.settle('n1', [later('a1', 7000)]);
    await other.accept([newWebhook('a3', { subject: 'a' })]);
    assert.deepEqual([await claimIds(other, 10, 6999), await claimIds(other, 10, 7000)], [[], ['a1']]);
    await other.settle('n1', [delivered('a1')]);
    assert.deepEqual(await claimIds(one), ['a2']);
    assert.deepEqual(await claimIds(other), []);
    await one.settle('n1', [delivered('a2')]);
    assert.deepEqual(await claimIds(other), ['a3']);
  });

  it('leaves nothing behind for ever, however accepting, claiming and settling meet', async () => {
    const queues = [one, other];
    const sent: string[] = [];
    const work = async (queue: PostgresWebhookQueue) => {
      const ids = await claimIds(queue, 5);
      sent.push(...ids);
      await queue.settle('n1', ids.map(delivered));
    };
    const accepting = Promise.all(
      ['a', 'b', 'c', 'd'].map(async (subject, index) => {
        for (let n = 0; n < 20; n += 1)
          await queues[index % 2]?.accept([newWebhook(`${subject}${n}`, { subject })]);
      }),
    );
    await until(async () => {
      await Promise.all(queues.map(work));
      return sent.length >= 80;
    });
    await accepting;
    for (const subject of ['a', 'b', 'c', 'd'])
      assert.deepEqual(
        sent.filter((id) => id.startsWith(subject)),
        Array.from({ length: 20 }, (_, n) => `${subject}${n}`),
      );
  });

  it('gives what a dead one had claimed to the others, the tries it made counted', async () => {
    await one.accept([newWebhook('a'), newWebhook('b')]);
    await claimIds(one);
    await one.settle('n1', [later('a', 4000)]);
    await claimIds(one);
    let arrivals = 0;
    other.onArrival('n1', () => (arrivals += 1));
    assert.deepEqual(await claimIds(other), []);
    await other.recoverDead(here?.instance ?? '');
    assert.equal(arrivals, 1);
    assert.deepEqual(
      (await other.claim('n1', 10, 5000)).map(({ id, attempts }) => [id, attempts]),
      [
        ['b', 0],
        ['a', 1],
      ],
    );
  });

  it('heeds of what a dead one says later only that it was delivered', async () => {
    await one.accept([newWebhook('a'), newWebhook('b')]);
    await claimIds(one);
    await other.recoverDead(here?.instance ?? '');
    assert.equal((await claimIds(other)).length, 2);
    await one.settle('n1', [later('a', 1000), delivered('b')]);
    assert.deepEqual(await claimIds(one), []);
    assert.equal((await one.counts('n1')).waiting, 1);
  });

  it('gives nothing to an instance that was taken for dead', async () => {
    await one.accept([newWebhook('a')]);
    await place.database.query('DELETE FROM email_app.instance WHERE id = $1', [here?.instance]);
    assert.deepEqual(await claimIds(one), []);
    assert.deepEqual(await claimIds(other), ['a']);
  });

  it('holds a receiver for all of them', async () => {
    await one.accept([newWebhook('a'), newWebhook('b', { target: { url: 'https://b.example/' } })]);
    await claimIds(one);
    await one.settle('n1', [
      { id: 'a', kind: 'unused', heldUntil: 7000 },
      { id: 'b', kind: 'unused' },
    ]);
    assert.deepEqual(await claimIds(other), ['b']);
    assert.deepEqual(await claimIds(other, 10, 7000), ['a']);
  });

  it('tells the others of what came', async () => {
    let arrivals = 0;
    other.onArrival('n1', () => (arrivals += 1));
    let [count, others] = [0, 0];
    other.onArrival('n2', () => (others += 1));
    // listening begins beside the opening
    await until(async () => {
      await one.accept([newWebhook(`w${count++}`)]);
      return arrivals > 0;
    });
    assert.equal(others, 0);
  });

  it('is full of what all of them accepted together', async () => {
    const [small, another] = [open(here as Place, 20), open(there as Place, 20)];
    const some = (name: string) => Array.from({ length: 10 }, (_, n) => newWebhook(`${name}${n}`));
    await small.accept(some('a'));
    await another.accept(some('b'));
    for (const queue of [small, another])
      await assertRefused(() => queue.accept([newWebhook('more')]), 'webhook-queue-full');
    for (const queue of [small, another]) queue.close();
  });

  it('prunes for endpoints of which no living instance asks', async () => {
    await one.accept([newWebhook('a')]);
    await one.counts('n1');
    await other.prune(9000);
    assert.equal((await claimIds(one)).length, 1);
    await one.settle('n1', [{ id: 'a', kind: 'unused' }]);
    await other.recoverDead(here?.instance ?? '');
    await other.prune(9000);
    assert.deepEqual(await claimIds(other), []);
  });

  it('gives what is large in several goes', async () => {
    const body = 'x'.repeat(1_500_000);
    await one.accept(['a', 'b', 'c', 'd'].map((id) => newWebhook(id, { body })));
    assert.deepEqual([await claimIds(one), await claimIds(other)], [['a', 'b', 'c'], ['d']]);
  });

  it('keeps what it says, and to whom, sealed', async () => {
    const target = { url: 'https://shop.example/hook?token=geheim' };
    const told = { subject: 'ann@a.example', person: 'ann@a.example', message: '{"geheim":1}' };
    await one.accept([newWebhook('a', { body: 'geheim', target, ...told })]);
    await claimIds(one);
    await one.settle('n1', [{ id: 'a', kind: 'dead', at: 1, code: 'x', why: 'geheim' }]);
    const [row] = await place.database.query<object>('SELECT * FROM email_app.webhook WHERE app = $1', [
      here?.appId,
    ]);
    const kept = Object.values(row ?? {}).map((value) =>
      Buffer.isBuffer(value) ? value.toString('latin1') : String(value),
    );
    assert.ok(kept.includes('https://shop.example'));
    assert.doesNotMatch(kept.join('\n'), /geheim|ann/);
  });
});

describe('the webhooks of a shared store', () => {
  let stores: SharedStores;
  beforeEach(async () => {
    stores = await sharedStores();
  });
  afterEach(() => stores.dispose());

  it('are told of once when they are given up, in the very statement', async () => {
    const store = await stores.open();
    let told = 0;
    store.events.onAppended(() => (told += 1));
    const event = {
      type: 'webhook.exhausted',
      at: 6000,
      code: 'no-answer',
      detail: { webhookId: 'a' },
    } as const;
    await store.webhooks.accept([newWebhook('a'), newWebhook('b')]);
    await store.webhooks.claim('n1', 10, 5000);
    const died = { id: 'a', kind: 'dead', at: 6000, code: 'no-answer', why: 'no', event } as const;
    await store.webhooks.settle('n1', [{ id: 'b', kind: 'delivered' }, died]);
    await store.webhooks.settle('n1', [died]);
    await until(async () => (await store.events.read({ limit: 10 })).events.length > 0);
    const { events } = await store.events.read({ limit: 10 });
    assert.deepEqual(
      events.map(({ type, code, detail }) => ({ type, code, detail })),
      [{ type: 'webhook.exhausted', code: 'no-answer', detail: { webhookId: 'a' } }],
    );
    assert.ok(told > 0);
  });

  it('are forgotten with whom they are about, and let others of their subject go on', async () => {
    const store = await stores.open();
    const about = (id: string, person: string) => newWebhook(id, { person, subject: 'mail' });
    await store.webhooks.accept([
      about('a1', 'Ann@A.example'),
      about('a2', 'bob@a.example'),
      newWebhook('x'),
    ]);
    const entry = { address: 'ann@a.example', cause: 'unsubscribe', method: 'page', at: 1000 } as const;
    await store.suppressions.add([entry]);
    await store.suppressions.erase(entry.address, 2000);
    const claimed = await store.webhooks.claim('n1', 10, 5000);
    assert.deepEqual(claimed.map(({ id }) => id).sort(), ['a2', 'x']);
  });
});
