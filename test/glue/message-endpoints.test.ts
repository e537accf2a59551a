import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { adminRoutes, type DownloadedFile } from '../../nodes/glue/admin-routes.ts';
import { exportFiles } from '../../nodes/glue/export-files.ts';
import { messageEndpoints } from '../../nodes/glue/message-endpoints.ts';
import { appOfNode } from '../../nodes/glue/running-app.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { Access } from '../../nodes/lib/message-log/access-log.ts';
import { adminStage, ask, fromDialog } from '../support/admin-routes.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openWholeApp, type WholeApp } from '../support/whole-app.ts';

describe('the routes of the messages', () => {
  const nodes = new Map<string, object>();
  const exports = temporaryFolder();
  const stalled = { after: () => () => {}, now: () => 0 } as never;
  const files = exportFiles(exports.folder, stalled);
  const stage = adminStage(
    (RED) => messageEndpoints(adminRoutes(RED), { appOf: ({ params }) => appOfNode(RED, params.id), files }),
    {},
    nodes,
  );
  let whole: WholeApp;
  let ids: string[];

  const call = async (route: string, given: { params?: object; query?: object; body?: object } = {}) => {
    const { params, query = {}, body = {} } = given;
    const user = { username: 'änn' };
    const request = { ...fromDialog(body), query, user, params: { id: 'n1', ...params } };
    const { status, headers, body: answer } = await ask(stage.find(route), request);
    return { status, headers, answer: answer as Record<string, unknown> };
  };
  const get = (path: string, query: object = {}, params: object = {}) =>
    call(`GET /email-app/:id/${path}`, { query, params });
  const act = async (action: string, body: object) =>
    (await call(`POST /email-app/:id/messages/${action}`, { body })).answer;
  const accesses = async () => {
    const listed: readonly Access[] = (await get('accesses')).answer.accesses as Access[];
    return listed.map(({ user, what, subject }) => [user, what, subject]);
  };
  const stateOf = async (id: string | undefined) => (await whole.find(id ?? '')).state;

  beforeEach(async () => {
    whole = await openWholeApp({ route: { kind: 'capture' } });
    nodes.set('n1', { type: 'email-app', running: Promise.resolve(whole.app) });
    ids = await whole.send('Ann.Miller@example.net', ['bob@example.net', 'cleo@example.net']);
    await whole.pass(1000);
  });
  afterEach(() => whole.close());
  after(exports.remove);

  it('list mails with nobody’s name in them, unless they are opened', async () => {
    const { answer } = await get('messages', { states: 'sent' });
    const listed = answer.messages as { to: object; state: string }[];
    assert.deepEqual(
      listed.map(({ to, state }) => [to, state]),
      [
        [{ address: 'b…@example.net' }, 'sent'],
        [{ address: 'A…@example.net' }, 'sent'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(answer), /Miller|bob|cleo|"subject"|"reason"|"notify"/);
    assert.match(
      JSON.stringify((await get('opened/messages')).answer),
      /Ann\.Miller@example\.net.*"subject":"Hi"/,
    );
  });

  it('tell what happened to one', async () => {
    const { answer } = await get('messages/:mail', {}, { mail: ids[0] });
    const timeline = answer.timeline as { type: string }[];
    assert.deepEqual(
      timeline.map(({ type }) => type),
      ['email.queued', 'email.sent'],
    );
    assert.doesNotMatch(JSON.stringify(answer), /Miller|"subject"|"reason"/);
    const { status, answer: nobody } = await get('messages/:mail', {}, { mail: 'nobody' });
    assert.deepEqual([status, nobody.code], [404, 'no-such-mail']);
  });

  it('open one as it was sent', async () => {
    const { answer, headers } = await get('opened/messages/:mail', {}, { mail: ids[1] });
    assert.equal(headers['cache-control'], 'no-store');
    const { to, cc, bcc, subject, text, attachments } = answer;
    assert.deepEqual(to, [{ address: 'bob@example.net' }, { address: 'cleo@example.net' }]);
    assert.deepEqual([cc, bcc, subject, String(text).trim(), attachments], [[], [], 'Hi', 'Good day', []]);
    const names = (answer.headers as [string, string][]).map(([name]) => name.toLowerCase());
    assert.ok(names.includes('message-id'));
    const source = await get('opened/messages/:mail/source', {}, { mail: ids[1] });
    assert.match(String(source.answer), /^(?=[\s\S]*To: bob@example\.net, cleo@example\.net)[\s\S]*Good day/);
    assert.match(String(source.headers['content-disposition']), /filename="mail-[\w-]+\.eml"/);
  });

  it('note who opened what, before it is shown', async () => {
    await get('opened/messages', { recipient: 'Ann.Miller@example.net', subject: 'secret', states: 'sent' });
    await get('opened/messages/:mail', {}, { mail: ids[0] });
    await get('opened/messages/:mail/source', {}, { mail: ids[0] });
    await get('opened/messages/:mail/attachments/:index', {}, { mail: ids[0], index: '0' });
    assert.deepEqual(await accesses(), [
      ['änn', 'attachment', ids[0]],
      ['änn', 'source', ids[0]],
      ['änn', 'message', ids[0]],
      ['änn', 'list', 'recipient=A…@example.net subject=… states=sent'],
    ]);
  });

  it('show nothing that cannot be noted', async () => {
    whole.app.messages.noteAccess = () => Promise.reject(new EmailError('disk-full'));
    const routes = stage.routes.filter(({ path }) => path.includes('/opened/'));
    assert.equal(routes.length, 5);
    for (const { path } of routes) {
      const params = { mail: ids[0], index: '0' };
      const { answer } = await call(path, { params, body: { format: 'csv' } });
      const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
      assert.match(text, /disk-full/, path);
      assert.doesNotMatch(text, /Miller|Good day/, path);
    }
  });

  it('say of a mail whose words are gone that they are, and what became of it', async () => {
    await whole.store.messageLog.forgetContents(whole.clock.now() + 1);
    const { answer } = await get('opened/messages/:mail', {}, { mail: ids[0] });
    assert.deepEqual([answer.gone, (answer.timeline as []).length], ['content-gone', 2]);
    const source = await get('opened/messages/:mail/source', {}, { mail: ids[0] });
    assert.deepEqual([source.status, source.answer.code], [404, 'content-gone']);
    assert.equal((await act('again', { ids: [ids[0]] })).code, 'content-gone');
  });

  it('refuse a query that is none, naming the field and nothing of its value', async () => {
    const hostile: [string, object][] = [
      ['recipient', { recipient: 'secret' }],
      ['recipient', { recipient: ['a@example.net', 'secret@example.net'] }],
      ['states', { states: 'sent,secret' }],
      ['states', { states: { secret: 1 } }],
      ['from', { from: 'secret' }],
      ['to', { to: '-1' }],
      ['limit', { limit: '1e9' }],
      ['limit', { limit: '0' }],
      ['after', { after: 'secret' }],
      ['id', { id: 'secret\nsecret' }],
      ['subject', { subject: 'secret'.repeat(1000) }],
      ['subject', { subject: { $ne: 'secret' } }],
      ['constructor', { constructor: 'secret' }],
      ['__proto__', JSON.parse('{"__proto__":"secret"}')],
      ['where', { where: '1=1 secret' }],
    ];
    for (const [field, query] of hostile)
      for (const path of ['messages', 'opened/messages']) {
        const { status, answer } = await get(path, query);
        assert.deepEqual([status, answer.code, answer.field], [400, 'bad-query', field], field);
        assert.doesNotMatch(JSON.stringify(answer), /secret/);
      }
    assert.equal((await get('accesses', { limit: '9999' })).status, 400);
    // whether a page gave that place is known to the store alone
    assert.deepEqual(await accesses(), [['änn', 'list', '']]);
  });

  it('take lists of ids, and nothing else', async () => {
    for (const action of ['cancel', 'retry', 'resend', 'again', 'resolve'])
      for (const given of [undefined, 'all', [], [7], [''], ['x'.repeat(201)], Array(1001).fill('a')]) {
        const { status, answer } = await call(`POST /email-app/:id/messages/${action}`, {
          body: { ids: given, as: 'sent' },
        });
        assert.deepEqual([status, answer.code, answer.field], [400, 'bad-query', 'ids']);
      }
    assert.equal((await act('resolve', { ids, as: 'maybe' })).field, 'as');
  });

  it('cancel what waits, and send it again as a mail of its own', async () => {
    await whole.app.pause();
    const [id] = await whole.send('dora@example.net');
    assert.deepEqual(await act('cancel', { ids: [id, ids[0], 'nobody'] }), { changed: 1 });
    assert.equal(await stateOf(id), 'cancelled');
    await whole.app.resume();
    assert.deepEqual(await act('again', { ids: [id] }), { changed: 1 });
    await whole.pass(1000);
    const { answer } = await get('opened/messages', { recipient: 'dora@example.net' });
    const mails = answer.messages as { id: string; state: string; subject: string; messageId: string }[];
    assert.deepEqual(
      mails.map(({ state, subject }) => [state, subject]),
      [
        ['sent', 'Hi'],
        ['cancelled', 'Hi'],
      ],
    );
    assert.notEqual(mails[0]?.messageId, mails[1]?.messageId);
  });

  it('send again to nobody who is on the list', async () => {
    const entry = { address: 'Ann.Miller@example.net', cause: 'unsubscribe', method: 'page' } as const;
    await whole.app.suppressions.add([{ ...entry, at: whole.clock.now() }]);
    await act('again', { ids: [ids[0]] });
    await whole.pass(1000);
    const { answer } = await get('messages', { recipient: 'ann.miller@example.net', states: 'suppressed' });
    assert.equal((answer.messages as []).length, 1);
  });

  it('export what was looked for, once', async () => {
    for (const [format, pattern] of [
      ['csv', /^\ufeffid,[\s\S]*,Ann\.Miller@example\.net,Hi,/],
      ['jsonl', /^(\{.*"subject":"Hi".*\}\n){2}$/],
    ] as const) {
      const query = { states: ['sent'] };
      const route = 'POST /email-app/:id/opened/messages/export';
      const { answer } = await call(route, { body: { format, query } });
      const lines = String(answer)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(lines[0], { step: { done: 2 } });
      const { name, token } = lines.at(-1).result;
      assert.equal(name, `messages.${format}`);
      const { file } = (await files.take('n1', token)) as DownloadedFile;
      assert.match(readFileSync(file, 'utf8'), pattern);
    }
    assert.deepEqual((await accesses())[0], ['änn', 'export', 'states=sent']);
    const refused = await call('POST /email-app/:id/opened/messages/export', { body: { format: 'exe' } });
    assert.match(String(refused.answer), /"code":"bad-query","field":"format"/);
  });
});
