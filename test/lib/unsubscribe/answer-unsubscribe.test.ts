import assert from 'node:assert/strict';
import { mostTopics } from '../../../nodes/lib/settings/most-topics.ts';
import type { HttpAnswer } from '../../../nodes/lib/unsubscribe/http-exchange.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { sampleTopics, unsubscribeRooms } from '../../support/unsubscribe-rooms.ts';

const oneClick = { method: 'POST', body: Buffer.from('List-Unsubscribe=One-Click') };
const hour = 3_600_000;

/** What a browser would send for the form of a page: its hidden fields and ticked boxes, and the button. */
function formOf({ body }: HttpAnswer, changes: { list?: string[]; nonce?: string } = {}) {
  const inputs = [...body.matchAll(/<input ([^>]*)>/g)].map(([, attributes = '']) => attributes);
  const readValue = (text: string) => /value="([^"]*)"/.exec(text)?.[1] ?? '';
  const lists = inputs
    .filter((text) => text.includes('name="list"') && /hidden|checked/.test(text))
    .map(readValue);
  const nonce = readValue(inputs.find((text) => text.includes('name="nonce"')) ?? '');
  const order = /<button[^>]*name="do" value="(\w+)"/.exec(body)?.[1] ?? '';
  const form = new URLSearchParams({ nonce: changes.nonce ?? nonce, do: order });
  for (const list of changes.list ?? lists) form.append('list', list);
  return {
    method: 'POST',
    contentType: 'application/x-www-form-urlencoded',
    body: Buffer.from(form.toString()),
  };
}

/** Without the nonce, which differs from second to second. */
function plain({ status, headers, body }: HttpAnswer) {
  return { status, headers, body: body.replace(/name="nonce" value="[^"]*"/g, '') };
}

describe('answerUnsubscribe', () => {
  describe('a one-click request', () => {
    it('takes the recipient off the list of the token, with its evidence', async () => {
      const { ask, token, memory, rooms } = unsubscribeRooms();
      const answer = await ask({
        ...oneClick,
        token: token({ listTopic: 'news' }),
        userAgent: 'Mail/1 '.repeat(99),
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.location, undefined);
      assert.equal(answer.headers['set-cookie'], undefined);
      const [{ key: _key, ...entry } = { key: '' }, ...others] = memory.entries;
      assert.deepEqual(others, []);
      assert.deepEqual(entry, {
        address: 'ann@example.com',
        listTopic: 'news',
        cause: 'unsubscribe',
        method: 'one-click',
        at: rooms.clock.now(),
        emailId: 'mail-1',
        evidence: { ip: '192.0.2.1', userAgent: 'Mail/1 '.repeat(99).slice(0, 256) },
        erased: false,
      });
    });

    it('takes the recipient off everything when the token names no list', async () => {
      const { ask, token, memory } = unsubscribeRooms();
      await ask({ ...oneClick, token: token() });
      assert.deepEqual(
        memory.entries.map(({ listTopic }) => listTopic),
        [undefined],
      );
    });

    it('can be repeated: the same answer, one entry', async () => {
      const { ask, token, memory } = unsubscribeRooms();
      const answers = [];
      for (let time = 0; time < 5; time += 1) answers.push(await ask({ ...oneClick, token: token() }));
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      assert.equal(memory.entries.length, 1);
      assert.equal(memory.events.length, 1);
    });

    it('works for a list that the app no longer names', async () => {
      const { ask, token, memory } = unsubscribeRooms();
      const { status } = await ask({ ...oneClick, token: token({ listTopic: 'old' }) });
      assert.equal(status, 200);
      assert.equal(memory.entries[0]?.listTopic, 'old');
    });

    it('works while unsubscribing is switched off in the app, for links sent before', async () => {
      const { ask, token, memory } = unsubscribeRooms({ settings: { enabled: false } });
      await ask({ ...oneClick, token: token() });
      assert.equal(memory.entries.length, 1);
    });

    it('is answered with one line and no page, for a machine asked', async () => {
      const { ask, token } = unsubscribeRooms();
      const { headers, body } = await ask({ ...oneClick, token: token() });
      assert.deepEqual(
        [headers['content-type'], headers['cache-control'], body],
        ['text/plain; charset=utf-8', 'no-store', 'Unsubscribed.\n'],
      );
    });

    it('tells by which mail somebody left, and only once that is on disk', async () => {
      const { ask, token, list, leftBy } = unsubscribeRooms();
      list.fail();
      await ask({ ...oneClick, token: token() });
      assert.deepEqual(leftBy, []);
      list.mend();
      await ask({ ...oneClick, token: token() });
      const page = { token: token({ emailId: 'mail-2' }) };
      await ask({ ...formOf(await ask(page)), ...page });
      assert.deepEqual(leftBy, ['mail-1', 'mail-2']);
    });

    it('is answered with 503 when the list cannot be written, so that it is sent again', async () => {
      const { ask, token, list, memory, troubles } = unsubscribeRooms();
      list.fail();
      const answer = await ask({ ...oneClick, token: token() });
      assert.equal(answer.status, 503);
      assert.equal(answer.headers['retry-after'], '60');
      assert.deepEqual(
        troubles.map(({ code }) => code),
        ['store-unavailable'],
      );
      list.mend();
      assert.equal((await ask({ ...oneClick, token: token() })).status, 200);
      assert.equal(memory.entries.length, 1);
    });
  });

  describe('a scanner', () => {
    it('changes nothing with a thousand GET, HEAD, OPTIONS and odd methods', async () => {
      const { ask, token, list, memory } = unsubscribeRooms();
      list.fail();
      const methods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'post', 'PROPFIND', ''];
      const seen = new Map<string, number>();
      for (let count = 0; count < 1000; count += 1) {
        const method = methods[count % methods.length] ?? '';
        const { status } = await ask({ ...oneClick, method, token: token({ listTopic: 'news' }) });
        seen.set(method, status);
      }
      assert.deepEqual(memory.entries, []);
      assert.deepEqual(Object.fromEntries(seen), {
        GET: 200,
        HEAD: 200,
        OPTIONS: 204,
        PUT: 405,
        PATCH: 405,
        DELETE: 405,
        TRACE: 405,
        post: 405,
        PROPFIND: 405,
        '': 405,
      });
    });

    it('changes nothing with a POST that has neither the pair nor a form of ours', async () => {
      const { ask, token, memory } = unsubscribeRooms();
      const body = Buffer.from('List-Unsubscribe=One-Click');
      for (const facts of [
        { contentType: 'application/json', body },
        { contentType: 'text/plain', body },
        { body: new Uint8Array() },
        { body: Buffer.from(`do=leave&list=all&nonce=key1.abc.${'A'.repeat(43)}`) },
      ]) {
        assert.equal((await ask({ method: 'POST', token: token(), ...facts })).status, 400);
      }
      assert.equal(
        (await ask({ method: 'POST', token: token(), body: Buffer.alloc(1025, 'a') })).status,
        413,
      );
      assert.deepEqual(memory.entries, []);
    });
  });

  describe('the page', () => {
    it('reads and writes nothing, and is the same for known and unknown addresses', async () => {
      const { ask, token, list } = unsubscribeRooms();
      const unknown = await ask({ token: token() });
      await ask({ ...oneClick, token: token() });
      list.fail();
      assert.deepEqual(plain(await ask({ token: token() })), plain(unknown));
    });

    it('shows the address masked only', async () => {
      const { ask, token } = unsubscribeRooms();
      const { body } = await ask({ token: token() });
      assert.match(body, /a•••@example\.com/);
      assert.doesNotMatch(body, /ann/);
    });

    it('ticks the list of the token, offers the others and always all mail', async () => {
      const { ask, token } = unsubscribeRooms();
      const { body } = await ask({ token: token({ listTopic: 'offers' }) });
      assert.match(body, /value="0"> <span>Monthly news<small>What is new in the shop/);
      assert.match(body, /value="1" checked> <span>Offers/);
      assert.match(body, /value="all"> <span>All mail/);
      assert.match((await ask({ token: token() })).body, /value="all" checked/);
    });

    it('can be sent with all the topics that an app may have, and one that it no longer names', async () => {
      const topics = Array.from({ length: mostTopics }, (_, n) => ({ id: `topic-${n}`, name: `Topic ${n}` }));
      const { ask, token, memory } = unsubscribeRooms({ settings: { topics } });
      const link = { token: token({ listTopic: 'old' }) };
      const form = formOf(await ask(link), { list: [...Array(mostTopics + 1).keys()].map(String) });
      assert.equal((await ask({ ...form, ...link })).status, 200);
      assert.equal(memory.entries.length, mostTopics + 1);
    });

    it('asks for one button press when there are no lists', async () => {
      const { ask, token, memory } = unsubscribeRooms({ settings: { topics: [] } });
      const page = await ask({ token: token() });
      assert.doesNotMatch(page.body, /checkbox/);
      const done = await ask({ ...formOf(page), token: token() });
      assert.equal(done.status, 200);
      assert.deepEqual(
        memory.entries.map(({ method, listTopic }) => [method, listTopic]),
        [['page', undefined]],
      );
    });

    it('leaves just what was ticked', async () => {
      const { ask, token, memory } = unsubscribeRooms();
      const page = await ask({ token: token({ listTopic: 'news' }) });
      const done = await ask({ ...formOf(page, { list: ['1'] }), token: token({ listTopic: 'news' }) });
      assert.deepEqual(
        memory.entries.map(({ listTopic }) => listTopic),
        ['offers'],
      );
      assert.match(done.body, /<li>Offers<\/li>/);
      assert.doesNotMatch(done.body, /Monthly news/);
    });

    it('takes all mail for all, whatever else is ticked', async () => {
      const { ask, token, memory } = unsubscribeRooms();
      const page = await ask({ token: token() });
      await ask({ ...formOf(page, { list: ['1', 'all', '0'] }), token: token() });
      assert.deepEqual(
        memory.entries.map(({ listTopic }) => listTopic),
        [undefined],
      );
    });

    it('asks again when nothing, or nothing that there is, was ticked', async () => {
      const { ask, token, memory } = unsubscribeRooms();
      const page = await ask({ token: token() });
      for (const list of [[], ['2'], ['-1'], ['news'], ['00000'], ['__proto__']]) {
        const again = await ask({ ...formOf(page, { list }), token: token() });
        assert.equal(again.status, 400);
        assert.match(again.body, /role="alert">Please tick/);
      }
      assert.deepEqual(memory.entries, []);
    });

    it('asks again with the same ticks when its nonce is of another page or a day old', async () => {
      const clock = fakeClock();
      const { ask, token, memory } = unsubscribeRooms({ clock });
      const page = await ask({ token: token() });
      const other = await ask({ token: token({ address: 'bob@example.com' }) });
      const nonce = /name="nonce" value="([^"]*)"/.exec(other.body)?.[1];
      assert.equal((await ask({ ...formOf(page, { nonce }), token: token() })).status, 400);
      await clock.advance(24 * hour + 1000);
      const again = await ask({ ...formOf(page, { list: ['1'] }), token: token() });
      assert.equal(again.status, 400);
      assert.match(again.body, /value="1" checked/);
      assert.deepEqual(memory.entries, []);
      assert.equal((await ask({ ...formOf(again), token: token() })).status, 200);
      assert.equal(memory.entries.length, 1);
    });

    it('asks again when the app’s lists changed since, for places mean others then', async () => {
      const { ask, token, rooms } = unsubscribeRooms();
      const form = formOf(await ask({ token: token({ listTopic: 'news' }) }));
      const changed = unsubscribeRooms({ settings: { topics: [...sampleTopics].reverse() } });
      assert.equal(rooms.appId, changed.rooms.appId);
      assert.equal((await changed.ask({ ...form, token: token({ listTopic: 'news' }) })).status, 400);
    });

    it('says that it did not work when the list cannot be written', async () => {
      const { ask, token, list } = unsubscribeRooms();
      const page = await ask({ token: token() });
      list.fail();
      assert.equal((await ask({ ...formOf(page), token: token() })).status, 503);
    });

    it('is written in the language of the browser', async () => {
      const { ask, token } = unsubscribeRooms();
      const { body, headers } = await ask({ token: token(), acceptLanguage: 'de-AT' });
      assert.match(body, /<html lang="de" dir="ltr">/);
      assert.equal(headers['content-language'], 'de');
    });
  });

  describe('undo', () => {
    async function leave(rooms: ReturnType<typeof unsubscribeRooms>, token: string, list?: string[]) {
      return rooms.ask({ ...formOf(await rooms.ask({ token }), { list }), token });
    }

    it('takes back what the page just did', async () => {
      const rooms = unsubscribeRooms();
      const token = rooms.token();
      const done = await leave(rooms, token, ['0', '1']);
      assert.equal(rooms.memory.entries.length, 2);
      const undone = await rooms.ask({ ...formOf(done), token });
      assert.equal(undone.status, 200);
      assert.deepEqual(rooms.memory.entries, []);
      assert.deepEqual(
        rooms.memory.events.map(({ action }) => action),
        ['added', 'added', 'removed', 'removed'],
      );
    });

    it('works after a button pressed twice', async () => {
      const clock = fakeClock();
      const rooms = unsubscribeRooms({ clock });
      const token = rooms.token();
      await leave(rooms, token);
      await clock.advance(3000);
      const second = await leave(rooms, token);
      assert.equal((await rooms.ask({ ...formOf(second), token })).status, 200);
      assert.deepEqual(rooms.memory.entries, []);
    });

    it('does not work after an hour, with other ticks, another token or twice', async () => {
      const clock = fakeClock();
      const rooms = unsubscribeRooms({ clock });
      const token = rooms.token();
      const done = await leave(rooms, token, ['0']);
      const other = rooms.token({ emailId: 'mail-2' });
      const refused = async (facts: object, used = token) =>
        assert.equal((await rooms.ask({ ...facts, token: used })).status, 409);
      await refused(formOf(done, { list: ['all'] }));
      await refused(formOf(done, { list: ['0', '1'] }));
      await refused(formOf(done, { list: [] }));
      await refused(formOf(done), other);
      await clock.advance(hour + 1000);
      await refused(formOf(done));
      assert.equal(rooms.memory.entries.length, 1);
    });

    it('works once', async () => {
      const rooms = unsubscribeRooms();
      const token = rooms.token();
      const done = await leave(rooms, token);
      await rooms.ask({ ...formOf(done), token });
      assert.equal((await rooms.ask({ ...formOf(done), token })).status, 409);
    });

    it('does not touch an older wish, a one-click request, a complaint or an erased person', async () => {
      for (const method of ['one-click', 'page', 'complaint'] as const) {
        const clock = fakeClock();
        const rooms = unsubscribeRooms({ clock });
        const token = rooms.token();
        const cause = method === 'complaint' ? 'complaint' : 'unsubscribe';
        await rooms.list.add([{ address: 'ann@example.com', cause, method, at: clock.now() }]);
        await clock.advance(10 * 60_000);
        const before = rooms.memory.entries.length;
        const done = await leave(rooms, token);
        assert.equal((await rooms.ask({ ...formOf(done), token })).status, 409, method);
        assert.ok(rooms.memory.entries.length >= before);
        await rooms.list.erase('ann@example.com', clock.now());
        assert.equal((await rooms.ask({ ...formOf(done), token })).status, 409, method);
      }
    });

    it('is offered alike to those who had left before', async () => {
      const rooms = unsubscribeRooms();
      const token = rooms.token();
      const first = await leave(rooms, token);
      assert.deepEqual(plain(await leave(rooms, token)), plain(first));
    });
  });

  describe('a link that was not made here', () => {
    it('gets one answer, whatever is wrong with it', async () => {
      const { ask, token } = unsubscribeRooms();
      const good = token();
      const forged = `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`;
      const others = [
        forged,
        good.slice(0, 40),
        token({ appId: 'app00002' }),
        unsubscribeRooms({ keys: fixedKeys('key9') }).token(),
        '',
        '../../etc/passwd',
        '<script>',
        'A'.repeat(5000),
      ];
      const first = await ask({ token: 'x' });
      assert.equal(first.status, 404);
      for (const wrong of others) assert.deepEqual(await ask({ ...oneClick, token: wrong }), first);
    });

    it('still works with a retired key', async () => {
      const old = unsubscribeRooms({ keys: fixedKeys('key1') }).token();
      const { ask, memory } = unsubscribeRooms({ keys: fixedKeys('key2', 'key1') });
      assert.equal((await ask({ ...oneClick, token: old })).status, 200);
      assert.equal(memory.entries.length, 1);
    });

    it('is refused when there are too many of them, while valid ones win', async () => {
      const { ask, token, memory } = unsubscribeRooms();
      const statuses = [];
      for (let count = 0; count < 2000; count += 1) {
        statuses.push(
          (await ask({ ...oneClick, token: `forged${count}`, ip: `192.0.2.${count % 256}` })).status,
        );
      }
      assert.equal(statuses.filter((status) => status === 404).length, 600);
      assert.equal(statuses.filter((status) => status === 429).length, 1400);
      assert.equal((await ask({ ...oneClick, token: token() })).status, 200);
      assert.equal((await ask({ token: token() })).status, 200);
      assert.equal(memory.entries.length, 1);
    });
  });
});
