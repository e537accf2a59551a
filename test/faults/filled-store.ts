import { Readable } from 'node:stream';
import type { ReceiptFacts } from '../../nodes/lib/inbound/inbound-queue.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { newRequest, someContent } from '../support/new-request.ts';
import { newWebhook } from '../support/new-webhook.ts';

/** So many that every table has several pages. */
const many = 40;
const largest = 10_000_000;
const numbers = Array.from({ length: many }, (_, number) => number);

const facts: ReceiptFacts = { source: 'smtp', envelope: { to: ['in@a.example'] }, receivedAt: 1000 };
const idempotency = (n: number) => ({ key: `key ${n}`, fingerprint: 'f' });
const settled = { at: 3000, attempted: true, code: 'sent', reason: 'x'.repeat(300) } as const;

/** Everything that an app keeps, in every table. */
export async function fill(store: AppStore): Promise<void> {
  const { outbox, suppressions, events, softBounces, inbound, notices, deliveries, webhooks } = store;
  const content = { ...someContent, text: 'x'.repeat(1000) };
  for (const n of numbers)
    await outbox.accept(newRequest([`to${n}@a.example`], { content, idempotency: idempotency(n) }));
  await outbox.pauseDomain('paused.example', 9e12, 'x'.repeat(200));
  const claimed = await outbox.claim(10, 2000);
  await outbox.settle(claimed.map(({ part }) => ({ ...settled, partId: part.id, state: 'sent' })));
  for (const n of numbers) await outbox.writeNote(`note ${n}`, 'x'.repeat(300));
  await suppressions.add(numbers.map((n) => entryOf(n)));
  await suppressions.remove({ address: goneOf(0), method: 'api', at: 2000 });
  await events.append(
    numbers.map((n) => ({
      type: 'app.paused',
      at: n,
      key: `fact ${n}`,
      detail: { reason: 'x'.repeat(200) },
    })),
  );
  await events.setPosition('reader', '7');
  for (const n of numbers) await softBounces.add({ address: goneOf(n), mail: `m${n}`, at: 1000, since: 0 });
  for (const n of numbers)
    await inbound.accept(
      Readable.from([Buffer.from('x'.repeat(500))]),
      { ...facts, sourceKey: `k${n}` },
      largest,
    );
  await notices.accept(
    numbers.map((n) => ({ id: `n${n}`, kind: 'event', body: 'x'.repeat(500), arrivedAt: 1000 })),
  );
  await deliveries.note(
    numbers.slice(0, 10).map((n) => ({
      ...{ partId: `to${n}`, recipient: `to${n}@a.example`, state: 'delivered' },
      ...{ at: 4000, reason: 'x'.repeat(300) },
    })),
    [],
  );
  await webhooks.accept(numbers.map((n) => newWebhook(`w${n}`, { body: 'x'.repeat(500) })));
}

export const goneOf = (n: number): string => `gone${n}@a.example`;
export const everybodyGone: readonly string[] = numbers.slice(1).map(goneOf);

function entryOf(n: number) {
  const evidence = { ip: '192.0.2.1', userAgent: 'x'.repeat(200) };
  return { address: goneOf(n), cause: 'unsubscribe', method: 'one-click', at: 1000, evidence } as const;
}

/** What an app asks its store for, by name; each answer as text. */
export const questions: Readonly<Record<string, (store: AppStore) => Promise<unknown>>> = {
  'who left': async ({ suppressions }) => [...(await suppressions.find(everybodyGone, 5000)).keys()],
  'the list': async ({ suppressions }) => (await suppressions.list({ limit: 1000 })).entries,
  history: async ({ suppressions }) => [
    await suppressions.history(goneOf(0)),
    await suppressions.history(goneOf(1)),
  ],
  counts: async ({ outbox, inbound, notices, webhooks }) => [
    await outbox.counts(5000),
    await inbound.counts(),
    await notices.counts(),
    await webhooks.counts('n1'),
  ],
  'a mail': async ({ outbox }) => [await outbox.find('to3'), await outbox.find('to30')],
  results: ({ outbox }) => outbox.unreported('node-1', 1000),
  deliveries: ({ deliveries }) =>
    deliveries.find(numbers.map((n) => ({ messageId: `to${n}@sender.example` }))),
  notes: ({ outbox }) => Promise.all(numbers.map((n) => outbox.readNote(`note ${n}`))),
  events: ({ events }) => events.read({ after: '0', limit: 1000 }),
  'place of a reader': ({ events }) => events.position('reader'),
  'Amazon’s notices': ({ notices }) => notices.due('event', 1000, 5000),
  'what is taken twice': async ({ outbox, inbound, notices, webhooks }) => {
    const again = newRequest(['to1@a.example'], { id: 'again', idempotency: idempotency(1) });
    const raw = Readable.from([Buffer.from('x')]);
    await notices.accept([{ id: 'n1', kind: 'event', body: 'x', arrivedAt: 1000 }]);
    await webhooks.accept([newWebhook('w1')]);
    return [
      await outbox.accept(again),
      (await inbound.accept(raw, { ...facts, sourceKey: 'k1' }, largest)).isNew,
      [await notices.counts(), await webhooks.counts('n1')],
    ];
  },
  'what is due': async ({ outbox, inbound, webhooks }) => {
    const parts = await outbox.claim(1000, 5000);
    const contents = await Promise.all(parts.map(({ contentId }) => outbox.content(contentId)));
    const mail = await inbound.begin();
    return [parts, contents, mail?.facts, await webhooks.claim('n1', 1000, 5000)];
  },
};
