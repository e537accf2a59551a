import assert from 'node:assert/strict';
import type { NewWebhook, WebhookOutcome, WebhookQueue } from '../../../nodes/lib/webhook/webhook-queue.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { newWebhook } from '../../support/new-webhook.ts';

export interface WebhookPlace {
  /** Takes at most 1000 that wait, per endpoint. */
  readonly queue: WebhookQueue;
  dispose(): Promise<void>;
}

/** What every adapter of the port `WebhookQueue` must do. */
export function describeWebhookQueue(name: string, prepare: () => Promise<WebhookPlace>): void {
  describe(name, () => {
    let place: WebhookPlace;
    let queue: WebhookQueue;
    beforeEach(async () => {
      place = await prepare();
      queue = place.queue;
    });
    afterEach(() => place.dispose());

    const accept = (...webhooks: NewWebhook[]) => queue.accept(webhooks);
    const claim = (limit = 10, now = 5000) => queue.claim('n1', limit, now);
    const idsOf = (webhooks: readonly { id: string }[]) => webhooks.map(({ id }) => id);
    const claimIds = async (limit?: number, now?: number) => idsOf(await claim(limit, now));
    const settle = (...outcomes: WebhookOutcome[]) => queue.settle('n1', outcomes);
    const delivered = (id: string) => ({ id, kind: 'delivered' }) as const;
    const dead = (id: string, at = 6000) =>
      ({ id, kind: 'dead', at, code: 'webhook-failed', why: 'it said no' }) as const;
    const later = (id: string, dueAt: number) => ({ id, kind: 'later', dueAt, why: 'busy' }) as const;

    it('gives back what it took, with all that belongs to it', async () => {
      const whole = newWebhook('a', {
        subject: 'mail-1',
        body: '{"text":"Ä \\u0000 \u{1F600}"}',
        target: { url: 'https://a.example/hook?x=1', authId: 'crm' },
        message: '{"payload":1}',
      });
      await accept(whole, newWebhook('b'), newWebhook('c', { target: { url: 'https://b.example/' } }));
      const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
      assert.deepEqual([...(await claim())].sort(byId), [
        { ...whole, attempts: 0, since: 1000 },
        { ...newWebhook('b'), attempts: 0, since: 1000 },
        { ...newWebhook('c', { target: { url: 'https://b.example/' } }), attempts: 0, since: 1000 },
      ]);
    });

    it('claims what is due, the oldest first, each once, as many as asked for', async () => {
      await accept(newWebhook('b', { acceptedAt: 2000 }), newWebhook('late', { acceptedAt: 9000 }));
      await accept(newWebhook('a'), newWebhook('c', { acceptedAt: 2000 }));
      assert.deepEqual(await claimIds(2), ['a', 'b']);
      assert.deepEqual(await claimIds(), ['c']);
      assert.deepEqual(await claimIds(), []);
      assert.deepEqual(await claimIds(10, 9000), ['late']);
    });

    it('gives of each receiver so many, those of all receivers in turn, and none of those named', async () => {
      const target = (host: string) => ({ target: { url: `https://${host}.example/hook` } });
      const many = Array.from({ length: 9 }, (_, index) => newWebhook(`m${index}`, target('many')));
      await accept(...many, newWebhook('few', { ...target('few'), acceptedAt: 2000 }));
      await accept(newWebhook('down', target('down')), newWebhook('own'));
      const terms = { each: 2, except: new Set(['https://down.example']) };
      const some = async () => idsOf(await queue.claim('n1', 3, 5000, terms)).sort();
      const seen = [...(await some()), ...(await some())];
      assert.deepEqual([...new Set(seen)].sort(), [...seen].sort());
      assert.ok(seen.includes('few') && seen.includes('own') && !seen.includes('down'), seen.join());
      assert.deepEqual((await queue.claim('n1', 99, 5000)).length, 12 - seen.length);
    });

    it('gives none of a receiver that is held until its time, and the others', async () => {
      const target = { url: 'https://down.example/1' };
      const sameServer = { url: 'https://down.example/2' };
      await accept(newWebhook('a', { target }), newWebhook('b', { target: sameServer }), newWebhook('own'));
      await claim();
      await settle({ id: 'a', kind: 'unused', heldUntil: 7000.5 }, { id: 'b', kind: 'unused' });
      await settle({ id: 'own', kind: 'unused' });
      await accept(newWebhook('c', { target }));
      assert.deepEqual(await claimIds(10, 7000), ['own']);
      assert.equal((await queue.counts('n1')).nextDueAt, 7001);
      assert.deepEqual((await claimIds(10, 7001)).sort(), ['a', 'b', 'c']);
    });

    it('gives what a person wants delivered again though its receiver is held', async () => {
      await accept(newWebhook('a'), newWebhook('b'));
      await claim();
      await settle(dead('a'), { id: 'b', kind: 'unused', heldUntil: 90_000 });
      await queue.redeliver('n1', 6000);
      assert.deepEqual((await claimIds(10, 6000)).sort(), ['a', 'b']);
    });

    it('gives nothing twice to two who claim at the same time', async () => {
      await accept(...Array.from({ length: 30 }, (_, index) => newWebhook(`w${index}`)));
      const claims = await Promise.all([claim(20), claim(20), claim(20)]);
      assert.equal(new Set(idsOf(claims.flat())).size, 30);
      assert.equal(claims.flat().length, 30);
    });

    it('keeps endpoints apart, though their ids are the same', async () => {
      await accept(newWebhook('a'), newWebhook('a', { endpoint: 'n2' }));
      assert.deepEqual(await claimIds(), ['a']);
      await settle(delivered('a'));
      assert.equal((await queue.counts('n1')).waiting, 0);
      assert.deepEqual(idsOf(await queue.claim('n2', 10, 5000)), ['a']);
    });

    it('takes an id once as long as it is there, waiting or dead', async () => {
      await accept(newWebhook('a'));
      await accept(newWebhook('a', { body: 'other' }), newWebhook('b'));
      assert.deepEqual(
        (await claim()).map(({ body }) => body),
        [newWebhook('a').body, newWebhook('b').body],
      );
      await settle(dead('a'), delivered('b'));
      await accept(newWebhook('a'), newWebhook('b'));
      assert.deepEqual(await claimIds(), ['b']);
    });

    it('gives those of a subject one after the other, and lets others overtake', async () => {
      await accept(newWebhook('a1', { subject: 'a' }), newWebhook('a2', { subject: 'a' }));
      await accept(newWebhook('b1', { subject: 'b' }), newWebhook('x'), newWebhook('a3', { subject: 'a' }));
      assert.deepEqual((await claimIds()).sort(), ['a1', 'b1', 'x']);
      await settle(later('a1', 7000), delivered('b1'), delivered('x'));
      assert.deepEqual(await claimIds(10, 6999), [], 'a2 waits for a1, which waits for its time');
      assert.deepEqual(await claimIds(10, 7000), ['a1']);
      await settle(delivered('a1'));
      assert.deepEqual(await claimIds(), ['a2']);
      await settle(dead('a2'));
      assert.deepEqual(await claimIds(), ['a3']);
    });

    it('keeps the order when a try was not used', async () => {
      await accept(newWebhook('a1', { subject: 'a' }), newWebhook('a2', { subject: 'a' }), newWebhook('x'));
      await claim();
      await settle({ id: 'a1', kind: 'unused' });
      const [first, ...rest] = await claim();
      assert.deepEqual([first?.id, first?.attempts, rest], ['a1', 0, []]);
    });

    it('holds a webhook behind one of its subject that came to be claimed long before', async () => {
      await accept(newWebhook('a1', { subject: 'a' }));
      await claim();
      await accept(newWebhook('a2', { subject: 'a', acceptedAt: 2000 }));
      assert.deepEqual(await claimIds(), []);
      await settle(delivered('a1'));
      assert.deepEqual(await claimIds(), ['a2']);
    });

    it('counts the tries, and when the next is due', async () => {
      await accept(newWebhook('a'), newWebhook('b', { acceptedAt: 2000 }));
      assert.deepEqual(await queue.counts('n1'), { waiting: 2, dead: 0, oldestAt: 1000, nextDueAt: 1000 });
      await claim();
      assert.deepEqual(await queue.counts('n1'), { waiting: 2, dead: 0, oldestAt: 1000 });
      await settle(later('a', 8000), later('b', 7000));
      assert.deepEqual(await queue.counts('n1'), { waiting: 2, dead: 0, oldestAt: 1000, nextDueAt: 7000 });
      assert.deepEqual(
        (await claim(10, 8000)).map(({ id, attempts }) => [id, attempts]),
        [
          ['b', 1],
          ['a', 1],
        ],
      );
      await settle(dead('a'), delivered('b'));
      assert.deepEqual(await queue.counts('n1'), { waiting: 0, dead: 1 });
      assert.deepEqual(await queue.counts('n2'), { waiting: 0, dead: 0 });
    });

    it('lists the dead, the newest first, as a person wants to see them', async () => {
      const target = { url: 'https://b.example/' };
      await accept(newWebhook('a'), newWebhook('b', { target }), newWebhook('c'));
      await claim();
      await settle(dead('a'), dead('b', 7000), dead('c', 6500));
      assert.deepEqual(idsOf(await queue.listDead('n1', 10)), ['b', 'c', 'a']);
      const [newest, ...others] = await queue.listDead('n1', 1);
      assert.deepEqual(newest, {
        id: 'b',
        type: 'email.delivered',
        url: 'https://b.example/',
        acceptedAt: 1000,
        deadAt: 7000,
        attempts: 1,
        code: 'webhook-failed',
        why: 'it said no',
      });
      assert.equal(await queue.deadBody('n1', 'b'), newWebhook('b').body);
      assert.deepEqual(others, []);
    });

    it('gives the body of a dead one alone', async () => {
      await accept(newWebhook('a'), newWebhook('b'));
      await claim();
      await settle(dead('a'));
      const bodies = await Promise.all(['a', 'b', 'c'].map((id) => queue.deadBody('n1', id)));
      assert.deepEqual(bodies, [newWebhook('a').body, undefined, undefined]);
      assert.equal(await queue.deadBody('n2', 'a'), undefined);
    });

    it('makes the dead due again, those named or all, with their time and tries anew', async () => {
      await accept(newWebhook('a'), newWebhook('b'), newWebhook('c'), newWebhook('d', { endpoint: 'n2' }));
      await claim();
      await settle(dead('a'), dead('b'), dead('c'));
      assert.equal(await queue.redeliver('n1', 9000, ['b', 'unknown']), 1);
      assert.deepEqual(await claim(10, 8999), []);
      assert.deepEqual(await claim(10, 9000), [{ ...newWebhook('b'), attempts: 0, since: 9000 }]);
      assert.equal(await queue.redeliver('n1', 9000), 2);
      assert.deepEqual((await claimIds(10, 9000)).sort(), ['a', 'c']);
      assert.equal(await queue.redeliver('n1', 9000), 0);
    });

    it('delivers again one after the other what is of one subject, behind what waits of it', async () => {
      for (const id of ['a1', 'a2', 'a3']) await accept(newWebhook(id, { subject: 'a' }));
      for (const id of ['a1', 'a2']) {
        await claim();
        await settle(dead(id));
      }
      await queue.redeliver('n1', 2000);
      const order: string[] = [];
      for (let ids = await claimIds(); ids.length > 0; ids = await claimIds()) {
        order.push(ids.join());
        await settle(...ids.map(delivered));
      }
      assert.deepEqual(order, ['a3', 'a1', 'a2']);
    });

    it('forgets the dead that it is told to, and nothing that waits', async () => {
      await accept(newWebhook('a'), newWebhook('b'), newWebhook('c'));
      await claim();
      await settle(dead('a'), dead('b'), { id: 'c', kind: 'unused' });
      await queue.forgetDead('n1', ['a', 'c', 'unknown']);
      assert.deepEqual(idsOf(await queue.listDead('n1', 10)), ['b']);
      assert.equal((await queue.counts('n1')).waiting, 1);
    });

    it('prunes the dead of long ago, and what waits for an endpoint that is gone', async () => {
      await accept(newWebhook('a'), newWebhook('b'), newWebhook('waits'));
      await accept(
        newWebhook('gone', { endpoint: 'n2' }),
        newWebhook('young', { endpoint: 'n2', acceptedAt: 7000 }),
      );
      await claim();
      await settle(dead('a', 6000), dead('b', 7000), { id: 'waits', kind: 'unused' });
      await queue.prune(6500);
      assert.deepEqual(idsOf(await queue.listDead('n1', 10)), ['b']);
      assert.deepEqual(await claimIds(), ['waits']);
      assert.equal((await queue.counts('n2')).waiting, 1);
    });

    it('keeps what waits for an endpoint that only counts: it may be disabled', async () => {
      await accept(newWebhook('a'));
      await queue.counts('n1');
      await queue.prune(6500);
      assert.equal((await queue.counts('n1')).waiting, 1);
    });

    it('is full of so many that wait for one endpoint; the dead do not count', async () => {
      const many = (from: number, count: number) =>
        Array.from({ length: count }, (_, index) => newWebhook(`w${from + index}`));
      await queue.accept(many(0, 999));
      const error = await assertRefused(() => queue.accept(many(999, 2)), 'webhook-queue-full');
      assert.equal(error.retryable, true);
      await accept(newWebhook('other', { endpoint: 'n2' }));
      await queue.claim('n1', 1, 5000);
      await settle(dead('w0'));
      await queue.accept(many(2000, 1));
      await settle(...(await claimIds(500)).map(delivered));
      await queue.accept(many(3000, 400));
    });

    it('tells of what came for an endpoint, and was made due again', async () => {
      let arrivals = 0;
      const stop = queue.onArrival('n1', () => arrivals++);
      await accept(newWebhook('x', { endpoint: 'n2' }));
      assert.equal(arrivals, 0);
      await accept(newWebhook('a'), newWebhook('b'));
      assert.equal(arrivals, 1);
      await claim();
      await settle(dead('a'));
      await queue.redeliver('n1', 5000);
      assert.equal(arrivals, 2);
      await queue.redeliver('n1', 5000);
      stop();
      await accept(newWebhook('c'));
      assert.equal(arrivals, 2);
    });
  });
}
