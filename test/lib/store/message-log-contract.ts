import assert from 'node:assert/strict';
import type { EventLog } from '../../../nodes/lib/event/event-log.ts';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { Mailbox } from '../../../nodes/lib/mail/mailbox.ts';
import type { AccessLog } from '../../../nodes/lib/message-log/access-log.ts';
import type { MessageLog, MessageQuery } from '../../../nodes/lib/message-log/message-log.ts';
import { copyId } from '../../../nodes/lib/outbound/copy-id.ts';
import type { DeliveryRecords } from '../../../nodes/lib/outbound/delivery-records.ts';
import type { Mailings } from '../../../nodes/lib/outbound/mailings.ts';
import type { Outbox, Settlement } from '../../../nodes/lib/outbound/outbox.ts';
import { newPart, newRequest, someContent } from '../../support/new-request.ts';

export interface MessageLogPlace {
  readonly messageLog: MessageLog;
  readonly accessLog: AccessLog;
  readonly outbox: Outbox;
  readonly mailings: Mailings;
  readonly events: EventLog;
  readonly deliveries: DeliveryRecords;
  dispose(): Promise<void>;
}

/** What every adapter of the ports `MessageLog` and `AccessLog` must do. */
export function describeMessageLog(name: string, prepare: () => Promise<MessageLogPlace>): void {
  describe(name, () => {
    let place: MessageLogPlace;
    beforeEach(async () => {
      place = await prepare();
    });
    afterEach(() => place.dispose());

    const accept = (address: string, acceptedAt = 1000, given: object = {}) =>
      place.outbox.accept(newRequest([address], { acceptedAt, dueAt: acceptedAt, ...given }));
    const settle = async (partId: string, given: Partial<Settlement> = {}) => {
      await place.outbox.claim(1000, 1_000_000);
      return place.outbox.settle([outcome(partId, given)]);
    };
    /** All that the pages list, and their number. */
    const pagesOf = async (query: Partial<MessageQuery>, limit = 2) => {
      const ids: string[] = [];
      let after: string | undefined;
      let pages = 0;
      do {
        const page = await place.messageLog.search({ limit, ...query, after });
        assert.ok(page.messages.length <= limit);
        ids.push(...page.messages.map(({ id }) => id));
        after = page.next;
        pages += 1;
      } while (after !== undefined);
      return { ids, pages };
    };
    const idsOf = async (query: Partial<MessageQuery>) => (await pagesOf(query)).ids;

    describe('search', () => {
      it('lists the newest first, each once, however small the pages are', async () => {
        for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries())
          await accept(`${name}@a.example`, 1000 + Math.floor(index / 2));
        assert.deepEqual(await idsOf({}), ['e', 'd', 'c', 'b', 'a']);
        assert.deepEqual((await pagesOf({}, 1)).ids, ['e', 'd', 'c', 'b', 'a']);
        const { messages } = await place.messageLog.search({ limit: 1 });
        assert.deepEqual(messages[0], await place.outbox.find('e'));
      });

      it('lists all copies of a request, over several pages', async () => {
        const addresses = Array.from({ length: 7 }, (_, index) => `p${index}@a.example`);
        await accept('old@a.example', 900);
        await place.outbox.accept(newRequest(addresses));
        await accept('new@a.example', 1100);
        const found = await idsOf({});
        assert.deepEqual([found[0], found.at(-1), found.length], ['new', 'old', 9]);
        assert.equal(new Set(found).size, 9);
      });

      it('finds a recipient in any spelling of its case, and nobody else', async () => {
        await accept('Ann@a.example', 1000);
        await accept('bob@a.example', 1001);
        await accept('ann@b.example', 1002, { parts: [newPart('ann@b.example', { id: 'other' })] });
        await accept('x@a.example', 1003, { parts: [newPart('ANN@A.example', { id: 'later' })] });
        assert.deepEqual(await idsOf({ recipient: 'aNN@A.EXAMPLE' }), ['later', 'Ann']);
        assert.deepEqual(await idsOf({ recipient: 'nobody@a.example' }), []);
        assert.deepEqual(await idsOf({ recipient: 'ann@a.example', from: 1001 }), ['later']);
      });

      it('finds every kind of id, and a Message-ID with or without its brackets', async () => {
        await accept('a@a.example', 1000, {
          id: 'request-a',
          parts: [newPart('a@a.example', { correlationId: 'order 7' })],
        });
        await accept('b@a.example', 1001, {
          id: 'request-b',
          parts: [newPart('b@a.example', { correlationId: 'order 7' })],
        });
        await settle('a', { providerMessageId: 'from-the-route' });
        const ids = ['a', 'request-a', 'a@sender.example', '<a@sender.example>', 'from-the-route'];
        for (const id of ids) assert.deepEqual(await idsOf({ id }), ['a'], id);
        assert.deepEqual(await idsOf({ id: 'order 7' }), ['b', 'a']);
        assert.deepEqual((await pagesOf({ id: 'order 7' }, 1)).ids, ['b', 'a']);
        assert.deepEqual(await idsOf({ id: 'order 7', states: ['sent'] }), ['a']);
        assert.deepEqual(await idsOf({ id: 'order' }), []);
      });

      it('finds a part of the subject, whatever its case, also one of a copy of its own', async () => {
        await accept('a@a.example', 1000, { content: { ...someContent, subject: 'Ihre BESTELLUNG 100%' } });
        await accept('b@a.example', 1001, {
          parts: [newPart('b@a.example', { subject: 'Bestellung für Änne' })],
        });
        await accept('c@a.example', 1002);
        assert.deepEqual(await idsOf({ subject: 'bestellung' }), ['b', 'a']);
        assert.deepEqual(await idsOf({ subject: 'FÜR ÄNNE' }), ['b']);
        assert.deepEqual(await idsOf({ subject: '100%' }), ['a']);
        assert.deepEqual(await idsOf({ subject: '100_' }), []);
      });

      it('finds states, and times from the first to before the last', async () => {
        for (const [index, name] of ['a', 'b', 'c', 'd'].entries())
          await accept(`${name}@a.example`, 1000 + index);
        await settle('b');
        assert.deepEqual(await idsOf({ states: ['sent'] }), ['b']);
        assert.deepEqual(await idsOf({ states: ['sent', 'sending'] }), ['d', 'c', 'b', 'a']);
        await settle('c', { state: 'failed' });
        await settle('d', { state: 'unknown' });
        assert.deepEqual((await pagesOf({ states: ['unknown', 'failed'] }, 1)).ids, ['d', 'c']);
        assert.deepEqual(await idsOf({ states: ['failed', 'unknown'], from: 1003 }), ['d']);
        assert.deepEqual(await idsOf({ states: ['failed', 'unknown'], to: 1003 }), ['c']);
        assert.deepEqual(await idsOf({ states: ['failed', 'sent'] }), ['c', 'b']);
        assert.deepEqual(await idsOf({ states: ['suppressed'] }), []);
        assert.deepEqual(await idsOf({ from: 1001, to: 1003 }), ['c', 'b']);
        assert.deepEqual(await idsOf({ to: 1001 }), ['a']);
        assert.deepEqual(await idsOf({ from: 1003 }), ['d']);
      });

      it('joins what it is asked for', async () => {
        await accept('a@a.example', 1000);
        await accept('b@a.example', 1001);
        await settle('a');
        const subject = someContent.subject.slice(1, 4);
        const all = { recipient: 'a@a.example', subject, states: ['sent'], from: 1000, to: 1001 } as const;
        assert.deepEqual(await idsOf(all), ['a']);
        for (const other of [{ recipient: 'b@a.example' }, { subject: 'x y z' }, { from: 1001 }])
          assert.deepEqual(await idsOf({ ...all, ...other }), []);
      });

      it('looks at no more than a limited number at a time, and says how far it has looked back', async () => {
        const many = Array.from({ length: 2500 }, (_, index) => newPart(`p${index}@a.example`));
        await accept('wanted@a.example', 900, { content: { ...someContent, subject: 'rare' } });
        await place.outbox.accept({ ...newRequest([]), parts: many });
        const page = await place.messageLog.search({ subject: 'rare', limit: 10 });
        assert.deepEqual([page.messages, page.lookedBackTo], [[], 1000]);
        assert.ok(page.next);
        const { ids, pages } = await pagesOf({ subject: 'rare' });
        assert.deepEqual(ids, ['wanted']);
        assert.ok(pages > 2);
      });

      it('refuses a place that no page gave', async () => {
        for (const after of ['x', '1', '1-2-3', '1-2-3-4-5', '-1-2-3-4', "1-2-3-4' OR 1", '9'.repeat(100)])
          await assert.rejects(
            place.messageLog.search({ limit: 1, after }),
            ({ code, field }: EmailError) => code === 'bad-query' && field === 'after',
          );
      });

      it('says how many copies of mailings it cannot list yet', async () => {
        const id = '00000000-0000-4000-8000-000000000000';
        const draft = place.mailings.draft(id);
        await draft.write(
          ['a', 'b', 'c'].map((one) => ({ to: { address: `${one}@a.example` }, values: {} })),
        );
        const { parts: _, ...mailing } = newRequest([], { id });
        await draft.accept(mailing);
        assert.deepEqual(await place.messageLog.search({ limit: 5 }), { messages: [], notDrawn: 3 });
        for (const one of [id, copyId(id, 2)])
          assert.equal((await place.messageLog.search({ limit: 5, id: one })).notDrawn, 3);
        for (const other of [{ id: 'another' }, { states: ['sent'] }, { to: 1000 }] as const)
          assert.equal((await place.messageLog.search({ limit: 5, ...other })).notDrawn, undefined);
        await place.outbox.claim(2, 2000);
        const { messages, notDrawn = 0 } = await place.messageLog.search({ limit: 5 });
        assert.ok(messages.length >= 2);
        assert.equal(messages.length + notDrawn, 3);
      });
    });

    describe('timeline', () => {
      it('tells each fact once, in the order of time', async () => {
        await accept('a@a.example', 1000, { dueAt: 1500 });
        await settle('a', { at: 2000, providerMessageId: 'p-1' });
        const about = { emailId: 'a', recipient: 'a@a.example' };
        await place.events.append([
          { ...about, type: 'email.opened', at: 4000, detail: { userAgent: 'x' } },
          { ...about, type: 'email.delivered', at: 3000, detail: { reason: '250 Ok' } },
          { ...about, emailId: 'another', type: 'email.bounced', at: 3500 },
        ]);
        await place.deliveries.note(
          [
            { partId: 'a', recipient: 'A@a.example', state: 'delivered', at: 3001, reason: '250 Ok' },
            { partId: 'a', recipient: 'cc@a.example', state: 'bounced', at: 2500, reason: '550 No' },
          ],
          [],
        );
        const timeline = (await place.messageLog.timeline('a')) ?? [];
        assert.deepEqual(
          timeline.map(({ at, type, recipient }) => [at, type, recipient]),
          [
            [1000, 'email.queued', undefined],
            [2000, 'email.sent', undefined],
            [2500, 'email.bounced', 'cc@a.example'],
            [3000, 'email.delivered', 'a@a.example'],
            [4000, 'email.opened', 'a@a.example'],
          ],
        );
        assert.deepEqual(timeline[0]?.detail, { startsAt: 1500 });
        assert.deepEqual([timeline[3]?.reason, timeline[3]?.detail], ['250 Ok', undefined]);
        assert.equal(timeline[1]?.detail?.providerMessageId, 'p-1');
      });

      it('tells of a mail that waits when it is its turn, and why it waits', async () => {
        await accept('a@a.example');
        await settle('a', { state: 'later', dueAt: 9000, code: 'throttled', reason: '421 Slow down' });
        const timeline = await place.messageLog.timeline('a');
        const { at, type, code, reason } = timeline?.at(-1) ?? {};
        assert.deepEqual([at, type, code, reason], [9000, 'queued', 'throttled', '421 Slow down']);
      });

      it('keeps a fate that became another', async () => {
        await accept('a@a.example');
        await settle('a', { state: 'unknown', at: 2000, code: 'no-answer', reason: 'gone' });
        assert.deepEqual(await typesOf('a'), ['email.queued', 'unknown']);
        await place.outbox.resolve(['a'], 'sent', 3000);
        assert.deepEqual(await typesOf('a'), ['email.queued', 'email.failed', 'email.sent']);
      });

      it('knows nothing of a mail that is not kept', async () => {
        assert.equal(await place.messageLog.timeline('nobody'), undefined);
      });

      const typesOf = async (id: string) => (await place.messageLog.timeline(id))?.map(({ type }) => type);
    });

    describe('open', () => {
      it('gives what a copy was made of, and everybody whom it went to', async () => {
        const to: Mailbox = { address: 'a@a.example', name: 'Änn' };
        const values = { name: 'Ann', items: [1, { two: true }] };
        const attachments = [
          {
            filename: 'a.bin',
            contentType: 'application/octet-stream',
            content: new Uint8Array(300_000).fill(7),
          },
        ];
        const content = { ...someContent, attachments };
        await accept('a@a.example', 1000, {
          content,
          parts: [newPart('a@a.example', { to, values, riders: ['cc@a.example'] })],
        });
        await settle('a');
        const kept = await place.messageLog.open('a');
        assert.deepEqual(kept?.record, await place.outbox.find('a'));
        assert.deepEqual(kept?.recipients, ['a@a.example', 'cc@a.example']);
        assert.deepEqual([kept?.values, kept?.content], [values, content]);
        assert.equal(await place.messageLog.open('nobody'), undefined);
      });
    });

    describe('forgetContents', () => {
      const isGone = async (id: string) =>
        place.messageLog.open(id).then(
          () => false,
          ({ code }: EmailError) => code === 'content-gone',
        );

      it('forgets what old mails said, values too, and keeps their fates', async () => {
        const values = { code: '123456' };
        await accept('old@a.example', 1000, { parts: [newPart('old@a.example', { values })] });
        await accept('young@a.example', 1001);
        await settle('old', { at: 2000 });
        await settle('young', { at: 3000 });
        const before = await place.outbox.find('old');
        await place.messageLog.forgetContents(3000);
        assert.deepEqual([await isGone('old'), await isGone('young')], [true, false]);
        assert.deepEqual(await place.outbox.find('old'), before);
        assert.deepEqual(await idsOf({ recipient: 'old@a.example' }), ['old']);
      });

      it('keeps what may still be sent', async () => {
        const ids = ['waits', 'unknown', 'half', 'other'];
        await accept('waits@a.example', 1000, { dueAt: 5_000_000 });
        await accept('unknown@a.example');
        await place.outbox.accept(newRequest(['half@a.example', 'other@a.example']));
        await settle('unknown', { state: 'unknown' });
        await settle('half');
        await place.messageLog.forgetContents(1_000_000);
        for (const id of ids) assert.equal(await isGone(id), false, id);
        await settle('other');
        await place.messageLog.forgetContents(1_000_000);
        assert.deepEqual([await isGone('half'), await isGone('other')], [true, true]);
      });

      it('forgets those of a request alone, and of one with very many copies', async () => {
        const many = Array.from({ length: 1200 }, (_, index) => newPart(`p${index}@a.example`));
        await place.outbox.accept({ ...newRequest([], { id: 'large', reports: false }), parts: many });
        await accept('a@a.example', 1000, { id: 'small' });
        await place.outbox.claim(2000, 2000);
        await place.outbox.settle([...many.map(({ id }) => outcome(id)), outcome('a')]);
        await place.messageLog.forgetContents(1_000_000, ['large', 'nothing']);
        assert.deepEqual([await isGone('p0'), await isGone('p1199'), await isGone('a')], [true, true, false]);
        await place.messageLog.forgetContents(1_000_000, ['small']);
        assert.equal(await isGone('a'), true);
      });
    });

    describe('the access log', () => {
      it('lists the newest first, and forgets the old', async () => {
        const { accessLog } = place;
        const access = { user: 'änn', what: 'message', subject: 'a' } as const;
        for (const at of [1000, 1001, 1002]) await accessLog.note({ ...access, at });
        assert.deepEqual(await accessLog.list(2), [
          { ...access, at: 1002 },
          { ...access, at: 1001 },
        ]);
        await accessLog.prune(1002);
        assert.deepEqual(await accessLog.list(9), [{ ...access, at: 1002 }]);
      });
    });
  });
}

function outcome(partId: string, given: Partial<Settlement> = {}): Settlement {
  return { partId, at: 2000, state: 'sent', code: 'sent', reason: '250 Ok', attempted: true, ...given };
}
