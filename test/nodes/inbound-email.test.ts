import assert from 'node:assert/strict';
import type { NodeMessageInFlow } from 'node-red';
import { createTransport } from 'nodemailer';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { dovecotIsMissing, startDovecot } from '../support/dovecot.ts';
import { openStage, type Stage } from '../support/node-stage.ts';
import { findFreePort } from '../support/start-node-red.ts';

type Flow = Record<string, unknown>;
type Mail = NodeMessageInFlow & { email: Record<string, unknown> };

const rule = (name: string, value: string) => ({
  name,
  match: 'all',
  conditions: [{ property: 'email.subject', operator: 'contains', value }],
});

describe('inbound-email', () => {
  let stage: Stage;
  let port: number;
  /** What came, as `<output>: <subject>`. */
  let came: string[];
  let mails: Mail[];
  let tell: () => void;

  beforeEach(async () => {
    stage = await openStage();
    port = await findFreePort();
    [came, mails] = [[], []];
    tell = () => {};
  });
  afterEach(() => stage.close());

  const receiving = () => ({
    ...{ inboundSmtp: true, receiverHost: 'mail-in.example.com' },
    ...{ receiverAddress: '127.0.0.1', receiverPort: String(port), route: 'none' },
  });
  const theApp = (): Promise<EmailApp> => (stage.node('app') as EmailAppNode).running;
  const inbound = (changes: Flow = {}) => ({
    ...{ id: 'node', type: 'inbound-email', z: 'tab', app: 'app' },
    wires: [['out1'], ['out2'], ['out3'], ['out4']],
    ...changes,
  });

  async function load(nodes: Flow[], more: Flow = {}, credentials: object = {}): Promise<void> {
    const ends = [1, 2, 3, 4].map((output) => ({ id: `out${output}`, type: 'helper', z: 'tab' }));
    await stage.unload();
    await stage.load(
      [{ id: 'tab', type: 'tab' }, { ...stage.app, ...receiving(), ...more }, ...nodes, ...ends],
      credentials,
    );
    for (const output of [1, 2, 3, 4]) {
      stage.node(`out${output}`).on('input', (message) => {
        came.push(`${output}: ${String(message.topic)}`);
        mails.push(message as Mail);
        tell();
      });
    }
    await theApp();
  }

  async function send(subject: string, more: object = {}): Promise<void> {
    const { mailRoom } = await theApp();
    const client = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    const to = mailRoom.forwardingAddress;
    await client.sendMail({ from: 'Ann <ann@example.org>', to, subject, text: 'Hello shop', ...more });
    client.close();
  }

  const until = (count: number) =>
    new Promise<void>((resolve) => {
      tell = () => {
        if (came.length >= count) resolve();
      };
      tell();
    });

  const statusOf = (id: string) => {
    const node = stage.node(id) as unknown as { status: { lastCall?: { args: [{ text: string }] } } };
    return node.status.lastCall?.args[0].text;
  };

  it('gives the flow a mail with subject, text and all else in msg.email', async () => {
    await load([inbound()]);
    const attachments = [{ filename: 'order.csv', content: 'a;b' }];
    await send('Order 4711', { attachments, headers: { 'x-shop': 'yes' } });
    await until(1);
    const { topic, payload, email, ...rest } = mails[0] as Mail;
    assert.deepEqual([came, topic, String(payload).trim()], [['1: Order 4711'], 'Order 4711', 'Hello shop']);
    assert.deepEqual(Object.keys(rest), ['_msgid']);
    assert.deepEqual(email.from, { address: 'ann@example.org', name: 'Ann' });
    const { kind, app, source, subject } = email;
    assert.deepEqual([kind, app, source, subject], ['mail', 'Shop', 'smtp', 'Order 4711']);
    const [{ filename, content } = {}] = email.attachments as { filename?: string; content?: unknown }[];
    assert.deepEqual([filename, String(content), Buffer.isBuffer(content)], ['order.csv', 'a;b', true]);
    assert.equal((email.headers as Flow)['x-shop'], 'yes');
    assert.equal('redelivered' in email, false);
  });

  it('gives automatic answers on the second output', async () => {
    await load([inbound()]);
    await send('Out of office', { headers: { 'auto-submitted': 'auto-replied' } });
    await until(1);
    assert.deepEqual([came, mails[0]?.email.kind], [['2: Out of office'], 'auto-reply']);
  });

  it('sends a mail that matches a rule out there only', async () => {
    await load([inbound({ rules: [rule('orders', 'order'), rule('urgent', 'urgent')] })]);
    await send('Urgent order');
    await until(1);
    await send('Hello');
    await until(2);
    assert.deepEqual(came, ['3: Urgent order', '1: Hello']);
  });

  it('sends it out of every rule that matches, if asked to', async () => {
    await load([inbound({ take: 'all', rules: [rule('orders', 'order'), rule('urgent', 'urgent')] })]);
    await send('Urgent order');
    await until(2);
    assert.deepEqual(came.sort(), ['3: Urgent order', '4: Urgent order']);
  });

  it('gives the raw mail alone, or beside the parts', async () => {
    await load([inbound({ content: 'raw' }), inbound({ id: 'other', content: 'both', wires: [['out2']] })]);
    await send('Order 4711');
    await until(2);
    const [raw, both] = [mails[came.indexOf('1: Order 4711')], mails[came.indexOf('2: Order 4711')]];
    assert.match(String(raw?.payload), /^Subject: Order 4711\r$/m);
    assert.deepEqual([raw?.email.text, raw?.email.attachments], [undefined, undefined]);
    assert.match(String(both?.email.raw), /^Subject: Order 4711\r$/m);
    assert.equal(String(both?.payload).trim(), 'Hello shop');
  });

  it('leaves out what attachments hold, if asked to', async () => {
    await load([inbound({ includeAttachments: false })]);
    await send('Order', { attachments: [{ filename: 'order.csv', content: 'a;b' }] });
    await until(1);
    const [attachment] = (mails[0] as Mail).email.attachments as Flow[];
    assert.deepEqual(
      [attachment?.filename, attachment?.size, 'content' in (attachment ?? {})],
      ['order.csv', 3, false],
    );
  });

  it('gives every node a message of its own', async () => {
    await load([inbound(), inbound({ id: 'other', wires: [['out2']] })]);
    await send('Order');
    await until(2);
    assert.notEqual(mails[0]?.email, mails[1]?.email);
    assert.notEqual(mails[0]?.email.from, mails[1]?.email.from);
    assert.deepEqual(came.sort(), ['1: Order', '2: Order']);
  });

  it('gives it the mails of a mailbox, and marks them as read', async function () {
    const missing = dovecotIsMissing();
    if (missing) {
      console.log(`    skipped: ${missing}`);
      this.skip();
    }
    const dovecot = await startDovecot();
    try {
      const imap = { inboundImap: true, imapHost: '127.0.0.1', imapPort: dovecot.port, imapSecurity: 'none' };
      const credentials = { app: { imapUser: 'ann', imapPassword: 'secret' } };
      dovecot.deliver('ann', 'From: bob@example.org\r\nSubject: By IMAP\r\n\r\nHello\r\n');
      await load([inbound()], { ...imap, inboundSmtp: false }, credentials);
      await until(1);
      assert.deepEqual([came, mails[0]?.email.source], [['1: By IMAP'], 'imap']);
      await stage.unload();
      const unread = dovecot.admin(['mailbox', 'status', '-u', 'ann', 'unseen', 'INBOX']);
      assert.equal(unread.trim(), 'INBOX unseen=0');
    } finally {
      await stage.unload();
      await dovecot.stop();
    }
  });

  it('keeps mails while no node is deployed', async () => {
    await load([]);
    await send('Early');
    const { mailRoom } = await theApp();
    while (mailRoom.state().waiting !== 1) await new Promise((resolve) => setImmediate(resolve));
    await load([inbound()]);
    await until(1);
    assert.deepEqual(came, ['1: Early']);
  });

  it('says when the last mail came', async () => {
    await load([inbound()]);
    await send('Order');
    await until(1);
    while (statusOf('node') !== 'inbound-email.status.last')
      await new Promise((resolve) => setImmediate(resolve));
  });

  it('says that it cannot start with a rule that cannot be used', async () => {
    const bad = {
      match: 'all',
      conditions: [{ property: 'topic', operator: 'matches-regex', value: '(a)\\1' }],
    };
    await load([inbound({ rules: [bad] })]);
    assert.equal(statusOf('node'), 'inbound-email.status.failed');
  });

  it('says that the app receives nothing', async () => {
    await load([inbound()], { inboundSmtp: false });
    assert.equal(statusOf('node'), 'inbound-email.status.no-source');
  });
});
