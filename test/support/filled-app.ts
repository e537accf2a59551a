import { createHash } from 'node:crypto';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { buildContent } from './build-content.ts';
import { newPart, newRequest } from './new-request.ts';
import { newWebhook } from './new-webhook.ts';

const limit = 10_000_000;

/** Something of every kind, in every state that one can be in while nobody works with the store. */
export async function fillApp(store: AppStore): Promise<void> {
  await fillOutbox(store);
  await fillMailings(store);
  await fillList(store);
  await fillQueues(store);
  await fillEvents(store);
  await store.accessLog.note({ at: 7000, user: 'ann', what: 'message', subject: 'sent' });
}

async function fillOutbox({ outbox, deliveries }: AppStore): Promise<void> {
  const large = buildContent({
    from: { address: 'shop@sender.example' },
    text: 'long \u00e9 '.repeat(60_000),
  });
  const key = { key: 'order-1', fingerprint: 'f1', scope: 'caller' };
  await outbox.accept(
    newRequest(['sent@a.example'], { id: 'r1', message: '{"payload":1}', callbackData: 'c' }),
  );
  await outbox.accept(newRequest(['failed@a.example', 'later@a.example'], { id: 'r2', idempotency: key }));
  await outbox.accept(newRequest(['unknown@a.example'], { id: 'r3', content: large, reports: false }));
  const outcomes = { sent: 'sent', failed: 'failed', unknown: 'unknown', later: 'later' } as const;
  for (const { part } of await outbox.claim(10, 1000))
    await outbox.settle([
      {
        ...{ partId: part.id, state: outcomes[part.id as keyof typeof outcomes], code: part.id, at: 2000 },
        ...{ reason: `said of ${part.id}`, attempted: true, dueAt: 9000, providerMessageId: `p-${part.id}` },
        refused: [{ address: 'cc@a.example', code: 'x', reason: 'no' }],
      },
    ]);
  await outbox.markReported(['failed']);
  await outbox.accept(
    newRequest(['first@a.example', 'held@a.example'], { id: 'r4', riders: ['cc@b.example'], dueAt: 5000 }),
  );
  await outbox.accept({
    ...newRequest([], {
      id: 'r5',
      listTopic: 'news',
      messageClass: 'marketing',
      priority: 'low',
      expiresAt: 99_000,
    }),
    parts: [
      newPart('queued@a.example', {
        ...{
          to: { address: 'queued@a.example', name: 'Ann \u{1f600}' },
          subject: 'own',
          correlationId: 'cor',
        },
        values: { name: 'A', nested: { list: [1, null] } },
      }),
      newPart('cancelled@a.example'),
    ],
  });
  await outbox.cancel(['cancelled'], 3000);
  await outbox.pauseDomain('slow.example', 50_000, 'it said so');
  await outbox.writeNote('a note', '{"x":1}');
  const about = { partId: 'sent', recipient: 'sent@a.example' };
  await deliveries.note([{ ...about, state: 'delivered', at: 2500, reason: '250 ok' }], []);
}

async function fillMailings({ mailings, outbox }: AppStore): Promise<void> {
  const id = '11111111-1111-4111-8111-111111111111';
  const draft = mailings.draft(id);
  for (const part of [0, 1])
    await draft.write(
      Array.from({ length: 700 }, (_, n) => ({ to: { address: `m${part}-${n}@m.example` }, values: { n } })),
    );
  const { parts: _, ...request } = newRequest([], { id, dueAt: 1000, acceptedAt: 1500, priority: 'low' });
  await draft.accept(request);
  const drawn = await outbox.claim(30, 4000);
  await outbox.settle(
    drawn.map(({ part }) => ({
      ...{ partId: part.id, state: 'sent', code: 'sent', reason: 'ok', at: 4000, attempted: true },
    })),
  );
}

async function fillList({ suppressions, softBounces }: AppStore): Promise<void> {
  const entry = { cause: 'unsubscribe', method: 'page', at: 1000 } as const;
  const evidence = { ip: '192.0.2.1', userAgent: 'Mozilla' };
  await suppressions.add([
    ...['gone', 'erased', 'kept', 'Ann.Ax+tag'].map((name) => ({
      ...entry,
      address: `${name}@gmail.com`,
      evidence,
    })),
    { ...entry, address: '@whole.example', listTopic: 'news' },
    { ...entry, address: 'manual@a.example', cause: 'manual', expiresAt: 9_000_000, detail: 'by hand' },
  ]);
  await suppressions.remove({ address: 'gone@gmail.com', method: 'api', at: 2000, detail: 'back' });
  await suppressions.erase('erased@gmail.com', 3000);
  await softBounces.add({ address: 's@a.example', mail: 'm1', at: 1000, since: 0 });
}

async function fillQueues({ webhooks, inbound, notices }: AppStore): Promise<void> {
  await webhooks.accept([
    newWebhook('w1', { subject: 's', person: 'sent@a.example', message: '{}', acceptedAt: 1000 }),
    newWebhook('w2', { subject: 's', acceptedAt: 1001 }),
    newWebhook('w3', { acceptedAt: 1002, target: { url: 'https://a.example/hook', authId: 'x' } }),
    newWebhook('w4', { acceptedAt: 1003, target: { url: 'https://b.example/hook' } }),
  ]);
  await webhooks.settle('n1', []);
  const claimed = await webhooks.claim('n1', 10, 2000);
  for (const { id } of claimed) {
    if (id === 'w3')
      await webhooks.settle('n1', [{ kind: 'dead', id, at: 2000, code: 'gone', why: 'said 410' }]);
    else await webhooks.settle('n1', [{ kind: 'later', id, dueAt: 3000, why: 'said 503' }]);
  }
  for (const [n, size] of [100, 600_000, 300_000].entries()) {
    const facts = { source: 'imap', sourceKey: `k${n}`, receivedAt: 1000 + n, to: ['in@a.example'] } as const;
    await inbound.accept(mail(n, size), facts as never, limit);
  }
  const first = await inbound.begin();
  if (first) await inbound.setAside(first.id, 'cannot be read', 2000);
  const body = (id: string) => ({ id, kind: 'event', body: `{"of":"${id}"}`, arrivedAt: 1000 }) as const;
  await notices.accept([body('n1'), body('n2'), { ...body('n3'), setAside: 'strange' }]);
  await notices.settle([{ id: 'n1', kind: 'done' }]);
}

async function* mail(n: number, size: number): AsyncGenerator<Uint8Array> {
  const block = createHash('sha512').update(`mail ${n}`).digest();
  for (let at = 0; at < size; at += block.length) yield block.subarray(0, Math.min(block.length, size - at));
}

async function fillEvents({ events }: AppStore): Promise<void> {
  await events.append([
    {
      type: 'email.bounced',
      at: 5000,
      recipient: 'sent@a.example',
      emailId: 'sent',
      key: 'bounce sent@a.example',
    },
    { type: 'app.paused', at: 5001 },
  ]);
  const { positions, position = '' } = await events.read({ limit: 5 });
  await events.setPosition('reader in the middle', positions[2] ?? position);
  await events.setPosition('reader at the end', (await events.end()) ?? '');
}
