import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { MailingRequest } from '../../../nodes/lib/outbound/mailings.ts';
import { classPause } from '../../../nodes/lib/outbound/outbox.ts';
import { sqliteOutbox } from '../../../nodes/lib/store/open-sqlite-outbox.ts';
import type { Store } from '../../../nodes/lib/store/open-store.ts';
import { newRequest } from '../../support/new-request.ts';
import { openTestStore, temporaryFolder, testMailings } from '../../support/sqlite-outbox.ts';
import { addressesOf, describeMailings, mailingCopies, newMailing } from './mailings-contract.ts';

const [copies, mailing] = [mailingCopies, newMailing];

describeMailings('sqliteMailings', async () => {
  const { folder, remove } = temporaryFolder();
  let store = await openTestStore(folder);
  return {
    outbox: () => sqliteOutbox(store),
    mailings: () => testMailings(store, folder),
    async reopen(maxWaiting) {
      await store.close();
      store = await openTestStore(folder, maxWaiting === undefined ? {} : { maxWaiting });
    },
    async dispose() {
      await store.close();
      remove();
    },
  };
});

describe('a mailing in its file', () => {
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

  async function accept(count: number, changes: Partial<MailingRequest> = {}): Promise<MailingRequest> {
    const request = mailing(changes);
    const draft = testMailings(store, folder).draft(request.id);
    await draft.write(copies(count));
    assert.deepEqual(await draft.accept(request), { kind: 'accepted' });
    return request;
  }
  async function reopen(): Promise<void> {
    await store.close();
    store = await openTestStore(folder);
  }

  it('is due when the clock was set back, unless somebody timed it', async () => {
    await accept(3, { acceptedAt: 1e6, dueAt: 1e6 });
    await accept(4, { acceptedAt: 1e6, dueAt: 2e6 });
    await store.client.call('clock.setBack', { now: 500, isSeen: true });
    assert.equal((await outbox().claim(20, 500)).length, 3);
    assert.equal((await outbox().claim(20, 2e6)).length, 4);
  });

  it('stays in its file while its class is paused', async () => {
    await accept(50, { messageClass: 'marketing' });
    await outbox().pauseDomain(classPause('marketing'), 1000, 'complaints');
    assert.deepEqual(await outbox().claim(20, 10), []);
    assert.equal(files().length, 1);
    assert.equal((await outbox().claim(20, 1001)).length, 20);
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
    const draft = testMailings({ client: ending as typeof client }, folder).draft(request.id);
    await draft.write(copies(10));
    await assert.rejects(draft.accept(request), { code: 'store-unavailable' });
    await draft.drop();
    await reopen();
    assert.equal((await outbox().claim(20, 10)).length, 10);
  });

  it('leaves no file of one that is known again, or for which there is no room', async () => {
    const idempotency = { key: 'k', fingerprint: 'f' };
    const first = await accept(600, { idempotency });
    const again = mailing({ idempotency });
    const draft = testMailings(store, folder).draft(again.id);
    await draft.write(copies(600));
    assert.equal((await draft.accept(again)).kind, 'repeated');
    const refused = testMailings(store, folder).draft(randomUUID());
    await refused.write(copies(600));
    await assert.rejects(refused.accept(mailing()), { code: 'queue-full' });
    await refused.drop();
    assert.deepEqual(files(), [`mailing-${first.id}`]);
  });

  it('leaves nothing of a draft that a crash or its sender ended', async () => {
    const draft = testMailings(store, folder).draft(randomUUID());
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
    const whole = readFileSync(file);
    assert.equal((await outbox().claim(7, 10)).length, 7);
    await reopen();
    writeFileSync(file, whole.with(500, whole.readUInt8(500) ^ 1));
    assert.deepEqual(await outbox().claim(1, 10), []);
    rmSync(file);
    assert.deepEqual(await outbox().claim(1, 10), []);
    assert.match(store.client.health.trouble?.message ?? '', /mailing-/);
    writeFileSync(file, whole);
    await reopen();
    assert.equal((await outbox().claim(50, 10)).length, 13);
  });
});
