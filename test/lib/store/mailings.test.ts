import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { copyId } from '../../../nodes/lib/outbound/copy-id.ts';
import type { MailingCopy, MailingRequest } from '../../../nodes/lib/outbound/mailings.ts';
import { classPause, type OutboxEntry, type Settlement } from '../../../nodes/lib/outbound/outbox.ts';
import { sqliteOutbox } from '../../../nodes/lib/store/open-sqlite-outbox.ts';
import type { Store } from '../../../nodes/lib/store/open-store.ts';
import { sqliteMailings } from '../../../nodes/lib/store/sqlite-mailings.ts';
import { newRequest } from '../../support/new-request.ts';
import { openTestStore, temporaryFolder } from '../../support/sqlite-outbox.ts';

const copy = (place: number): MailingCopy => ({
  to: { address: `p${place}@a.example`, name: place % 2 ? `Pérson “${place}”` : undefined },
  values: { place, 'line\nend': '  ', nested: { a: [1, null] } },
  subject: place % 3 ? undefined : `For ${place}`,
  correlationId: place % 5 ? undefined : `c${place}`,
});
const copies = (count: number): MailingCopy[] => Array.from({ length: count }, (_, place) => copy(place));
const addressesOf = (entries: readonly OutboxEntry[]) => entries.map(({ part }) => part.to.address);

const sent = ({ part }: OutboxEntry): Settlement => ({
  partId: part.id,
  at: 11,
  state: 'sent',
  code: 'sent',
  reason: '',
  attempted: true,
});

describe('a mailing', () => {
  let folder: string;
  let remove: () => void;
  let store: Store;

  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    store = await openTestStore(folder);
  });
  afterEach(async () => {
    await store.close();
    remove();
  });

  const outbox = () => sqliteOutbox(store);
  const files = () => readdirSync(join(folder, 'spool')).filter((name) => name.startsWith('mailing-'));

  function mailing(changes: Partial<MailingRequest> = {}): MailingRequest {
    const { parts: _parts, ...request } = newRequest([], {
      id: randomUUID(),
      acceptedAt: 1,
      dueAt: 1,
      ...changes,
    });
    return request;
  }
  async function accept(count: number, changes: Partial<MailingRequest> = {}): Promise<MailingRequest> {
    const request = mailing(changes);
    const draft = sqliteMailings(store, folder).draft(request.id);
    await draft.write(copies(count));
    assert.deepEqual(await draft.accept(request), { kind: 'accepted' });
    return request;
  }
  async function reopen(): Promise<void> {
    await store.close();
    store = await openTestStore(folder);
  }

  it('gives each copy as it was written, in their order, once', async () => {
    const request = await accept(250);
    const drawn: OutboxEntry[] = [];
    for (;;) {
      const some = await outbox().claim(20, 10);
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
    assert.deepEqual(files(), []);
  });

  it('does not make Message-IDs that one reader could tell from another’s', async () => {
    await accept(2);
    const [one, other] = await outbox().claim(2, 10);
    const stem = (entry: OutboxEntry | undefined) => entry?.part.messageId.split('@')[0]?.slice(0, 8);
    assert.notEqual(stem(one), stem(other));
  });

  it('goes on after a restart where it was', async () => {
    await accept(30);
    const before = await outbox().claim(7, 10);
    await outbox().settle(before.map(sent));
    await reopen();
    const after = await outbox().claim(100, 12);
    assert.deepEqual(
      [...addressesOf(before), ...addressesOf(after)],
      copies(30).map(({ to }) => to.address),
    );
  });

  it('waits until it is due, and counts its copies as what they are', async () => {
    await accept(40, { dueAt: 500 });
    assert.deepEqual(await outbox().claim(10, 499), []);
    const { waiting, scheduled, nextDueAt } = await outbox().counts(499);
    assert.deepEqual({ waiting, scheduled, nextDueAt }, { waiting: 0, scheduled: 40, nextDueAt: 500 });
    assert.equal((await outbox().claim(10, 500)).length, 10);
    const later = await outbox().counts(500);
    assert.deepEqual([later.waiting, later.sending, later.oldestDueAt], [30, 10, 500]);
  });

  it('is due when the clock was set back, unless somebody timed it', async () => {
    await accept(3, { acceptedAt: 1e6, dueAt: 1e6 });
    await accept(4, { acceptedAt: 1e6, dueAt: 2e6 });
    await store.client.call('clock.setBack', { now: 500, isSeen: true });
    assert.equal((await outbox().claim(20, 500)).length, 3);
    assert.equal((await outbox().claim(20, 2e6)).length, 4);
  });

  it('leaves the turn to what was due before, and to what is more urgent', async () => {
    await accept(10, { dueAt: 100 });
    await outbox().accept(newRequest(['early@b.example'], { id: 'early', dueAt: 50 }));
    await outbox().accept(newRequest(['late@b.example'], { id: 'late', dueAt: 150 }));
    await outbox().accept(newRequest(['high@b.example'], { id: 'high', dueAt: 160, priority: 'high' }));
    const found = addressesOf(await outbox().claim(20, 200));
    const ten = copies(10).map(({ to }) => to.address);
    assert.deepEqual(found, ['high@b.example', 'early@b.example', ...ten, 'late@b.example']);
  });

  it('puts off the copies to a paused domain and draws on behind them', async () => {
    const request = mailing();
    const draft = sqliteMailings(store, folder).draft(request.id);
    const to = (place: number) => (place < 300 ? `p${place}@paused.example` : `p${place}@a.example`);
    await draft.write(copies(310).map((one, place) => ({ ...one, to: { address: to(place) } })));
    await draft.accept(request);
    await outbox().pauseDomain('paused.example', 1000, 'slow down');
    assert.equal((await outbox().claim(20, 10)).length, 10);
    assert.equal((await outbox().claim(500, 1000)).length, 300);
  });

  it('stays in its file while its class is paused', async () => {
    await accept(50, { messageClass: 'marketing' });
    await outbox().pauseDomain(classPause('marketing'), 1000, 'complaints');
    assert.deepEqual(await outbox().claim(20, 10), []);
    assert.equal(files().length, 1);
    assert.equal((await outbox().claim(20, 1001)).length, 20);
  });

  it('does not wait for its class once it is expired', async () => {
    await accept(5, { messageClass: 'marketing', expiresAt: 100 });
    await outbox().pauseDomain(classPause('marketing'), 1000, 'complaints');
    assert.deepEqual(await outbox().claim(20, 99), []);
    assert.equal((await outbox().claim(20, 100)).length, 5);
  });

  it('keeps its file when the store ends before it answers, for it may have been accepted', async () => {
    const { client } = store;
    const ending = {
      get refusal() {
        return client.refusal;
      },
      call(...given: Parameters<typeof client.call>) {
        const answer = client.call(...given);
        // once it is posted
        setImmediate(() => client.fail(new EmailError('store-unavailable')));
        return answer;
      },
    };
    const request = mailing();
    const draft = sqliteMailings({ client: ending as typeof client }, folder).draft(request.id);
    await draft.write(copies(10));
    await assert.rejects(draft.accept(request), { code: 'store-unavailable' });
    await draft.drop();
    await reopen();
    assert.equal((await outbox().claim(20, 10)).length, 10);
  });

  it('is known again by its idempotency key, and leaves no second file', async () => {
    const idempotency = { key: 'k', fingerprint: 'f' };
    const first = await accept(20, { idempotency });
    const again = mailing({ idempotency });
    const draft = sqliteMailings(store, folder).draft(again.id);
    await draft.write(copies(20));
    assert.deepEqual(await draft.accept(again), { kind: 'repeated', requestId: first.id, parts: [] });
    assert.deepEqual(files(), [`mailing-${first.id}`]);
  });

  it('is refused whole where there is no room for it in the queue', async () => {
    await store.close();
    store = await openTestStore(folder, { maxWaiting: 100 });
    await accept(60);
    const request = mailing();
    const draft = sqliteMailings(store, folder).draft(request.id);
    await draft.write(copies(41));
    await assert.rejects(draft.accept(request), { code: 'queue-full' });
    await draft.drop();
    assert.equal(files().length, 1);
    await accept(40);
  });

  it('is not forgotten while copies of it wait', async () => {
    const request = await accept(3);
    const [first] = await outbox().claim(1, 10);
    await outbox().settle([first].flatMap((entry) => (entry ? [sent(entry)] : [])));
    assert.equal(await outbox().prune(1e6, 1e6), 0);
    assert.equal((await outbox().claim(5, 12)).length, 2);
    assert.equal((await outbox().partsOf(request.id, 1, 10)).length, 2);
  });

  it('leaves nothing of a draft that a crash or its sender ended', async () => {
    const draft = sqliteMailings(store, folder).draft(randomUUID());
    await draft.write(copies(10));
    await draft.drop();
    assert.deepEqual(files(), []);
    writeFileSync(join(folder, 'spool', 'mailing-x.part'), 'half');
    writeFileSync(join(folder, 'spool', 'mailing-y'), 'never accepted');
    const kept = await accept(5);
    await reopen();
    assert.deepEqual(files(), [`mailing-${kept.id}`]);
  });

  it('is passed over when recipients are missing in its file, and drops nobody in silence', async () => {
    const request = await accept(200);
    const file = join(folder, 'spool', `mailing-${request.id}`);
    truncateSync(file, 5000);
    await outbox().accept(newRequest(['other@b.example'], { id: 'other', dueAt: 5 }));
    const claimed = [];
    for (let turn = 0; turn < 10; turn += 1) claimed.push(...(await outbox().claim(30, 10)));
    assert.ok(addressesOf(claimed).includes('other@b.example'));
    assert.equal(store.client.health.trouble?.code, 'store-corrupt');
    assert.equal((await outbox().counts(10)).waiting, 201 - claimed.length);
    assert.ok(existsSync(file));
  });

  it('is passed over when its file is damaged or gone, until it is back', async () => {
    const request = await accept(20);
    const file = join(folder, 'spool', `mailing-${request.id}`);
    const whole = readFileSync(file, 'utf8');
    const lines = whole.split('\n');
    writeFileSync(file, lines.with(7, `#${lines[7]}`).join('\n'));
    assert.equal((await outbox().claim(7, 10)).length, 7);
    assert.deepEqual(await outbox().claim(1, 10), []);
    rmSync(file);
    assert.deepEqual(await outbox().claim(1, 10), []);
    assert.match(store.client.health.trouble?.message ?? '', /mailing-/);
    writeFileSync(file, whole);
    await reopen();
    assert.equal((await outbox().claim(50, 10)).length, 13);
  });

  it('counts as waiting for later while its class is paused', async () => {
    await accept(5, { messageClass: 'marketing' });
    await outbox().pauseDomain(classPause('marketing'), 1000, 'complaints');
    const { waiting, scheduled, oldestDueAt } = await outbox().counts(10);
    assert.deepEqual([waiting, scheduled, oldestDueAt], [0, 5, undefined]);
  });
});
