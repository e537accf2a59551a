import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventLog } from '../../../nodes/lib/event/event-log.ts';
import {
  type DeliveryRecords,
  deliveryStates,
  type NewDelivery,
} from '../../../nodes/lib/outbound/delivery-records.ts';
import type { Outbox } from '../../../nodes/lib/outbound/outbox.ts';
import { newRequest } from '../../support/new-request.ts';

export interface DeliveryStore {
  readonly outbox: Outbox;
  readonly deliveries: DeliveryRecords;
  readonly events: Pick<EventLog, 'read'>;
}

/** One place for data: what was cut off there is found when it is opened once more. */
export interface DeliveryPlace {
  open(unknown?: 'hold' | 'resend'): Promise<DeliveryStore>;
  dispose(): Promise<void>;
}

/** What every adapter of the port `DeliveryRecords` must do. */
export function describeDeliveryRecords(name: string, prepare: () => Promise<DeliveryPlace>): void {
  describe(name, () => {
    let place: DeliveryPlace;
    let store: DeliveryStore;

    const told = (state: NewDelivery['state'], at: number, recipient = 'ann@example.com'): NewDelivery => ({
      partId: 'ann',
      recipient,
      state,
      at,
      reason: `${state} ${at}`,
    });
    const deliveriesOf = async (key: string) => (await store.deliveries.find([{ key }]))[0]?.deliveries;

    before(async () => {
      place = await prepare();
      store = await place.open();
      await store.outbox.accept(newRequest(['ann@example.com', 'bob@example.com', 'cat@example.com']));
    });
    after(() => place.dispose());

    it('finds a mail by our key, or by the id that the provider gave it', async () => {
      await store.outbox.claim(1, 1000);
      await store.outbox.settle([
        {
          partId: 'ann',
          at: 2000,
          state: 'sent',
          code: 'sent',
          reason: 'ok',
          attempted: true,
          providerMessageId: 'p-1',
        },
      ]);
      const found = await store.deliveries.find([
        { key: 'bob' },
        { providerMessageId: 'p-1' },
        { key: 'nobody' },
        { providerMessageId: 'p-2' },
        {},
      ]);
      assert.deepEqual(
        found.map((part) => part?.record.id),
        ['bob', 'ann', undefined, undefined, undefined],
      );
    });

    it('ends with the same state in whatever order things are told, however often', async () => {
      const facts = deliveryStates.map((state, index) => told(state, 1000 + index));
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...facts), { minLength: 1 }),
          fc.uuid(),
          async (some, recipient) => {
            const mine = some.map((fact) => ({ ...fact, recipient }));
            for (const fact of mine) await store.deliveries.note([fact], []);
            const last = Math.max(...some.map(({ state }) => deliveryStates.indexOf(state)));
            const found = (await deliveriesOf('ann'))?.find((one) => one.recipient === recipient);
            assert.equal(found?.state, deliveryStates[last]);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('keeps 50 repetitions of one thing as one', async () => {
      const many = Array.from({ length: 50 }, () => told('delivered', 3000, 'zoe@example.com'));
      await store.deliveries.note(many, []);
      const found = (await deliveriesOf('ann'))?.filter(({ recipient }) => recipient === 'zoe@example.com');
      assert.deepEqual(found, [
        { recipient: 'zoe@example.com', state: 'delivered', at: 3000, reason: 'delivered 3000' },
      ]);
    });

    it('forgets a report on a mail that is not there', async () => {
      await store.deliveries.note([{ ...told('bounced', 1), partId: 'nobody' }], []);
    });

    it('settles what a crash had hidden, once, with its event', async () => {
      await store.outbox.claim(1, 1000);
      store = await place.open();
      const before = await store.outbox.find('bob');
      const sent = { partId: 'bob', at: 5000, providerMessageId: 'p-9', reason: 'told later' };
      await store.deliveries.note([], [sent, sent, { ...sent, partId: 'cat' }]);
      const [after, other] = [await store.outbox.find('bob'), await store.outbox.find('cat')];
      assert.deepEqual(
        [before?.state, after?.state, after?.code, after?.providerMessageId, after?.settledAt, other?.state],
        ['unknown', 'sent', 'sent', 'p-9', 5000, 'queued'],
      );
      assert.equal((await store.outbox.counts(9000)).unknown, 0);
      const { events } = await store.events.read({ types: ['email.sent'], limit: 10 });
      assert.deepEqual(
        events.map(({ emailId }) => emailId),
        ['ann', 'bob'],
      );
    });

    for (const unknown of ['hold', 'resend'] as const) {
      it(`knows after a crash that the provider has a mail if it had told of it (${unknown})`, async () => {
        const id = `dan-${unknown}`;
        await store.outbox.accept(newRequest([`${id}@example.com`], { priority: 'high' }));
        await store.outbox.claim(1, 1000);
        await store.deliveries.note([{ ...told('taken', 1500), partId: id }], []);
        store = await place.open(unknown);
        assert.equal((await store.outbox.find(id))?.state, 'sent');
      });
    }

    it('knows everybody whom a mail was handed over for, at whichever attempt', async () => {
      const request = newRequest(['eve@example.com'], {
        riders: ['cc@c.example', 'no@c.example', 'bcc@c.example'],
      });
      await store.outbox.accept(request);
      await store.outbox.claim(9, 1000);
      const refused = [
        { address: 'no@c.example', code: 'recipient-refused', reason: 'no', enhancedStatus: '5.1.1' },
      ];
      const attempt = {
        partId: 'eve',
        at: 2000,
        code: 'x',
        reason: '',
        attempted: true,
        tagged: true,
      } as const;
      const later = { ...attempt, state: 'later', dueAt: 2000, refused } as const;
      await store.outbox.settle([{ ...later, recipients: ['bcc@c.example'], partlyTaken: true }]);
      await store.outbox.claim(9, 2000);
      await store.outbox.settle([{ ...attempt, state: 'sent', code: 'sent' }]);
      const [known] = await store.deliveries.find([{ key: 'eve' }]);
      assert.deepEqual(known?.recipients?.toSorted(), ['bcc@c.example', 'cc@c.example', 'eve@example.com']);
      assert.deepEqual([known?.record.tagged, known?.record.refused], [true, refused]);
    });
  });
}
