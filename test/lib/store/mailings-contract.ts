import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyId } from '../../../nodes/lib/outbound/copy-id.ts';
import type { MailingCopy, MailingRequest, Mailings } from '../../../nodes/lib/outbound/mailings.ts';
import {
  classPause,
  type Outbox,
  type OutboxEntry,
  type Settlement,
} from '../../../nodes/lib/outbound/outbox.ts';
import { newRequest } from '../../support/new-request.ts';

/** One place for data, open from the beginning. */
export interface MailingPlace {
  outbox(): Outbox;
  mailings(): Mailings;
  /** What was closed there is found again. */
  reopen(maxWaiting?: number): Promise<void>;
  dispose(): Promise<void>;
}

export const mailingCopy = (place: number): MailingCopy => ({
  to: { address: `p${place}@a.example`, name: place % 2 ? `Pérson “${place}”` : undefined },
  values: { place, 'line\nend': '  ', nested: { a: [1, null] } },
  subject: place % 3 ? undefined : `For ${place}`,
  correlationId: place % 5 ? undefined : `c${place}`,
});
export const mailingCopies = (count: number): MailingCopy[] =>
  Array.from({ length: count }, (_, place) => mailingCopy(place));
export const addressesOf = (entries: readonly OutboxEntry[]) => entries.map(({ part }) => part.to.address);

export const settledAsSent = ({ part }: OutboxEntry): Settlement => ({
  partId: part.id,
  at: 11,
  state: 'sent',
  code: 'sent',
  reason: '',
  attempted: true,
});

export function newMailing(changes: Partial<MailingRequest> = {}): MailingRequest {
  const { parts: _parts, ...request } = newRequest([], {
    id: randomUUID(),
    acceptedAt: 1,
    dueAt: 1,
    ...changes,
  });
  return request;
}

/** What every adapter of the port `Mailings` must do. */
export function describeMailings(name: string, prepare: () => Promise<MailingPlace>): void {
  const [copy, copies, sent, mailing] = [mailingCopy, mailingCopies, settledAsSent, newMailing];

  describe(name, () => {
    let place: MailingPlace;
    beforeEach(async () => {
      place = await prepare();
    });
    afterEach(() => place.dispose());

    async function accept(count: number, changes: Partial<MailingRequest> = {}): Promise<MailingRequest> {
      const request = mailing(changes);
      const draft = place.mailings().draft(request.id);
      await draft.write(copies(count));
      assert.deepEqual(await draft.accept(request), { kind: 'accepted' });
      return request;
    }

    it('gives each copy as it was written, in their order, once', async () => {
      const request = await accept(250);
      const drawn: OutboxEntry[] = [];
      for (;;) {
        const some = await place.outbox().claim(20, 10);
        if (some.length === 0) break;
        drawn.push(...some);
      }
      assert.deepEqual(
        drawn.map(({ part }) => part.id),
        copies(250).map((_one, place) => copyId(request.id, place)),
      );
      for (const [place, { part }] of drawn.entries()) {
        const { to, values, subject, correlationId } = copy(place);
        assert.deepEqual(part.to, JSON.parse(JSON.stringify(to)));
        assert.deepEqual([part.values, part.subject, part.correlationId], [values, subject, correlationId]);
        assert.deepEqual([part.recipients, part.riders], [[to.address], []]);
      }
      assert.equal(new Set(drawn.map(({ part }) => part.messageId)).size, 250);
    });

    it('does not make Message-IDs that one reader could tell from another’s', async () => {
      await accept(2);
      const [one, other] = await place.outbox().claim(2, 10);
      const stem = (entry: OutboxEntry | undefined) => entry?.part.messageId.split('@')[0]?.slice(0, 8);
      assert.notEqual(stem(one), stem(other));
    });

    it('goes on after a restart where it was', async () => {
      await accept(30);
      const before = await place.outbox().claim(7, 10);
      await place.outbox().settle(before.map(sent));
      await place.reopen();
      const after = await place.outbox().claim(100, 12);
      assert.deepEqual(
        [...addressesOf(before), ...addressesOf(after)],
        copies(30).map(({ to }) => to.address),
      );
    });

    it('waits until it is due, and counts its copies as what they are', async () => {
      await accept(40, { dueAt: 500 });
      assert.deepEqual(await place.outbox().claim(10, 499), []);
      const { waiting, scheduled, nextDueAt } = await place.outbox().counts(499);
      assert.deepEqual({ waiting, scheduled, nextDueAt }, { waiting: 0, scheduled: 40, nextDueAt: 500 });
      assert.equal((await place.outbox().claim(10, 500)).length, 10);
      const later = await place.outbox().counts(500);
      assert.deepEqual([later.waiting, later.sending, later.oldestDueAt], [30, 10, 500]);
    });

    it('leaves the turn to what was due before, and to what is more urgent', async () => {
      await accept(10, { dueAt: 100 });
      await place.outbox().accept(newRequest(['early@b.example'], { id: 'early', dueAt: 50 }));
      await place.outbox().accept(newRequest(['late@b.example'], { id: 'late', dueAt: 150 }));
      await place
        .outbox()
        .accept(newRequest(['high@b.example'], { id: 'high', dueAt: 160, priority: 'high' }));
      const found = addressesOf(await place.outbox().claim(20, 200));
      const ten = copies(10).map(({ to }) => to.address);
      assert.deepEqual(found, ['high@b.example', 'early@b.example', ...ten, 'late@b.example']);
    });

    it('puts off the copies to a paused domain and draws on behind them', async () => {
      const request = mailing();
      const draft = place.mailings().draft(request.id);
      const to = (place: number) => (place < 300 ? `p${place}@paused.example` : `p${place}@a.example`);
      await draft.write(copies(310).map((one, place) => ({ ...one, to: { address: to(place) } })));
      await draft.accept(request);
      await place.outbox().pauseDomain('paused.example', 1000, 'slow down');
      assert.equal((await place.outbox().claim(20, 10)).length, 10);
      assert.equal((await place.outbox().claim(500, 1000)).length, 300);
    });

    it('does not wait for its class once it is expired', async () => {
      await accept(5, { messageClass: 'marketing', expiresAt: 100 });
      await place.outbox().pauseDomain(classPause('marketing'), 1000, 'complaints');
      assert.deepEqual(await place.outbox().claim(20, 99), []);
      assert.equal((await place.outbox().claim(20, 100)).length, 5);
    });

    it('is known again by its idempotency key', async () => {
      const idempotency = { key: 'k', fingerprint: 'f' };
      const first = await accept(20, { idempotency });
      const again = mailing({ idempotency });
      const draft = place.mailings().draft(again.id);
      await draft.write(copies(20));
      assert.deepEqual(await draft.accept(again), { kind: 'repeated', requestId: first.id, parts: [] });
    });

    it('is refused whole where there is no room for it in the queue', async () => {
      await place.reopen(100);
      await accept(60);
      const request = mailing();
      const draft = place.mailings().draft(request.id);
      await draft.write(copies(41));
      await assert.rejects(draft.accept(request), { code: 'queue-full' });
      await draft.drop();
      await accept(40);
    });

    it('is not forgotten while copies of it wait', async () => {
      const request = await accept(3);
      const [first] = await place.outbox().claim(1, 10);
      await place.outbox().settle([first].flatMap((entry) => (entry ? [sent(entry)] : [])));
      assert.equal(await place.outbox().prune(1e6, 1e6), 0);
      assert.equal((await place.outbox().claim(5, 12)).length, 2);
      assert.equal((await place.outbox().partsOf(request.id, 1, 10)).length, 2);
    });

    it('counts as waiting for later while its class is paused', async () => {
      await accept(5, { messageClass: 'marketing' });
      await place.outbox().pauseDomain(classPause('marketing'), 1000, 'complaints');
      const { waiting, scheduled, oldestDueAt } = await place.outbox().counts(10);
      assert.deepEqual([waiting, scheduled, oldestDueAt], [0, 5, undefined]);
    });

    it('is not drawn while its class is paused', async () => {
      await accept(50, { messageClass: 'marketing' });
      await place.outbox().pauseDomain(classPause('marketing'), 1000, 'complaints');
      assert.deepEqual(await place.outbox().claim(20, 10), []);
      assert.equal((await place.outbox().claim(20, 1001)).length, 20);
    });
  });
}
