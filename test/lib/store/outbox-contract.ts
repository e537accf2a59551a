import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { classPause, endOfTime, type Outbox, type Settlement } from '../../../nodes/lib/outbound/outbox.ts';
import { newPart, newRequest, someContent } from '../../support/new-request.ts';

export interface OutboxOpening {
  readonly now: number;
  readonly unknown: 'hold' | 'resend';
  readonly maxWaiting: number;
}

/** One place for data: what was closed there is found again when it is opened once more. */
export interface OutboxPlace {
  open(opening: OutboxOpening): Promise<Outbox>;
  dispose(): Promise<void>;
}

/** What every adapter of the port `Outbox` must do. */
export function describeOutbox(name: string, prepare: () => Promise<OutboxPlace>): void {
  describe(name, () => {
    let place: OutboxPlace;
    let outbox: Outbox;
    const open = async (opening: Partial<OutboxOpening> = {}) => {
      outbox = await place.open({ now: 5000, unknown: 'hold', maxWaiting: 100, ...opening });
    };
    const reopen = async (opening: Partial<OutboxOpening> = {}) => {
      await outbox.close();
      await open(opening);
    };
    const claimIds = async (limit = 100, now = 2000) =>
      (await outbox.claim(limit, now)).map(({ part }) => part.id);
    const ridersOf = async (now = 2000) =>
      Object.fromEntries((await outbox.claim(100, now)).map(({ part }) => [part.id, part.riders]));
    const stateOf = async (partId: string) => (await outbox.find(partId))?.state;
    const settle = (partId: string, given: Partial<Settlement> = {}) =>
      outbox.settle([outcome(partId, given)]);
    const accept = (...args: Parameters<typeof newRequest>) => outbox.accept(newRequest(...args));

    beforeEach(async () => {
      place = await prepare();
      await open();
    });
    afterEach(async () => {
      await outbox.close();
      await place.dispose();
    });

    describe('accept and content', () => {
      it('keeps everything that was asked for', async () => {
        const part = newPart('ann@a.example', {
          to: { address: 'ann@a.example', name: 'Änn' },
          riders: ['cc@a.example'],
          values: { name: 'Ann', items: [1, { two: true }] },
          subject: 'Dear Ann',
          correlationId: 'order-7',
        });
        const request = newRequest([], {
          listTopic: 'news',
          callbackData: 'back',
          notify: { url: 'https://shop.example/', authId: 'crm', receipts: ['read'] },
          dueAt: 1500,
          expiresAt: 9000,
        });
        assert.deepEqual(await outbox.accept({ ...request, parts: [part] }), { kind: 'accepted' });
        const [entry] = await outbox.claim(1, 2000);
        assert.deepEqual(entry?.part, part);
        assert.deepEqual(
          [entry?.requestId, entry?.messageClass, entry?.listTopic, entry?.startsAt, entry?.expiresAt],
          [request.id, 'transactional', 'news', 1500, 9000],
        );
        const record = await outbox.find('ann');
        assert.deepEqual(
          {
            from: record?.from,
            to: record?.to,
            subject: record?.subject,
            callbackData: record?.callbackData,
          },
          { from: someContent.from, to: part.to, subject: 'Dear Ann', callbackData: 'back' },
        );
        assert.deepEqual(record?.notify, request.notify);
      });

      it('gives one content to all parts of a request, byte for byte', async () => {
        const file = { filename: 'a.bin', contentType: 'application/octet-stream' };
        const attachments = [1000, 300_000].map((size) => ({
          ...file,
          content: new Uint8Array(size).fill(7),
        }));
        await accept(['a@a.example', 'b@a.example'], { content: { ...someContent, attachments } });
        const [a, b] = await outbox.claim(2, 2000);
        assert.equal(a?.contentId, b?.contentId);
        assert.deepEqual(await outbox.content(a?.contentId ?? 0), { ...someContent, attachments });
      });

      it('keeps what it accepted when it is opened again', async () => {
        await accept(['a@a.example', 'b@a.example']);
        await reopen();
        assert.deepEqual(await claimIds(), ['a', 'b']);
      });

      it('refuses more than the queue may hold, and takes none of them', async () => {
        await reopen({ maxWaiting: 3 });
        await accept(['a@a.example', 'b@a.example']);
        await assert.rejects(accept(['c@a.example', 'd@a.example']), hasCode('queue-full', true));
        assert.equal(await outbox.find('c'), undefined);
        await claimIds(1);
        await assert.rejects(accept(['c@a.example', 'd@a.example']), hasCode('queue-full', true));
        await settle('a');
        await accept(['c@a.example', 'd@a.example']);
      });

      it('answers a repeated idempotency key with the first parts as they stand', async () => {
        const idempotency = { key: 'key', fingerprint: 'same' };
        await accept(['a@a.example'], { id: 'first', idempotency });
        await claimIds();
        await settle('a');
        const again = await accept(['other@a.example'], { id: 'second', idempotency });
        assert.ok(again.kind === 'repeated');
        assert.equal(again.requestId, 'first');
        assert.deepEqual(again.parts, [await outbox.find('a')]);
        assert.equal(await outbox.find('other'), undefined);
      });

      it('takes one of two requests with the same key that come at once', async () => {
        const idempotency = { key: 'key', fingerprint: 'same' };
        const both = await Promise.all(
          ['a', 'b'].map((id) => accept([`${id}@a.example`], { id, idempotency })),
        );
        assert.deepEqual(both.map(({ kind }) => kind).sort(), ['accepted', 'repeated']);
      });

      it('refuses a key that was used for another body', async () => {
        await accept(['a@a.example'], { id: 'first', idempotency: { key: 'key', fingerprint: 'one' } });
        const other = accept(['b@a.example'], { idempotency: { key: 'key', fingerprint: 'two' } });
        await assert.rejects(other, hasCode('idempotency-conflict', false));
      });

      it('keeps the keys of callers apart, and those of nobody', async () => {
        const asked = [
          { key: 'key', fingerprint: 'one' },
          { key: 'key', caller: 'shop', fingerprint: 'two' },
          { key: 'key', caller: 'crm', fingerprint: 'three' },
        ];
        const addressOf = (index: number) => [`a${index}@a.example`];
        for (const [index, idempotency] of asked.entries()) {
          assert.equal((await accept(addressOf(index), { id: `${index}`, idempotency })).kind, 'accepted');
        }
        for (const [index, idempotency] of asked.entries()) {
          const again = await accept(addressOf(9), { idempotency });
          assert.equal(again.kind === 'repeated' && again.requestId, `${index}`);
        }
      });

      it('shows a caller its key as it wrote it when it was used for another body', async () => {
        const idempotency = { key: 'key', caller: 'shop' };
        await accept(['a@a.example'], { idempotency: { ...idempotency, fingerprint: 'one' } });
        const other = accept(['b@a.example'], { idempotency: { ...idempotency, fingerprint: 'two' } });
        await assert.rejects(other, (error: Error) => /key key /.test(error.message));
      });
    });

    describe('claim', () => {
      it('takes high priority first, then by due time', async () => {
        await accept(['low@a.example'], { priority: 'low', dueAt: 1 });
        await accept(['late@a.example'], { dueAt: 1500 });
        await accept(['early@a.example'], { dueAt: 1200 });
        await accept(['high@a.example'], { priority: 'high', dueAt: 1900 });
        assert.deepEqual(await claimIds(3), ['high', 'early', 'late']);
        assert.deepEqual(await claimIds(3), ['low']);
      });

      it('takes each part once, only when due, and no more than asked for', async () => {
        await accept(['a@a.example', 'b@a.example', 'c@a.example']);
        await accept(['later@a.example'], { dueAt: 3000 });
        assert.deepEqual(await claimIds(0), []);
        assert.deepEqual((await Promise.all([claimIds(2), claimIds(2)])).flat(), ['a', 'b', 'c']);
        assert.deepEqual(await claimIds(2, 2999), []);
        assert.deepEqual(await claimIds(2, 3000), ['later']);
      });

      it('skips a paused domain until the pause ends, and claims the others', async () => {
        await accept(['a@slow.example', 'b@fast.example']);
        await accept(['c@notslow.example', 'd@slow.example']);
        await outbox.pauseDomain('slow.example', 8000, 'asked to slow down');
        assert.deepEqual(await claimIds(1), ['b']);
        assert.deepEqual(await claimIds(), ['c']);
        assert.equal((await outbox.counts(2000)).nextDueAt, 8000);
        assert.deepEqual(await claimIds(9, 7999), []);
        assert.deepEqual(await claimIds(9, 8000), ['a', 'd']);
      });

      it('finds what it may claim behind a long paused queue', async () => {
        await reopen({ maxWaiting: 1e6 });
        await accept(Array.from({ length: 2500 }, (_, index) => `p${index}@slow.example`));
        await accept(['a@fast.example']);
        await outbox.pauseDomain('slow.example', 8000, '');
        assert.deepEqual(await claimIds(1), ['a']);
        const { waiting, scheduled } = await outbox.counts(2000);
        assert.deepEqual([waiting, scheduled], [0, 2500]);
      });

      it('pauses a class and lets the other go on, until somebody ends it', async () => {
        await accept(['a@a.example'], { id: '1', messageClass: 'marketing' });
        await accept(['b@a.example'], { id: '2' });
        await outbox.pauseDomain(classPause('marketing'), endOfTime, 'too many bounces');
        assert.deepEqual(await claimIds(), ['b']);
        assert.equal((await outbox.counts(2000)).nextDueAt, undefined, 'nobody knows when');
        assert.deepEqual(await claimIds(9, 4e12), []);
        await outbox.pauseDomain(classPause('marketing'), 5e12, '');
        assert.deepEqual(await claimIds(9, 5e12), ['a']);
      });

      it('lets a pause be made longer or shorter', async () => {
        await accept(['a@slow.example', 'b@slow.example']);
        await outbox.pauseDomain('slow.example', 4000, '');
        await claimIds();
        await outbox.pauseDomain('slow.example', 9000, '');
        assert.deepEqual(await claimIds(9, 4000), []);
        await outbox.pauseDomain('slow.example', 5000, '');
        assert.deepEqual(await claimIds(9, 5000), ['a', 'b']);
      });

      it('claims what has expired, paused or not', async () => {
        await accept(['a@slow.example'], { id: '1', expiresAt: 1900 });
        await accept(['b@slow.example'], { id: '2', expiresAt: 2500 });
        await outbox.pauseDomain('slow.example', 9000, '');
        assert.deepEqual(await claimIds(), ['a']);
        assert.deepEqual(await claimIds(9, 2500), ['b']);
      });

      it('hands the riders of a paused copy to the next one', async () => {
        await accept(['a@slow.example', 'b@fast.example'], { riders: ['cc@c.example'] });
        await outbox.pauseDomain('slow.example', 9000, '');
        assert.deepEqual(await ridersOf(), { b: ['cc@c.example'] });
      });
    });

    describe('settle', () => {
      it('returns the records of parts now final, in the order given', async () => {
        await accept(['a@a.example', 'b@a.example', 'c@a.example']);
        await claimIds();
        const refused = [{ address: 'x@a.example', code: 'recipient-refused', reason: '550' }];
        const records = await outbox.settle([
          outcome('c', { providerMessageId: 'p-1', messageId: 'p-1@route.test', refused }),
          outcome('a', { state: 'later', dueAt: 4000 }),
          outcome('b', { state: 'failed', code: 'message-refused', reason: 'no', at: 2100 }),
        ]);
        assert.deepEqual(
          records.map((record) => [
            record.id,
            record.state,
            record.code,
            record.settledAt,
            record.index,
            record.count,
          ]),
          [
            ['c', 'sent', 'sent', 2000, 2, 3],
            ['b', 'failed', 'message-refused', 2100, 1, 3],
          ],
        );
        assert.deepEqual([records[0]?.providerMessageId, records[0]?.refused], ['p-1', refused]);
        assert.equal(records[0]?.messageId, 'p-1@route.test');
        for (const record of records) assert.deepEqual(record, await outbox.find(record.id));
      });

      it('ignores what is not being sent, and what is settled twice', async () => {
        await accept(['a@a.example', 'b@a.example']);
        await claimIds(1);
        assert.deepEqual(await outbox.settle([outcome('b'), outcome('nobody')]), []);
        assert.equal((await settle('a')).length, 1);
        assert.deepEqual(await settle('a', { state: 'failed' }), []);
        assert.deepEqual([await stateOf('a'), await stateOf('b')], ['sent', 'queued']);
      });

      it('queues a part again, with attempts, refusals and recipients carried along', async () => {
        await accept(['a@a.example'], { riders: [] });
        const refusal = (address: string) => ({ address, code: 'recipient-refused', reason: 'no' });
        await claimIds();
        await settle('a', {
          state: 'later',
          code: 'throttled',
          dueAt: 4000,
          recipients: ['rest@a.example'],
          refused: [refusal('x@a.example')],
        });
        assert.equal((await outbox.find('a'))?.code, 'throttled');
        assert.deepEqual(await claimIds(1, 3999), []);
        const [entry] = await outbox.claim(1, 4000);
        assert.deepEqual([entry?.attempts, entry?.part.recipients], [1, ['rest@a.example']]);
        await settle('a', { state: 'later', dueAt: 4000, attempted: false });
        assert.equal((await outbox.claim(1, 4000))[0]?.attempts, 1);
        const [record] = await settle('a', { state: 'failed', refused: [refusal('y@a.example')] });
        assert.equal(record?.attempts, 2);
        assert.deepEqual(record?.refused, [refusal('x@a.example'), refusal('y@a.example')]);
      });
    });

    it('keeps how a part was handed over last, and the code of the answer', async () => {
      await accept(['a@a.example'], { riders: [] });
      await claimIds();
      await settle('a', { state: 'later', dueAt: 4000, tagged: true, enhancedStatus: '4.2.2' });
      const told = async () => {
        const record = await outbox.find('a');
        return [record?.tagged, record?.enhancedStatus];
      };
      assert.deepEqual(await told(), [true, '4.2.2']);
      await outbox.claim(1, 4000);
      await settle('a', { state: 'later', dueAt: 4000, attempted: false });
      assert.deepEqual(await told(), [true, undefined]);
      await outbox.claim(1, 4000);
      await settle('a', { state: 'failed', enhancedStatus: '5.1.1' });
      assert.deepEqual(await told(), [undefined, '5.1.1']);
    });

    describe('riders', () => {
      const riders = ['cc@c.example', 'bcc@c.example'];
      const addresses = ['a@a.example', 'b@a.example', 'c@a.example'];
      beforeEach(() => accept(addresses, { riders }));

      it('holds the other copies until the one that carries them was sent', async () => {
        assert.deepEqual(await ridersOf(), { a: riders });
        assert.deepEqual([await stateOf('b'), await stateOf('c')], ['held', 'held']);
        await settle('a');
        assert.deepEqual(await ridersOf(), { b: [], c: [] });
      });

      for (const state of ['failed', 'suppressed', 'expired', 'later'] as const) {
        it(`hands them to the first held copy when the carrier is settled as ${state}`, async () => {
          await claimIds();
          await settle('a', { state, dueAt: 9000 });
          assert.deepEqual(await ridersOf(), { b: riders });
          assert.equal(await stateOf('c'), 'held');
          assert.deepEqual(await ridersOf(9000), state === 'later' ? { a: [] } : {});
        });
      }

      it('hands them on when the carrier is cancelled', async () => {
        await outbox.cancel(['a'], 2000);
        assert.deepEqual(await ridersOf(), { b: riders });
      });

      it('hands them to nobody when the carrier may have been sent, and lets the others go', async () => {
        await claimIds();
        await settle('a', { state: 'unknown', code: 'no-answer' });
        assert.deepEqual(await ridersOf(), { b: [], c: [] });
        await outbox.resend(['a'], 3000);
        assert.deepEqual(await ridersOf(3000), { a: riders });
      });

      it('sends a partly taken copy only to those it still lacks, and lets the others go', async () => {
        await claimIds();
        await settle('a', { state: 'later', dueAt: 2000, recipients: ['bcc@c.example'], partlyTaken: true });
        const entries = await outbox.claim(9, 2000);
        assert.deepEqual(
          entries.map(({ part, partlyTaken }) => [part.id, part.recipients, part.riders, partlyTaken]),
          [
            ['a', ['bcc@c.example'], [], true],
            ['b', ['b@a.example'], [], false],
            ['c', ['c@a.example'], [], false],
          ],
        );
      });

      it('leaves them on a copy that is tried later when none is held', async () => {
        await outbox.cancel(['b', 'c'], 2000);
        await claimIds();
        await settle('a', { state: 'later', dueAt: 2000 });
        assert.deepEqual(await ridersOf(), { a: riders });
      });

      it('puts them on a queued copy when the last carrier fails', async () => {
        await outbox.cancel(['c'], 2000);
        await claimIds();
        await settle('a', { state: 'later', dueAt: 9000 });
        await claimIds();
        await settle('b', { state: 'failed' });
        assert.deepEqual(await ridersOf(9000), { a: riders });
      });

      it('says in the refused list whom no copy was left for', async () => {
        await outbox.cancel(['b', 'c'], 2000);
        await claimIds();
        const [record] = await settle('a', { state: 'failed', code: 'message-refused', reason: 'spam' });
        assert.deepEqual(
          record?.refused,
          riders.map((address) => ({
            address,
            code: 'no-to-left',
            reason: 'Nobody in To gets the mail, so no copy of it leaves. spam',
          })),
        );
        assert.deepEqual(await outbox.find('a'), record);
      });
    });

    describe('cancel and resend', () => {
      it('cancels what is held or queued, and nothing else', async () => {
        await accept(['a@a.example', 'b@a.example'], { id: '1' });
        await accept(['c@a.example', 'd@a.example'], { id: '2', riders: ['cc@c.example'] });
        await claimIds(1);
        const cancelled = await outbox.cancel(['a', 'b', 'd', 'nobody', 'b'], 2000);
        assert.deepEqual(
          cancelled.map(({ id, state, code, settledAt }) => [id, state, code, settledAt]),
          [
            ['b', 'cancelled', 'cancelled', 2000],
            ['d', 'cancelled', 'cancelled', 2000],
          ],
        );
        assert.deepEqual(await claimIds(), ['c']);
      });

      it('queues unknown parts again, with the same Message-ID', async () => {
        await accept(['a@a.example', 'b@a.example']);
        const [first] = await outbox.claim(2, 2000);
        await settle('a', { state: 'unknown' });
        assert.equal(await outbox.resend(['a', 'b', 'nobody'], 3000), 1);
        const [again] = await outbox.claim(2, 3000);
        assert.deepEqual([again?.part.messageId, again?.attempts], [first?.part.messageId, 1]);
        assert.equal((await settle('a', { at: 3100 }))[0]?.settledAt, 3100);
      });
    });

    describe('retryNow and resolve', () => {
      it('brings forward what is queued for later, and nothing else', async () => {
        await accept(['later@a.example'], { dueAt: 9000 });
        await accept(['due@a.example']);
        await outbox.pauseDomain('a.example', 8000, '');
        await claimIds();
        assert.equal(await outbox.retryNow(['later', 'due', 'later', 'nobody'], 2000), 2);
        assert.equal((await outbox.counts(2000)).waiting, 2);
        await outbox.pauseDomain('a.example', 0, '');
        assert.deepEqual((await claimIds()).sort(), ['due', 'later']);
        assert.equal(await outbox.retryNow(['later'], 3000), 0);
      });

      it('keeps a paused domain paused', async () => {
        await accept(['a@a.example']);
        await outbox.pauseDomain('a.example', 8000, '');
        await claimIds();
        await outbox.retryNow(['a'], 2000);
        assert.deepEqual(await claimIds(), []);
      });

      it('settles unknown parts as somebody found out, and nothing else', async () => {
        await accept(['a@a.example', 'b@a.example', 'c@a.example']);
        await claimIds(2);
        for (const id of ['a', 'b']) await settle(id, { state: 'unknown' });
        await outbox.markReported(['a', 'b']);
        const [sent, ...others] = await outbox.resolve(['a', 'c', 'nobody', 'a'], 'sent', 7000);
        const [failed] = await outbox.resolve(['b'], 'failed', 7001);
        assert.deepEqual(others, []);
        assert.deepEqual(
          [sent, failed].map((one) => [one?.id, one?.state, one?.code, one?.settledAt, one?.attempts]),
          [
            ['a', 'sent', 'sent', 7000, 1],
            ['b', 'failed', 'not-sent', 7001, 1],
          ],
        );
        assert.deepEqual(sent, await outbox.find('a'));
        const owed = await outbox.unreported('node-1', 9);
        assert.deepEqual(
          owed.map(({ record }) => record.id),
          ['a', 'b'],
        );
        assert.equal(await outbox.resend(['a', 'b'], 8000), 0);
      });

      it('says whom no copy was left for when the one that carried them was not sent', async () => {
        await accept(['a@a.example'], { riders: ['cc@c.example'] });
        await claimIds();
        await settle('a', { state: 'unknown' });
        const [failed] = await outbox.resolve(['a'], 'failed', 7000);
        assert.deepEqual(
          failed?.refused.map(({ address, code }) => [address, code]),
          [['cc@c.example', 'no-to-left']],
        );
      });
    });

    describe('reports', () => {
      it('lists settled parts that the flow has not had, oldest first, until they are marked', async () => {
        await accept(['a@a.example', 'b@a.example', 'c@a.example'], { message: '{"x":1}' });
        await accept(['silent@a.example'], { id: '2', reports: false });
        await accept(['elsewhere@a.example'], { id: '3', node: 'node-2' });
        await claimIds();
        await settle('b', { at: 2001 });
        await settle('a', { at: 2002 });
        for (const id of ['silent', 'elsewhere']) await settle(id);
        const listed = await outbox.unreported('node-1', 9);
        assert.deepEqual(
          listed.map(({ record, message }) => [record.id, message]),
          [
            ['b', '{"x":1}'],
            ['a', '{"x":1}'],
          ],
        );
        assert.deepEqual(listed[0]?.record, await outbox.find('b'));
        assert.equal((await outbox.unreported('node-1', 1)).length, 1);
        await outbox.markReported(['b', 'c', 'nobody']);
        await settle('c', { at: 2003 });
        assert.deepEqual(
          (await outbox.unreported('node-1', 9)).map(({ record }) => record.id),
          ['a', 'c'],
        );
      });

      it('reports the second outcome of a part that was sent again', async () => {
        await accept(['a@a.example']);
        await claimIds();
        await settle('a', { state: 'unknown' });
        await outbox.markReported(['a']);
        await outbox.resend(['a'], 3000);
        assert.deepEqual(await outbox.unreported('node-1', 9), []);
        await claimIds(1, 3000);
        await settle('a');
        assert.equal((await outbox.unreported('node-1', 9)).length, 1);
      });
    });

    describe('opening again', () => {
      it('finds what was being sent as unknown, and owes its result', async () => {
        await accept(['a@a.example', 'b@a.example']);
        await claimIds(1);
        await reopen({ now: 6000 });
        const record = await outbox.find('a');
        assert.deepEqual(
          [record?.state, record?.code, record?.settledAt],
          ['unknown', 'outcome-unknown', 6000],
        );
        assert.match(record?.reason ?? '', /may or may not have been sent/);
        assert.deepEqual(
          (await outbox.unreported('node-1', 9)).map((part) => part.record),
          [record],
        );
        assert.deepEqual(await claimIds(9, 6000), ['b']);
      });

      it('lets the copies go that were held behind a carrier now unknown', async () => {
        await accept(['a@a.example', 'b@a.example'], { riders: ['cc@c.example'] });
        await claimIds();
        await reopen({ now: 6000 });
        assert.deepEqual(await ridersOf(6000), { b: [] });
      });

      it('queues it again where the policy says so', async () => {
        await accept(['a@a.example', 'b@a.example'], { riders: ['cc@c.example'] });
        await claimIds();
        await reopen({ unknown: 'resend', now: 6000 });
        const [entry] = await outbox.claim(9, 6000);
        assert.deepEqual([entry?.part.id, entry?.part.riders, entry?.attempts], ['a', ['cc@c.example'], 1]);
        assert.equal(await stateOf('b'), 'held');
      });
    });

    describe('counts', () => {
      const waitingAt = async (now: number) => {
        const { waiting, scheduled } = await outbox.counts(now);
        return [waiting, scheduled];
      };

      it('tells waiting, scheduled, sending and unknown parts apart', async () => {
        const none = { waiting: 0, scheduled: 0, sending: 0, unknown: 0 };
        assert.deepEqual(await outbox.counts(2000), {
          ...none,
          oldestDueAt: undefined,
          nextDueAt: undefined,
        });
        await accept(['a@a.example', 'b@a.example', 'c@a.example', 'd@a.example']);
        await accept(['e@a.example'], { priority: 'low', dueAt: 500 });
        await accept(['f@a.example'], { priority: 'high', dueAt: 3000 });
        await accept(['g@a.example', 'held@a.example'], { riders: ['cc@c.example'], dueAt: 4000 });
        await claimIds(2);
        await settle('a', { state: 'unknown' });
        assert.deepEqual(await outbox.counts(2000), {
          waiting: 3,
          scheduled: 2,
          sending: 1,
          unknown: 1,
          oldestDueAt: 500,
          nextDueAt: 3000,
        });
      });

      it('stay right when time passes, goes back, and parts move', async () => {
        await accept(['a@a.example', 'b@a.example'], { id: '1', dueAt: 3000 });
        await accept(['c@a.example'], { id: '2', dueAt: 1000 });
        assert.deepEqual(await waitingAt(2000), [1, 2]);
        assert.deepEqual(await waitingAt(3000), [3, 0]);
        assert.deepEqual(await waitingAt(2999), [1, 2]);
        await claimIds(1, 3000);
        await settle('c', { state: 'later', dueAt: 4000 });
        assert.deepEqual(await waitingAt(3500), [2, 1]);
        await outbox.cancel(['a'], 3500);
        assert.deepEqual(await waitingAt(4000), [2, 0]);
        assert.deepEqual(await waitingAt(0), [0, 2]);
      });

      it('stay right when many parts become due at once', async () => {
        await reopen({ maxWaiting: 1e6 });
        const many = Array.from({ length: 1500 }, (_, index) => `p${index}@a.example`);
        await accept(many, { dueAt: 3000 });
        assert.deepEqual(await waitingAt(3000), [1500, 0]);
        assert.equal((await claimIds(10, 3000)).length, 10);
        assert.deepEqual(await waitingAt(3001), [1490, 0]);
        assert.deepEqual(await waitingAt(2999), [0, 1490]);
        assert.deepEqual(await waitingAt(3000), [1490, 0]);
      });
    });

    describe('notes', () => {
      it('outlive closing, can be changed and taken away', async () => {
        assert.equal(await outbox.readNote('paused'), undefined);
        await outbox.writeNote('paused', 'by hand');
        await outbox.writeNote('paused', 'by the owner');
        await reopen();
        assert.equal(await outbox.readNote('paused'), 'by the owner');
        await outbox.writeNote('paused', undefined);
        assert.equal(await outbox.readNote('paused'), undefined);
      });
    });

    describe('prune', () => {
      it('deletes only requests that are old and settled, though nobody asked for their results', async () => {
        for (const id of ['gone', 'owed', 'recent', 'silent']) {
          await accept([`${id}@a.example`], { id, reports: id !== 'silent' });
        }
        await accept(['half@a.example', 'open@a.example'], { id: 'half' });
        const entries = await outbox.claim(9, 2000);
        for (const id of ['gone', 'owed', 'silent', 'half']) await settle(id, { at: 2000 });
        await settle('recent', { at: 4000 });
        await outbox.markReported(['gone', 'recent', 'half']);
        assert.equal(await outbox.prune(3000, 0), 3);
        const left = await Promise.all(
          ['gone', 'silent', 'owed', 'recent', 'half', 'open'].map(async (id) => [id, await stateOf(id)]),
        );
        assert.deepEqual(left, [
          ['gone', undefined],
          ['silent', undefined],
          ['owed', undefined],
          ['recent', 'sent'],
          ['half', 'sent'],
          ['open', 'sending'],
        ]);
        await assert.rejects(outbox.content(entries[0]?.contentId ?? 0), hasCode('store-corrupt', false));
      });

      it('keeps a request as long as its idempotency key', async () => {
        const idempotency = { key: 'key', fingerprint: 'same' };
        await accept(['a@a.example'], { id: 'first', reports: false, idempotency });
        await claimIds();
        await settle('a');
        assert.equal(await outbox.prune(3000, 1000), 0);
        assert.equal((await accept(['a@a.example'], { idempotency })).kind, 'repeated');
        assert.equal(await outbox.prune(3000, 1001), 1);
        assert.equal((await accept(['a@a.example'], { idempotency })).kind, 'accepted');
      });

      it('deletes more than one step at once', async () => {
        await reopen({ maxWaiting: 1e6 });
        const ids = Array.from({ length: 450 }, (_, index) => `p${index}`);
        await Promise.all(ids.map((id) => accept([`${id}@a.example`], { id, reports: false })));
        await outbox.cancel(ids, 2000);
        assert.equal(await outbox.prune(3000, 0), 450);
      });
    });

    describe('close', () => {
      it('answers what was called before, refuses what comes after, and may be called twice', async () => {
        const accepted = accept(['a@a.example']);
        await Promise.all([outbox.close(), outbox.close()]);
        assert.deepEqual(await accepted, { kind: 'accepted' });
        await assert.rejects(outbox.counts(0), hasCode('app-closed', false));
        await open();
        assert.deepEqual(await claimIds(), ['a']);
      });
    });
  });
}

export function hasCode(code: string, retryable: boolean) {
  return (error: unknown) => {
    assert.ok(error instanceof EmailError, String(error));
    assert.deepEqual([error.code, error.retryable], [code, retryable]);
    return true;
  };
}

function outcome(partId: string, given: Partial<Settlement> = {}): Settlement {
  return {
    partId,
    at: 2000,
    state: 'sent',
    code: given.state ?? 'sent',
    reason: '',
    attempted: true,
    ...given,
  };
}
