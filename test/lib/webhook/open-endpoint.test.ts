import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import {
  busy,
  endpointStage,
  gone,
  heldAnswer,
  refused,
  type StagePlace,
  stagePlace,
  taken,
} from '../../support/endpoint-stage.ts';
import { newWebhook } from '../../support/new-webhook.ts';
import { hookUrl } from '../../support/webhook-settings.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

describe('openEndpoint', () => {
  describe('posting', () => {
    it('posts what it accepts, signed at that time, and tells of it', async () => {
      const { accept, requests, results, messages, clock, endpoint } = endpointStage({
        authorization: 'Bearer x',
      });
      const now = clock.now();
      await accept(newWebhook('a', { acceptedAt: now, message: '{"payload":1}' }));
      assert.deepEqual(requests, [
        {
          url: hookUrl,
          body: newWebhook('a').body,
          headers: { 'webhook-id': 'a', 'webhook-timestamp': String(now), authorization: 'Bearer x' },
        },
      ]);
      assert.deepEqual(results, [
        {
          id: 'a',
          type: 'email.delivered',
          status: 'delivered',
          url: 'https://crm.example/hook',
          httpStatus: 204,
          attempts: 1,
          code: 'delivered',
          reason: '',
          acceptedAt: now,
          settledAt: now,
        },
      ]);
      assert.deepEqual(messages, ['{"payload":1}']);
      await clock.advance(2 * second);
      assert.deepEqual(endpoint.state(), {
        waiting: 0,
        dead: 0,
        sending: 0,
        oldestAt: undefined,
        nextAttemptAt: undefined,
        lastFailure: undefined,
        isDisabled: false,
      });
      assert.equal(clock.pending(), 0, 'it does something although there is nothing to do');
    });

    it('finds what was waiting when it is opened', async () => {
      const place = stagePlace();
      await place.queue.accept([newWebhook('a'), newWebhook('other', { endpoint: 'n2' })]);
      const { posted, clock } = endpointStage({}, place);
      await clock.settle();
      assert.deepEqual(posted(), ['a']);
    });

    it('has no more under way than it may, and goes on as they end', async () => {
      const { accept, answers, posted, clock, endpoint } = endpointStage({ concurrency: 2 });
      const held = [heldAnswer(), heldAnswer()];
      answers.push(...held.map(({ answer }) => answer));
      await accept('a', 'b', 'c', 'd');
      assert.deepEqual([posted(), endpoint.state().sending], [['a', 'b'], 2]);
      held[1]?.give(taken);
      await clock.settle();
      assert.deepEqual(posted(), ['a', 'b', 'c', 'd']);
      held[0]?.give(taken);
      await clock.settle();
      assert.equal(endpoint.state().sending, 0);
    });

    it('posts those of a subject one after the other, also when the first must be tried again', async () => {
      const { accept, answers, posted, clock } = endpointStage({ concurrency: 10 });
      answers.push(busy);
      const ofMail = (id: string, subject: string) => newWebhook(id, { subject, acceptedAt: clock.now() });
      await accept(ofMail('a1', 'a'), ofMail('a2', 'a'), ofMail('b1', 'b'));
      assert.deepEqual(posted(), ['a1', 'b1']);
      await clock.advance(5 * second);
      assert.deepEqual(posted().slice(2), ['a1', 'a2']);
    });

    it('posts more than it claims at once', async () => {
      const { accept, posted, results } = endpointStage({ concurrency: 50 });
      await accept(...Array.from({ length: 900 }, (_, index) => `w${index}`));
      while (results.length < 900) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(new Set(posted()).size, 900);
      assert.equal(posted().length, 900);
    });

    it('holds few in memory that are large, and posts them all', async () => {
      const place = stagePlace();
      let claimed = 0;
      const queue = { ...place.queue };
      // as an adapter does that gives fewer of the large ones
      queue.claim = async (endpoint, limit, now) => {
        const some = await place.queue.claim(endpoint, Math.min(limit, 32), now);
        claimed += some.length;
        return some;
      };
      const { accept, answers, posted, clock } = endpointStage({ concurrency: 1 }, { ...place, queue });
      const { answer, give } = heldAnswer();
      answers.push(answer);
      const body = 'x'.repeat(200_000);
      await accept(...Array.from({ length: 200 }, (_, index) => newWebhook(`w${index}`, { body })));
      await clock.advance(minute);
      assert.ok(claimed < 100, `${claimed} are in memory`);
      give(taken);
      await clock.advance(minute);
      assert.equal(posted().length, 200);
    });

    it('posts to a mail’s own address with the authorization it names, and with no other', async () => {
      const { accept, requests } = endpointStage({
        authorization: 'Bearer own',
        authorizations: { crm: 'Basic crm' },
      });
      const url = 'https://mail.example/n';
      await accept(newWebhook('a', { target: { url } }), newWebhook('b', { target: { url, authId: 'crm' } }));
      assert.deepEqual(
        requests.map((request) => [request.url, request.headers.authorization]),
        [
          [url, undefined],
          [url, 'Basic crm'],
        ],
      );
    });

    it('gives up what names an authorization that the node does not have, untried', async () => {
      const { accept, requests, results } = endpointStage();
      await accept(newWebhook('a', { target: { url: 'https://mail.example/n', authId: 'crm' } }));
      assert.equal(requests.length, 0);
      assert.deepEqual(
        results.map(({ status, code, url }) => [status, code, url]),
        [['failed', 'unknown-authorization', 'https://mail.example/n']],
      );
    });

    it('tries again when something of its own goes wrong: nothing is lost', async () => {
      const { accept, answers, results, clock } = endpointStage();
      const failing = Promise.reject(new EmailError('disk-full'));
      failing.catch(() => {});
      answers.push(failing);
      await accept('a');
      await clock.advance(5 * second);
      assert.deepEqual(
        results.map(({ status, attempts }) => [status, attempts]),
        [['delivered', 2]],
      );
    });
  });

  describe('trying again', () => {
    it('follows the plan, with the same id and a new time, until the webhook is taken', async () => {
      const { accept, answers, requests, results, clock, endpoint } = endpointStage();
      const start = clock.now();
      answers.push(busy, busy, busy);
      await accept('a');
      assert.equal(endpoint.state().lastFailure, 'answered 503');
      await clock.advance(6 * hour);
      const waits = requests.map(({ headers }) => Number(headers['webhook-timestamp']) - start);
      assert.deepEqual(waits, [0, 5 * second, 305 * second, 305 * second + 30 * minute]);
      assert.deepEqual(
        results.map(({ status, attempts }) => [status, attempts]),
        [['delivered', 4]],
      );
      assert.equal(endpoint.state().lastFailure, undefined);
    });

    it('waits as long as the receiver asks', async () => {
      const { accept, answers, posted, clock, endpoint } = endpointStage();
      answers.push({ ...busy, retryAfter: 10 * minute });
      await accept('a');
      await clock.advance(10 * minute - 1);
      assert.equal(posted().length, 1);
      assert.deepEqual([endpoint.state().waiting, endpoint.state().nextAttemptAt], [1, clock.now() + 1]);
      await clock.advance(1);
      assert.equal(posted().length, 2);
    });

    it('gives up after its time with the last reason, and says so once', async () => {
      const { accept, answers, results, events, clock, endpoint } = endpointStage({
        giveUpAfter: 10 * second,
      });
      answers.push(busy, busy, { ...busy, status: 500, why: 'answered 500' });
      await accept('a');
      await clock.advance(10 * second);
      assert.deepEqual(
        results.map(({ status, attempts, httpStatus, code, reason }) => [
          status,
          attempts,
          httpStatus,
          code,
          reason,
        ]),
        [['failed', 3, 500, 'webhook-failed', 'answered 500']],
      );
      const detail = {
        endpoint: 'n1',
        name: 'CRM',
        url: 'https://crm.example/hook',
        type: 'email.delivered',
        webhookId: 'a',
        attempts: 3,
        code: 'webhook-failed',
        reason: 'answered 500',
      };
      assert.deepEqual(events, [
        { type: 'webhook.exhausted', at: clock.now(), code: 'webhook-failed', detail },
      ]);
      const [dead] = await endpoint.listDead(10);
      assert.deepEqual([dead?.id, dead?.why], ['a', 'answered 500']);
    });

    it('gives up at once what no try can help', async () => {
      const { accept, answers, results, posted, clock } = endpointStage();
      answers.push(refused);
      await accept('a');
      await clock.advance(hour);
      assert.deepEqual(posted(), ['a']);
      assert.deepEqual(
        results.map(({ status, code, httpStatus }) => [status, code, httpStatus]),
        [['failed', 'blocked-address', undefined]],
      );
    });

    it('makes no event of a webhook that tells of webhooks', async () => {
      const { accept, answers, results, events } = endpointStage();
      answers.push(refused, refused);
      await accept(
        newWebhook('a', { type: 'webhook.exhausted' }),
        newWebhook('b', { type: 'webhook.disabled' }),
      );
      assert.equal(results.length, 2);
      assert.deepEqual(events, []);
    });

    it('delivers the dead again when a person asks, with the whole plan before them', async () => {
      const { accept, answers, posted, results, clock, endpoint } = endpointStage({ giveUpAfter: hour });
      answers.push(refused, refused);
      await accept('a', 'b');
      await clock.advance(24 * hour);
      answers.push(busy);
      assert.equal(await endpoint.redeliver(['a']), 1);
      await clock.advance(5 * second);
      assert.deepEqual(posted(), ['a', 'b', 'a', 'a']);
      assert.equal(results.at(-1)?.status, 'delivered');
      assert.equal(await endpoint.redeliver(), 1);
      await clock.settle();
      assert.deepEqual(posted().slice(4), ['b']);
    });

    it('forgets the dead it is told to', async () => {
      const { accept, answers, clock, endpoint } = endpointStage();
      answers.push(refused);
      await accept('a');
      await clock.advance(2 * second);
      assert.equal(endpoint.state().dead, 1);
      await endpoint.forgetDead(['a']);
      await clock.advance(2 * second);
      assert.deepEqual([endpoint.state().dead, await endpoint.listDead(10)], [0, []]);
    });
  });

  describe('a receiver that is down', () => {
    const downFor = (time: number, place: StagePlace) => {
      const end = place.clock.now() + time;
      return () => (place.clock.now() < end ? { ...busy, code: 'connect-failed' } : taken);
    };

    it('is tried with few, one after the other, and gets all when it is there again', async () => {
      const place = stagePlace();
      const stage = endpointStage({ concurrency: 10 }, place, downFor(24 * hour, place));
      const ids = Array.from({ length: 900 }, (_, index) => `w${index}`);
      await stage.accept(...ids);
      await stage.clock.advance(24 * hour);
      const tries = stage.posted().length;
      assert.ok(tries < 150, `${tries} tries in a day`);
      assert.ok(stage.endpoint.state().nextAttemptAt !== undefined);
      await stage.clock.advance(16 * minute);
      const delivered = stage.results.filter(({ status }) => status === 'delivered').length;
      assert.ok(delivered > 700, `${delivered} were delivered`);
      await stage.clock.advance(48 * hour);
      assert.equal(new Set(stage.results.map(({ id }) => id)).size, 900);
      assert.equal(stage.results.length, 900);
      await stage.endpoint.close();
    });

    it('is no reason to keep webhooks for ever: those whose time is over are given up', async () => {
      const place = stagePlace();
      const { accept, clock, results, endpoint, posted } = endpointStage(
        { giveUpAfter: hour },
        place,
        downFor(24 * hour, place),
      );
      await accept(...Array.from({ length: 900 }, (_, index) => `w${index}`));
      await clock.advance(hour + 20 * minute);
      assert.ok(posted().length < 100);
      assert.deepEqual(
        [...new Set(results.map(({ status, code }) => `${status} ${code}`))],
        ['failed connect-failed'],
      );
      assert.equal(results.length, 900);
      assert.equal(endpoint.state().waiting, 0);
    });

    it('is tried at once when a person wants the dead delivered again', async () => {
      const { accept, answers, posted, clock, endpoint } = endpointStage();
      answers.push(refused, busy, busy, busy);
      await accept('dead', 'a', 'b', 'c');
      await clock.advance(6 * second);
      const before = posted().length;
      await endpoint.redeliver();
      await clock.settle();
      assert.ok(posted().slice(before).includes('dead'));
    });

    it('does not hold up the others that mails named', async () => {
      const place = stagePlace();
      const { clock } = place;
      const posts: string[] = [];
      const stage = endpointStage({ url: undefined, concurrency: 4 }, place, async ({ url }) => {
        posts.push(url);
        if (url.startsWith('https://well.')) return taken;
        await new Promise<void>((resolve) => clock.after(10 * second, resolve));
        return { kind: 'later', code: 'no-answer', why: 'no answer' };
      });
      const to = (host: string, count: number) =>
        Array.from({ length: count }, (_, index) =>
          newWebhook(`${host}-${index}`, {
            target: { url: `https://${host}.example/` },
            acceptedAt: clock.now(),
          }),
        );
      await stage.accept(...to('well', 1));
      for (let index = 0; index < 12; index += 1) await place.queue.accept(to(`dead${index}`, 4));
      await stage.accept(...to('well', 41));
      await clock.advance(4 * second);
      assert.equal(stage.results.length, 42, 'the dead hold up the others');
      await place.queue.accept(to('well.new', 1));
      await clock.advance(2 * minute);
      assert.equal(stage.results.length, 43, 'a new one never gets its turn');
      const closing = stage.endpoint.close();
      await clock.advance(10 * second);
      await closing;
    });
  });

  describe('a receiver that answers 410', () => {
    it('is posted nothing more, and nothing is lost', async () => {
      const { accept, answers, posted, events, troubles, clock, endpoint } = endpointStage({
        concurrency: 1,
      });
      answers.push(gone);
      await accept('a', 'b');
      await accept('c');
      await clock.advance(24 * hour);
      assert.deepEqual(posted(), ['a']);
      const { waiting, dead, isDisabled, nextAttemptAt } = endpoint.state();
      assert.deepEqual([waiting, dead, isDisabled, nextAttemptAt], [3, 0, true, undefined]);
      const detail = { endpoint: 'n1', name: 'CRM', url: 'https://crm.example/hook' };
      assert.deepEqual(
        events.map(({ at: _, ...event }) => event),
        [{ type: 'webhook.disabled', code: 'webhook-disabled', detail }],
      );
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['webhook-disabled'],
      );
    });

    it('says so once, however many were under way', async () => {
      const { accept, answers, events } = endpointStage({ concurrency: 3 });
      answers.push(gone, gone, gone);
      await accept('a', 'b', 'c');
      assert.equal(events.length, 1);
    });

    it('is left alone after a restart, too, until it is enabled', async () => {
      const place = stagePlace();
      const before = endpointStage({}, place);
      before.answers.push(gone);
      await before.accept('a');
      await before.endpoint.close();
      const { posted, clock, endpoint, results } = endpointStage({}, place);
      await clock.advance(hour);
      assert.deepEqual([posted(), endpoint.state().isDisabled], [[], true]);
      await endpoint.enable();
      await clock.settle();
      assert.deepEqual([posted(), endpoint.state().isDisabled, results.length], [['a'], false, 1]);
      await endpoint.close();
      const { posted: postedAfter, accept } = endpointStage({}, place);
      await accept('b');
      assert.deepEqual(postedAfter(), ['b']);
    });

    it('was another one once the node has another URL', async () => {
      const place = stagePlace();
      const before = endpointStage({}, place);
      before.answers.push(gone);
      await before.accept('a');
      await before.endpoint.close();
      const { requests, clock } = endpointStage({ url: 'https://new.example/' }, place);
      await clock.settle();
      assert.deepEqual(
        requests.map(({ url }) => url),
        ['https://new.example/'],
      );
    });

    it('at a mail’s own address ends that webhook alone', async () => {
      const { accept, answers, posted, results, endpoint, events } = endpointStage();
      answers.push(gone);
      await accept(newWebhook('a', { target: { url: 'https://mail.example/n?k=1' } }), newWebhook('b'));
      assert.deepEqual(posted(), ['a', 'b']);
      assert.equal(endpoint.state().isDisabled, false);
      assert.deepEqual(
        results.map(({ status, code, httpStatus }) => [status, code, httpStatus]),
        [
          ['failed', 'webhook-gone', 410],
          ['delivered', 'delivered', 204],
        ],
      );
      assert.deepEqual(
        events.map(({ type }) => type),
        ['webhook.exhausted'],
      );
      assert.ok(!JSON.stringify([results, events]).includes('k=1'));
    });
  });

  describe('a store that fails', () => {
    it('is asked less and less often, told of once, and all goes on when it works again', async () => {
      const place = stagePlace();
      let asked = 0;
      let isBroken = true;
      const queue = { ...place.queue };
      queue.claim = async (...given) => {
        asked += 1;
        if (isBroken) throw new EmailError('store-unavailable', { retryable: true });
        return place.queue.claim(...given);
      };
      await place.queue.accept([newWebhook('a')]);
      const { clock, troubles, posted } = endpointStage({}, { ...place, queue });
      await clock.advance(hour);
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['store-unavailable'],
      );
      assert.ok(asked > 50 && asked < 80, `asked ${asked} times in an hour`);
      isBroken = false;
      await clock.advance(2 * minute);
      assert.deepEqual(posted(), ['a']);
    });

    it('does not make what was delivered be posted again', async () => {
      const place = stagePlace();
      let isBroken = true;
      const queue = { ...place.queue };
      queue.settle = async (...given) => {
        if (isBroken) throw new EmailError('store-unavailable', { retryable: true });
        return place.queue.settle(...given);
      };
      const { accept, clock, posted, results } = endpointStage({}, { ...place, queue });
      await accept('a');
      await clock.advance(10 * minute);
      assert.deepEqual([posted(), results], [['a'], []]);
      isBroken = false;
      await clock.advance(2 * minute);
      assert.deepEqual([posted().length, results.length], [1, 1]);
    });

    it('posts nothing while it cannot be known whether the receiver wants it', async () => {
      const place = stagePlace();
      const notes = { ...place.notes, readNote: () => Promise.reject(new EmailError('store-unavailable')) };
      const { accept, posted } = endpointStage({}, { ...place, notes });
      await accept('a');
      assert.deepEqual(posted(), []);
    });
  });

  describe('a listener that fails', () => {
    it('does not keep others from hearing, nor the webhook from being settled', async () => {
      const place = stagePlace();
      const { accept, results, troubles, endpoint, clock } = endpointStage({}, place);
      results.push = () => {
        throw new Error('no room');
      };
      await accept('a', 'b');
      await clock.advance(2 * second);
      assert.equal(troubles.length, 2);
      assert.equal(endpoint.state().waiting, 0);
    });
  });

  describe('its state', () => {
    it('is told at most twice a second, the last one too', async () => {
      const { accept, states, clock } = endpointStage();
      for (let index = 0; index < 20; index += 1) {
        await accept(`w${index}`);
        await clock.advance(50);
      }
      await clock.advance(2 * second);
      assert.ok(states.length <= 6, `${states.length} states`);
      assert.deepEqual([states.at(-1)?.waiting, states.at(-1)?.sending], [0, 0]);
    });
  });

  describe('closing', () => {
    it('waits for the tries under way and begins none', async () => {
      const { accept, answers, posted, results, clock, endpoint, isPosterClosed } = endpointStage({
        concurrency: 1,
      });
      const { answer, give } = heldAnswer();
      answers.push(answer);
      await accept('a', 'b');
      let isClosed = false;
      const closing = endpoint.close().then(() => (isClosed = true));
      await clock.advance(second);
      assert.equal(isClosed, false);
      give(taken);
      await clock.settle();
      await closing;
      assert.deepEqual([posted(), results.length, isPosterClosed()], [['a'], 1, true]);
      assert.equal(clock.pending(), 0);
    });

    it('does not wait longer than 3 s; what is left is for whoever opens it next', async () => {
      const place = stagePlace();
      const { accept, answers, results, clock, endpoint } = endpointStage({ concurrency: 1 }, place);
      const { answer, give } = heldAnswer();
      answers.push(answer);
      await accept('a', 'b', 'c');
      const closing = endpoint.close();
      await clock.advance(3 * second);
      await closing;
      const next = endpointStage({}, place);
      await clock.settle();
      assert.deepEqual(next.posted(), ['a', 'b', 'c']);
      assert.equal(next.results[0]?.attempts, 1);
      give(taken);
      await clock.settle();
      assert.deepEqual(results, [], 'a late answer is told of twice');
    });

    it('closes once, and accepts nothing more', async () => {
      const { endpoint, answers, accept, clock } = endpointStage();
      answers.push(heldAnswer().answer);
      await accept('a');
      const closed = Promise.all([endpoint.close(), endpoint.close()]);
      await clock.advance(3 * second);
      await closed;
      await assertRefused(() => endpoint.accept([newWebhook('b')]), 'app-closed');
    });
  });
});
