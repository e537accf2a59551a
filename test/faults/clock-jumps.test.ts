import assert from 'node:assert/strict';
import { join } from 'node:path';
import { newWebhook } from '../support/new-webhook.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { jumpingApp } from './jumping-app.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

describe('a clock that is set', function () {
  this.timeout(30_000);
  let stage: Awaited<ReturnType<typeof jumpingApp>>;
  let remove: () => void;

  beforeEach(async () => {
    const parent = temporaryFolder();
    remove = parent.remove;
    stage = await jumpingApp(join(parent.folder, 'app'));
  });
  afterEach(async () => {
    await stage.end();
    remove();
  });

  for (const [name, back] of Object.entries({ 'an hour': hour, 'a year': year }))
    describe(`back by ${name}`, () => {
      it('keeps no mail back that waits for its turn', async () => {
        const { clock, app, delivered } = stage;
        await app.pause();
        await stage.send('a@a.example');
        clock.jump(-back);
        await clock.advance(2 * minute);
        assert.deepEqual(delivered, []);
        const resumed = app.resume();
        await clock.advance(minute);
        await resumed;
        assert.deepEqual(delivered, ['a@a.example']);
      });

      it('keeps no mail back that waits for its next try, or for a paused domain', async () => {
        for (const code of ['message-delayed', 'sender-unauthenticated'] as const) {
          stage.fail(code);
          await stage.send(`${code}@${code}.example`);
          stage.fail();
        }
        await stage.send('b@sender-unauthenticated.example');
        await stage.clock.advance(1000);
        assert.deepEqual(stage.delivered, []);
        stage.clock.jump(-back);
        await stage.clock.advance(3 * minute);
        assert.equal(stage.delivered.length, 3);
      });

      it('keeps no webhook back, nor one that waits for its next try', async () => {
        const { clock, store } = stage;
        const [now, terms] = [clock.now(), { each: 10, except: new Set<string>() }];
        const accepted = store.webhooks.accept([
          newWebhook('w1', { acceptedAt: now }),
          newWebhook('w2', { acceptedAt: now }),
        ]);
        await clock.settle();
        await accepted;
        const claimed = await store.webhooks.claim('n1', 1, now, terms);
        const id = claimed[0]?.id ?? '';
        await store.webhooks.settle('n1', [{ id, kind: 'later', dueAt: now + 5 * minute, why: '503' }]);
        clock.jump(-back);
        await clock.advance(2 * minute);
        assert.equal((await store.webhooks.claim('n1', 9, clock.now(), terms)).length, 2);
      });

      it('while the program was stopped keeps no mail back', async () => {
        stage.fail('message-delayed');
        await stage.send('a@a.example');
        stage.fail();
        await stage.restart(-back);
        await stage.clock.advance(2 * minute);
        assert.deepEqual(stage.delivered, ['a@a.example']);
      });

      it('makes nobody busy', async () => {
        stage.fail('message-delayed');
        await stage.send('a@a.example');
        const before = stage.claims();
        stage.clock.jump(-back);
        await stage.clock.advance(10 * minute);
        assert.ok(stage.claims() - before < 40, `${stage.claims() - before} claims`);
      });
    });

  it('back by an hour leaves a mail its time that somebody gave it', async () => {
    const { clock, delivered } = stage;
    const sendAt = new Date(clock.now() + hour).toISOString();
    await stage.send('timed@a.example', { sendAt });
    clock.jump(-hour);
    await clock.advance(2 * hour - minute);
    assert.deepEqual(delivered, []);
    await clock.advance(3 * minute);
    assert.deepEqual(delivered, ['timed@a.example']);
  });

  describe('forward by a year', () => {
    const entry = { address: 'gone@a.example', cause: 'soft-bounce', method: 'bounce' } as const;
    const holds = async () => (await stage.store.suppressions.list({ limit: 10 })).entries.length;
    const isKept = async (id: string) => (await stage.app.find(id)) !== undefined;

    it('deletes nothing if it is set right within a day, and all that is over if it stays', async () => {
      const { clock, store } = stage;
      const { copies } = await stage.send('a@a.example', { idempotencyKey: 'k1' });
      const id = copies[0]?.id ?? '';
      await store.suppressions.add([{ ...entry, at: clock.now(), expiresAt: clock.now() + 30 * day }]);
      await clock.advance(minute);
      clock.jump(year);
      await clock.advance(20 * hour);
      assert.deepEqual([await isKept(id), await holds()], [true, 1]);
      clock.jump(-year);
      await clock.advance(2 * hour);
      assert.deepEqual([await isKept(id), await holds()], [true, 1]);
      clock.jump(year);
      await clock.advance(27 * hour);
      assert.deepEqual([await isKept(id), await holds()], [false, 0]);
    });

    it('sends what waits, and makes nobody busy', async () => {
      stage.fail('message-delayed');
      await stage.send('a@a.example');
      stage.fail();
      const before = stage.claims();
      stage.clock.jump(year);
      await stage.clock.advance(10 * minute);
      assert.deepEqual(stage.delivered, ['a@a.example']);
      assert.ok(stage.claims() - before < 40, `${stage.claims() - before} claims`);
    });
  });
});
