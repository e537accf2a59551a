import assert from 'node:assert/strict';
import type { NodeMessageInFlow } from 'node-red';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import { openStage, type Stage } from '../support/node-stage.ts';

interface Email {
  readonly id: string;
  readonly status: string;
  readonly code: string;
  readonly to: string;
  readonly app: string;
  readonly route: string;
  readonly attempts: number;
  readonly resumed?: boolean;
  readonly repeated?: boolean;
  readonly messages?: readonly { id: string; to: string }[];
}

const email = (message: NodeMessageInFlow): Email => message.email as Email;

function flow(stage: Stage, changes: object = {}): object[] {
  const sendEmail = {
    id: 'send',
    type: 'send-email',
    z: 'tab',
    app: 'app',
    mode: 'message',
    replyWhen: 'sent',
    ...{
      to: 'to',
      cc: 'cc',
      bcc: 'bcc',
      from: 'from',
      subject: 'topic',
      payload: 'payload',
      plaintext: 'plaintext',
    },
    ...{ attachments: 'attachments', substitutions: 'substitutions', idempotencyKey: 'idempotencyKey' },
    wires: [['sent'], ['suppressed'], ['failed']],
    ...changes,
  };
  const outputs = ['sent', 'suppressed', 'failed'].map((id) => ({ id, type: 'helper', z: 'tab' }));
  const rest = [
    { id: 'catcher', type: 'catch', z: 'tab', wires: [['caught']] },
    { id: 'caught', type: 'helper', z: 'tab' },
    { id: 'completer', type: 'complete', z: 'tab', scope: ['send'], wires: [['completed']] },
    { id: 'completed', type: 'helper', z: 'tab' },
  ];
  return [{ id: 'tab', type: 'tab' }, stage.app, sendEmail, ...outputs, ...rest];
}

describe('send-email', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  const receive = (message: object): void => stage.node('send').receive(message as NodeMessageInFlow);

  it('sends a mail and hands the message on with its result', async () => {
    await stage.load(flow(stage));
    const sent = stage.next('sent');
    receive({ to: 'ann@example.net', topic: 'Hello', payload: '<p>Hi</p>', plaintext: 'Hi', mine: 42 });
    const message = await sent;
    assert.equal(message.mine, 42);
    assert.equal(message.payload, '<p>Hi</p>');
    const { status, code, to, app, route, attempts } = email(message);
    assert.deepEqual(
      { status, code, to, app, route, attempts },
      { status: 'sent', code: 'sent', to: 'ann@example.net', app: 'Shop', route: 'smtp', attempts: 1 },
    );
    assert.deepEqual(stage.mails[0]?.to, ['ann@example.net']);
    assert.match(String(stage.mails[0]?.source), /^From: Shop <shop@example\.com>\r$/m);
  });

  it('completes only after the result', async () => {
    await stage.load(flow(stage));
    const completed = stage.next('completed');
    receive({ to: 'ann@example.net', topic: 'Hello', payload: 'Hi' });
    assert.equal(email(await completed).status, 'sent');
  });

  it('hands a refused recipient to the third output', async () => {
    stage.refusals.set('gone@example.net', 550);
    await stage.load(flow(stage));
    const failed = stage.next('failed');
    receive({ to: 'gone@example.net', topic: 'Hello', payload: 'Hi' });
    const { status, code } = email(await failed);
    assert.deepEqual({ status, code }, { status: 'failed', code: 'recipient-refused' });
  });

  it('hands whoever unsubscribed to the second output, also after a deploy', async () => {
    await stage.load(flow(stage));
    const app = await (stage.node('app') as EmailAppNode).running;
    const address = 'ann@example.net';
    await app.suppressions.add([{ address, cause: 'unsubscribe', method: 'page', at: Date.now() }]);
    await stage.unload();
    await stage.load(flow(stage));
    const suppressed = stage.next('suppressed');
    receive({ to: 'Ann@Example.net', topic: 'Hello', payload: 'Hi' });
    const { status, code, attempts } = email(await suppressed);
    assert.deepEqual([status, code, attempts], ['suppressed', 'unsubscribed', 0]);
    assert.equal(stage.mails.length, 0);
  });

  it('sends a template of the app with a link of the reader’s own', async () => {
    const templates = [
      { id: 'news', partial: false, subject: 'News', html: '', text: 'Hi {{name}} $(unsubscribe)' },
    ];
    Object.assign(stage.app, {
      templates,
      unsubscribeEnabled: true,
      unsubscribeHeaders: true,
      baseUrl: 'https://r.example',
    });
    await stage.load(flow(stage, { bodySource: 'template', template: 'news', templateType: 'str' }));
    const sent = stage.next('sent');
    receive({
      to: 'ann@example.net',
      topic: 'not this',
      payload: 'nor this',
      substitutions: { name: 'Ann' },
    });
    await sent;
    const source = String(stage.mails[0]?.source).replaceAll('=\r\n', '');
    assert.match(source, /^Subject: News\r$/m);
    assert.match(source, /Hi Ann https:\/\/r\.example\/email-app\/testtesttest0001\/unsubscribe\/[\w-]+/);
    assert.match(source, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  });

  it('refuses a message that names no template where one is to be sent', async () => {
    await stage.load(flow(stage, { bodySource: 'template', template: 'template', templateType: 'msg' }));
    const caught = stage.next('caught');
    receive({ to: 'ann@example.net', payload: 'Hi' });
    assert.equal(((await caught).error as { code: string }).code, 'unknown-template');
  });

  it('sends a personal copy to each recipient and numbers the results', async () => {
    await stage.load(flow(stage));
    const results: NodeMessageInFlow[] = [];
    const all = new Promise<void>((resolve) => {
      stage.node('sent').on('input', (message) => {
        results.push(message);
        if (results.length === 2) resolve();
      });
    });
    receive({
      to: [
        { address: 'ann@example.net', name: 'Ann', substitutions: { first: 'Ann' } },
        { address: 'bob@example.net', substitutions: { first: 'Bob' } },
      ],
      topic: 'Dear {{first}}',
      payload: 'Hello $(first)',
    });
    await all;
    assert.deepEqual(stage.mails.flatMap(({ to }) => to).sort(), ['ann@example.net', 'bob@example.net']);
    assert.deepEqual(stage.mails.map(({ source }) => /^Subject: (.*)\r$/m.exec(source)?.[1]).sort(), [
      'Dear Ann',
      'Dear Bob',
    ]);
    assert.deepEqual(results.map(({ parts }) => [parts?.index, parts?.count]).sort(), [
      [0, 2],
      [1, 2],
    ]);
    assert.equal(new Set(results.map(({ parts }) => parts?.id)).size, 1);
  });

  for (const [what, message, code, field] of [
    ['no recipient', { topic: 'x', payload: 'x' }, 'missing-recipient', 'to'],
    ['a bad address', { to: 'not an address', topic: 'x', payload: 'x' }, 'bad-address', 'to'],
    [
      'an injected header',
      { to: 'a@example.net\r\nBcc: z@z.example', topic: 'x', payload: 'x' },
      'unsafe-characters',
      'to',
    ],
    [
      'a line break in the subject',
      { to: 'a@example.net', topic: 'x\r\nBcc: z@z.example', payload: 'x' },
      'unsafe-characters',
      'subject',
    ],
    [
      'a foreign sender',
      { to: 'a@example.net', from: 'ceo@bank.example', topic: 'x', payload: 'x' },
      'sender-not-allowed',
      'from',
    ],
    [
      'a file as attachment',
      {
        to: 'a@example.net',
        topic: 'x',
        payload: 'x',
        attachments: [{ filename: 'p', path: '/etc/passwd' }],
      },
      'attachment-source-refused',
      'attachments[0].path',
    ],
    ['nothing to send', { to: 'a@example.net', topic: 'x' }, 'missing-body', 'payload'],
  ] as const) {
    it(`refuses ${what} by name and sends nothing`, async () => {
      await stage.load(flow(stage));
      const caught = stage.next('caught');
      receive(message);
      const error = (await caught).error as { code: string; cause: { field: string } };
      assert.deepEqual([error.code, error.cause.field], [code, field]);
      assert.equal(stage.mails.length, 0);
    });
  }

  it('replies at once when asked to, with the ids of what was queued', async () => {
    await stage.load(flow(stage, { replyWhen: 'queued' }));
    const sent = stage.next('sent');
    receive({ to: 'ann@example.net, bob@example.net', topic: 'Hello', payload: 'Hi' });
    const { status, messages } = email(await sent);
    assert.equal(status, 'queued');
    assert.deepEqual(
      messages?.map(({ to }) => to),
      ['ann@example.net', 'bob@example.net'],
    );
  });

  it('gives the first result again for the same idempotency key', async () => {
    await stage.load(flow(stage));
    const first = stage.next('sent');
    receive({ to: 'ann@example.net', topic: 'Hello', payload: 'Hi', idempotencyKey: 'order-1' });
    const { id } = email(await first);
    const second = stage.next('sent');
    receive({ to: 'ann@example.net', topic: 'Hello', payload: 'Hi', idempotencyKey: 'order-1' });
    const again = email(await second);
    assert.deepEqual([again.id, again.repeated], [id, true]);
    assert.equal(stage.mails.length, 1);
  });

  it('refuses another message under the same idempotency key', async () => {
    await stage.load(flow(stage));
    const first = stage.next('sent');
    receive({ to: 'ann@example.net', topic: 'Hello', payload: 'Hi', idempotencyKey: 'order-1' });
    await first;
    const caught = stage.next('caught');
    receive({ to: 'ann@example.net', topic: 'Hello', payload: 'Changed', idempotencyKey: 'order-1' });
    assert.equal(((await caught).error as { code: string }).code, 'idempotency-conflict');
  });

  it('never copies the headers of an HTTP visitor into the mail', async () => {
    await stage.load(flow(stage));
    const sent = stage.next('sent');
    receive({
      to: 'ann@example.net',
      topic: 'Hello',
      payload: 'Hi',
      headers: { cookie: 'session=secret' },
      req: {},
    });
    await sent;
    assert.doesNotMatch(String(stage.mails[0]?.source), /secret/);
  });

  it('says by name when its app is missing', async () => {
    await stage.load(flow(stage, { app: 'nowhere' }));
    const caught = stage.next('caught');
    receive({ to: 'ann@example.net', topic: 'Hello', payload: 'Hi' });
    const error = (await caught).error as { code: string; cause: { field: string } };
    assert.deepEqual([error.code, error.cause.field], ['missing-app', 'app']);
  });

  it('refuses a second app with the same app id', async () => {
    const twin = { ...stage.app, id: 'twin' };
    await stage.load([...flow(stage, { app: 'twin' }), twin]);
    const caught = stage.next('caught');
    receive({ to: 'ann@example.net', topic: 'Hello', payload: 'Hi' });
    assert.equal(((await caught).error as { code: string }).code, 'app-in-use');
  });

  it('hands on after a deploy what was waiting before it, rebuilt and marked as resumed', async () => {
    const scheduled = flow(stage, { sendAt: 'sendAt' });
    await stage.load(scheduled);
    const { accepted } = await stage.nextAcceptance();
    receive({ to: 'ann@example.net', topic: 'Later', payload: 'Hi', mine: 42, sendAt: Date.now() + 1000 });
    await accepted;
    await stage.unload();
    assert.equal(stage.mails.length, 0);
    await stage.load(scheduled);
    const message = await stage.next('sent');
    assert.equal(email(message).resumed, true);
    assert.equal(message.mine, 42);
    assert.equal(stage.mails.length, 1);
  });
});
