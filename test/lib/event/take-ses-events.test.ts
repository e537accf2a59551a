import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeliveryNotices } from '../../../nodes/lib/event/delivery-notices.ts';
import type { EmailEvent } from '../../../nodes/lib/event/event-log.ts';
import { readSesNotice, takeSesEvents } from '../../../nodes/lib/event/take-ses-events.ts';
import type { AppStore } from '../../../nodes/lib/store/open-app-store.ts';
import type { NewSuppression } from '../../../nodes/lib/suppression/suppression-list.ts';
import { memoryEventLog } from '../../support/memory-event-log.ts';
import { newRequest } from '../../support/new-request.ts';
import {
  bounce,
  click,
  complaint,
  delay,
  delivery,
  open,
  send,
  subscription,
  takenAt,
} from '../../support/ses-events.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';

describe('takeSesEvents', () => {
  const { folder, remove } = temporaryFolder();
  let store: AppStore;

  before(async () => {
    store = await openTestStore(folder);
  });
  after(async () => {
    await store.close();
    remove();
  });

  function room() {
    const log = memoryEventLog();
    const fresh: EmailEvent[] = [];
    const reports: DeliveryNotices['reports'][number][] = [];
    const left: NewSuppression[] = [];
    const take = (...notices: object[]) =>
      takeSesEvents(
        notices.map((notice) =>
          readSesNotice({ body: JSON.stringify(notice), arrivedAt: takenAt + 86_400_000 }),
        ),
        {
          records: store.deliveries,
          onNotices: async (given) => {
            fresh.push(...(await log.append(given.events)));
            reports.push(...given.reports);
          },
          list: {
            add: async (entries) => {
              left.push(...entries);
              return entries;
            },
          },
        },
      );
    return { take, fresh, reports, left };
  }

  it('comes to the same end in whatever order things are told, fifty times each', async () => {
    const key = 'mia';
    await store.outbox.accept(newRequest([`${key}@example.com`]));
    const shape = { key, destination: ['mia@example.com'] };
    const facts = [
      send(shape),
      delivery(['mia@example.com'], shape),
      bounce('Transient', 'MailboxFull', { emailAddress: 'mia@example.com' }, shape),
      complaint({}, ['mia@example.com'], shape),
    ];
    const many = facts.flatMap((fact) => Array.from({ length: 50 }, () => fact));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(many, { minLength: many.length }), async (order) => {
        const { take, fresh } = room();
        const third = Math.floor(order.length / 3);
        for (let at = 0; at < order.length; at += third) await take(...order.slice(at, at + third));
        assert.deepEqual(fresh.map(({ type }) => type).sort(), [
          'email.bounced',
          'email.complained',
          'email.delivered',
        ]);
      }),
      { numRuns: 10 },
    );
    const record = await store.outbox.find(key);
    assert.deepEqual(
      record?.deliveries?.map(({ recipient, state }) => [recipient, state]),
      [['mia@example.com', 'complained']],
    );
  });

  it('tells two opens and two links of one mail as four events', async () => {
    const { take, fresh } = room();
    await take(open(600), open(600), open(700), click('https://a.example/1'), click('https://a.example/2'));
    assert.equal(fresh.length, 4);
  });

  it('knows a mail by its provider’s id where the notice has no tag', async () => {
    await store.outbox.accept(newRequest(['kim@example.com'], { priority: 'high' }));
    await store.outbox.claim(1, 1000);
    const outcome = { state: 'sent', code: 'sent', reason: '', attempted: true, at: 2000 } as const;
    await store.outbox.settle([{ ...outcome, partId: 'kim', providerMessageId: 'ses-77' }]);
    const { take, fresh, reports } = room();
    const shape = { spelling: 'notificationType', messageId: 'ses-77' } as const;
    await take(bounce('Permanent', 'NoEmail', { emailAddress: 'kim@example.com' }, shape));
    assert.deepEqual([fresh[0]?.emailId, reports[0]?.emailId], ['kim', 'kim']);
  });

  it('puts whoever left a contact list of SES on the list', async () => {
    const { take, left, fresh } = room();
    await take(subscription({ unsubscribeAll: true }), delay());
    assert.deepEqual(
      [left.map(({ address, cause }) => [address, cause]), fresh.map(({ type }) => type)],
      [[['ann@example.com', 'unsubscribe']], ['email.delayed']],
    );
  });

  it('records nothing before the events are safe', async () => {
    await store.outbox.accept(newRequest(['leo@example.com']));
    const body = JSON.stringify(delivery(['leo@example.com'], { key: 'leo' }));
    const onNotices = () => Promise.reject(new Error('disk'));
    const rooms = { records: store.deliveries, list: store.suppressions, onNotices };
    await assert.rejects(takeSesEvents([readSesNotice({ body, arrivedAt: takenAt })], rooms), /disk/);
    assert.equal((await store.outbox.find('leo'))?.deliveries, undefined);
  });
});
