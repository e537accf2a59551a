import assert from 'node:assert/strict';
import type { EventType } from '../../../nodes/lib/event/event-log.ts';
import { importSuppressions } from '../../../nodes/lib/suppression/import-suppressions.ts';
import { newPart, newRequest, someContent } from '../../support/new-request.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { eventContract } from './event-contract.ts';

type Store = Awaited<ReturnType<typeof openTestStore>>;

describe('sqliteEventLog', () => {
  const { folder, remove } = temporaryFolder();
  const owner = { appId: 'app00001', name: 'Shop', provider: 'smtp' };
  let store: Store;
  let count = 0;
  const openOne = (name: string, now = 0) => openTestStore(`${folder}/${name}`, { owner, now });

  beforeEach(async () => {
    store = await openOne(`app${++count}`);
  });
  afterEach(() => store.close());
  after(remove);

  const eventsOf = async (...types: EventType[]) =>
    (await store.events.read({ types: types.length > 0 ? types : undefined, limit: 1000 })).events;

  describe('as any log', () => {
    eventContract(async () => store.events);
  });

  describe('the mails of its outbox', () => {
    async function accept(id: string, addresses: string[]): Promise<void> {
      const parts = addresses.map((address) => newPart(address, { correlationId: `c-${address}` }));
      const about = { listTopic: 'news', callbackData: 'cb', acceptedAt: 100, dueAt: 100 };
      await store.outbox.accept({ ...newRequest([], { id, ...about }), parts });
    }

    it('are told of when they are accepted', async () => {
      await accept('r1', ['a@a.example', 'b@b.example']);
      const [first, second, ...more] = await eventsOf();
      assert.deepEqual(more, []);
      assert.deepEqual([first?.recipient, second?.recipient], ['a@a.example', 'b@b.example']);
      assert.ok(first);
      const { id, ...told } = first;
      assert.match(id, /^app00001-/);
      assert.deepEqual(told, {
        app: 'Shop',
        type: 'email.queued',
        at: 100,
        provider: 'smtp',
        emailId: newPart('a@a.example').id,
        recipient: 'a@a.example',
        from: told.from,
        class: 'transactional',
        listTopic: 'news',
        correlationId: 'c-a@a.example',
        callbackData: 'cb',
      });
    });

    it('are told of with whom their request wants to hear of it', async () => {
      const notify = { url: 'https://shop.example/', receipts: ['submitted'] } as const;
      await store.outbox.accept(newRequest(['a@a.example'], { notify }));
      const [entry] = await store.outbox.claim(1, 2000);
      const outcome = { at: 300, reason: '', code: 'sent', state: 'sent', attempted: true } as const;
      await store.outbox.settle([{ ...outcome, partId: String(entry?.part.id) }]);
      const told = (await eventsOf()).map((event) => [event.type, event.notify]);
      assert.deepEqual(told, [
        ['email.queued', notify],
        ['email.sent', notify],
      ]);
    });

    it('are told of once, though the key brings them again', async () => {
      const request = newRequest(['a@a.example'], { idempotency: { key: 'k', fingerprint: 'f' } });
      await store.outbox.accept(request);
      await store.outbox.accept({ ...request, id: 'other' });
      assert.equal((await eventsOf()).length, 1);
    });

    it('are told of with their outcome', async () => {
      const states = ['sent', 'failed', 'suppressed', 'expired', 'unknown'] as const;
      const addresses = states.map((state) => `${state}@a.example`);
      await accept('r1', [...addresses, 'later@a.example']);
      const entries = await store.outbox.claim(10, 200);
      const outcome = { at: 300, reason: 'why', attempted: true };
      await store.outbox.settle(
        entries.map(({ part }) => {
          const state = states.find((name) => part.to.address.startsWith(name)) ?? 'later';
          return { ...outcome, partId: part.id, state, code: `c-${state}`, dueAt: 400 };
        }),
      );
      const told = (await eventsOf()).filter(({ type }) => type !== 'email.queued');
      assert.deepEqual(
        told.map(({ type, at, code, recipient }) => [type, at, code, recipient]),
        [
          ['email.sent', 300, 'c-sent', 'sent@a.example'],
          ['email.failed', 300, 'c-failed', 'failed@a.example'],
          ['email.suppressed', 300, 'c-suppressed', 'suppressed@a.example'],
          ['email.expired', 300, 'c-expired', 'expired@a.example'],
          ['email.failed', 300, 'c-unknown', 'unknown@a.example'],
        ],
      );
      assert.equal(told[0]?.detail?.reason, 'why');
      assert.equal(told[0]?.detail?.attempts, 1);
      const queued = await eventsOf('email.queued');
      assert.ok(queued.every((event) => !('code' in event)));
    });

    it('keep a fate that was unknown, though another became known', async () => {
      await accept('r1', ['a@a.example']);
      const id = newPart('a@a.example').id;
      await store.outbox.claim(10, 200);
      const outcome = { partId: id, reason: '', attempted: true };
      await store.outbox.settle([{ ...outcome, at: 300, state: 'unknown', code: 'outcome-unknown' }]);
      await store.outbox.resend([id], 400);
      await store.outbox.claim(10, 500);
      await store.outbox.settle([{ ...outcome, at: 600, state: 'sent', code: 'sent' }]);
      const told = (await eventsOf('email.failed', 'email.sent')).map(({ type, code }) => [type, code]);
      assert.deepEqual(told, [
        ['email.failed', 'outcome-unknown'],
        ['email.sent', 'sent'],
      ]);
    });

    it('are told of when they are taken back, and when a crash hid their fate', async () => {
      await accept('r1', ['a@a.example', 'b@a.example']);
      await store.outbox.cancel([newPart('a@a.example').id], 200);
      await store.outbox.claim(10, 200);
      await store.close();
      store = await openOne(`app${count}`, 900);
      const told = (await eventsOf('email.failed')).map(({ at, code, recipient }) => [at, code, recipient]);
      assert.deepEqual(told, [
        [200, 'cancelled', 'a@a.example'],
        [900, 'outcome-unknown', 'b@a.example'],
      ]);
    });

    it('are no longer told of once they are no longer kept', async () => {
      await accept('r1', ['a@a.example']);
      await store.outbox.claim(10, 200);
      const partId = newPart('a@a.example').id;
      await store.outbox.settle([
        { partId, at: 300, state: 'sent', code: 'sent', reason: '', attempted: true },
      ]);
      await store.outbox.prune(1000, 1000);
      await accept('r2', ['b@a.example']);
      assert.deepEqual(
        (await eventsOf()).map(({ type, recipient }) => [type, recipient]),
        [['email.queued', 'b@a.example']],
      );
    });

    it('wake who reads', async () => {
      let told = 0;
      store.events.onAppended(() => {
        told += 1;
      });
      await accept('r1', ['a@a.example']);
      assert.equal(told, 1);
    });
  });

  describe('its suppression list', () => {
    const entry = { address: 'a@a.example', cause: 'unsubscribe', method: 'page', at: 7 } as const;
    const told = async () =>
      (await eventsOf()).map(({ type, at, recipient, listTopic, detail }) => ({
        type,
        at,
        recipient,
        listTopic,
        detail,
      }));

    it('is told of when somebody comes and goes', async () => {
      await store.suppressions.add([{ ...entry, listTopic: 'news' }]);
      await store.suppressions.add([{ ...entry, listTopic: 'news' }]);
      const removal = { address: entry.address, listTopic: 'news', method: 'api', at: 9 } as const;
      await store.suppressions.remove(removal);
      await store.suppressions.remove(removal);
      const who = { recipient: entry.address, listTopic: 'news' };
      assert.deepEqual(await told(), [
        { type: 'unsubscribe.added', at: 7, ...who, detail: { method: 'page', cause: 'unsubscribe' } },
        { type: 'unsubscribe.removed', at: 9, ...who, detail: { method: 'api', causes: ['unsubscribe'] } },
      ]);
    });

    describe('by the link of a mail', () => {
      const emailId = newPart('a@a.example').id;
      const left = { ...entry, listTopic: 'news', emailId };
      const mail = { callbackData: 'cb', listTopic: 'sale', notify: { url: 'https://shop.example/told' } };

      async function toldOfMail(...changes: (() => Promise<unknown>)[]) {
        await store.outbox.accept({
          ...newRequest([], { id: 'r1', messageClass: 'marketing', ...mail }),
          parts: [newPart('a@a.example', { correlationId: 'order-17' })],
        });
        for (const change of changes) await change();
        return (await eventsOf('unsubscribe.added', 'unsubscribe.removed')).map(
          ({ id, app, at, detail, ...rest }) => rest,
        );
      }
      const add = () => store.suppressions.add([left]);
      const remove = () =>
        store.suppressions.remove({ address: entry.address, listTopic: 'news', method: 'page', at: 9 });

      it('is told of with what the mail was, and of the list that was left', async () => {
        const facts = {
          emailId,
          recipient: 'a@a.example',
          from: someContent.from?.address,
          class: 'marketing',
          listTopic: 'news',
          correlationId: 'order-17',
          callbackData: 'cb',
          notify: mail.notify,
        };
        assert.deepEqual(await toldOfMail(add, remove), [
          { type: 'unsubscribe.added', ...facts },
          { type: 'unsubscribe.removed', ...facts },
        ]);
      });

      it('is told of without what is no longer kept', async () => {
        const other = {
          type: 'unsubscribe.added',
          recipient: 'a@a.example',
          listTopic: 'news',
          emailId: 'gone',
        };
        const addOther = () => store.suppressions.add([{ ...left, emailId: 'gone' }]);
        assert.deepEqual(await toldOfMail(addOther), [other]);
      });

      it('tells nothing of the mail once they were erased', async () => {
        const erase = () => store.suppressions.erase(entry.address, 8);
        const addAgain = () => store.suppressions.add([{ ...left, cause: 'manual', at: 9 }]);
        assert.deepEqual(await toldOfMail(add, erase, addAgain), [
          { type: 'unsubscribe.added' },
          { type: 'unsubscribe.added', listTopic: 'news' },
        ]);
      });
    });

    it('does not say who it was once they were erased', async () => {
      await store.suppressions.add([entry]);
      await store.suppressions.erase(entry.address, 8);
      await store.suppressions.add([{ ...entry, cause: 'manual', method: 'api', at: 9 }]);
      assert.equal((await told()).at(-1)?.recipient, undefined);
    });

    it('takes what was told of an erased person out of the log, and leaves that something was', async () => {
      await store.suppressions.add([entry]);
      await store.events.append([
        { type: 'email.bounced', at: 8, recipient: 'A@A.example', key: 'k a@a.example', detail: { x: 1 } },
        { type: 'email.bounced', at: 9, recipient: 'b@a.example' },
      ]);
      await store.suppressions.erase(entry.address, 10);
      assert.deepEqual(
        (await eventsOf()).map(({ id, app, ...rest }) => rest),
        [
          { type: 'unsubscribe.added', at: 7 },
          { type: 'email.bounced', at: 8 },
          { type: 'email.bounced', at: 9, recipient: 'b@a.example' },
        ],
      );
    });

    it('takes an erased person out of the events of mails that they wrote', async () => {
      await store.events.append([
        { type: 'inbound.received', at: 8, from: 'A@A.example', key: 'inbound m1' },
      ]);
      await store.suppressions.erase(entry.address, 10);
      const [event] = await eventsOf();
      assert.deepEqual([event?.type, event?.from], ['inbound.received', undefined]);
    });

    it('is told of once when many are imported', async () => {
      async function* csv() {
        yield 'address\na@a.example\nb@a.example\nc@a.example\n';
      }
      await importSuppressions(csv(), { list: store.suppressions, now: 55 });
      await importSuppressions(csv(), { list: store.suppressions, now: 66 });
      assert.deepEqual(await told(), [
        {
          type: 'unsubscribe.added',
          at: 55,
          recipient: undefined,
          listTopic: undefined,
          detail: { method: 'import', added: 3 },
        },
      ]);
    });
  });

  it('counts soft bounces by mail, within the time, until a delivery', async () => {
    const bounce = { address: 'A@a.example', mail: 'm1', at: 10, since: 0 };
    const { softBounces } = store;
    assert.equal(await softBounces.add(bounce), 1);
    assert.equal(await softBounces.add({ ...bounce, at: 20 }), 1, 'the same mail again');
    assert.equal(await softBounces.add({ ...bounce, address: 'a@A.example', mail: 'm2', at: 30 }), 2);
    assert.equal(await softBounces.add({ ...bounce, mail: 'm3', at: 50, since: 20 }), 2);
    await softBounces.prune(31);
    assert.equal(await softBounces.add({ ...bounce, mail: 'm4', at: 60 }), 2);
    await softBounces.forget('a@a.example');
    assert.equal(await softBounces.add({ ...bounce, mail: 'm5', at: 70 }), 1);
  });

  it('prunes a long log in steps', async () => {
    const many = Array.from({ length: 5000 }, (_, at) => ({ type: 'email.opened' as const, at }));
    await store.events.append(many);
    await store.events.prune(4990);
    assert.deepEqual(
      (await eventsOf()).map(({ at }) => at),
      [4990, 4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999],
    );
  });
});
