import assert from 'node:assert/strict';
import { createTransport } from 'nodemailer';
import type { EmailApp } from '../../../nodes/lib/app/email-app.ts';
import { openEmailApp } from '../../../nodes/lib/app/open-email-app.ts';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { mailTag } from '../../../nodes/lib/keys/mail-tag.ts';
import { tagReturnAddress } from '../../../nodes/lib/outbound/return-address.ts';
import type { AppSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { processWorld } from '../../support/process-world.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { findFreePort } from '../../support/start-node-red.ts';

/** RFC 3464, as a server of another organisation writes it. */
const bounceOf = (messageId: string, recipient: string) =>
  [
    'From: MAILER-DAEMON@mx.example.net',
    'Subject: Undelivered mail',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It could not be delivered.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: <${messageId}>`,
    '',
    '--b--',
    '',
  ].join('\r\n');

describe('an app that receives mail', function () {
  this.timeout(20_000);
  let folder: string;
  let remove: () => void;
  let app: EmailApp;
  let port: number;
  let settings: AppSettings;
  let troubles: EmailError[];

  const open = async () => {
    app = await openEmailApp(settings, processWorld(folder, { onTrouble: (error) => troubles.push(error) }));
  };
  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    troubles = [];
    port = await findFreePort();
    const smtp = { host: 'mx.example.com', address: '127.0.0.1', port, addresses: ['shop@example.com'] };
    settings = sampleSettings({
      inbound: { smtp, maxMailBytes: 40_000_000, maxKeptBytes: 1_000_000_000, setAsideDays: 30, keepDays: 3 },
    });
    await open();
  });
  afterEach(async () => {
    await app.close();
    remove();
  });

  async function send(raw: string, to = String(app.mailRoom.forwardingAddress)): Promise<void> {
    const client = createTransport({ host: '127.0.0.1', port });
    await client.sendMail({ envelope: { from: 'ann@a.example', to }, raw });
    client.close();
  }
  const next = () =>
    new Promise<InboundMessage>((resolve) => {
      const stop = app.mailRoom.listen('n1', async (message) => {
        stop();
        resolve(message);
      });
    });

  it('tells what comes to its forwarding address, and keeps that address', async () => {
    const address = String(app.mailRoom.forwardingAddress);
    assert.match(address, /^in-[a-z2-9]{16}@mx\.example\.com$/);
    await send('From: Ann <ann@a.example>\r\nSubject: hello\r\n\r\nHello!\r\n');
    const { mail, source, redelivered } = await next();
    assert.deepEqual(
      [mail.kind, mail.subject, mail.from?.address, mail.text?.trim(), source, redelivered],
      ['mail', 'hello', 'ann@a.example', 'Hello!', 'smtp', false],
    );
    await app.close();
    await open();
    assert.equal(app.mailRoom.forwardingAddress, address);
    assert.deepEqual(troubles, []);
  });

  it('waits for a node over a restart', async () => {
    await send('Subject: early\r\n\r\n');
    await app.close();
    await open();
    const { mail, redelivered } = await next();
    assert.deepEqual([mail.subject, redelivered], ['early', false]);
  });

  it('lets senders wait while it keeps all that it may, says so once, and takes mail again', async () => {
    await app.close();
    settings = { ...settings, inbound: { ...settings.inbound, maxKeptBytes: 1000 } };
    await open();
    await send(`Subject: first\r\n\r\n${'x'.repeat(900)}\r\n`);
    for (const _ of [1, 2])
      await assert.rejects(send('Subject: second\r\n\r\n'), ({ response }) => /^452 4\.3\.1 /.test(response));
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ['inbound-full'],
    );
    assert.equal((await next()).mail.subject, 'first');
    await app.close();
    await open();
    await send('Subject: second\r\n\r\n');
    assert.equal((await next()).mail.subject, 'second');
  });

  it('suppresses whom a mail of its own did not reach, although no node listens, and nobody else', async () => {
    const order = { requestId: 'r1', mode: 'message', node: 'n', reports: false } as const;
    await app.send({ ...order, fields: { to: 'bob@b.example', subject: 'Hi', payload: 'Hi' } });
    const record = await new Promise<{ messageId: string }>((resolve) => app.onResult(resolve));
    const isListed = async (address: string) => {
      const found = await app.suppressions.find([address], Date.now());
      return [...found.values()].flat().some(({ cause }) => cause === 'hard-bounce');
    };
    await send(bounceOf('unknown@example.com', 'carl@c.example'), 'shop@example.com');
    await send(bounceOf(record.messageId, 'bob@b.example'), 'shop@example.com');
    for (let turn = 0; turn < 100 && !(await isListed('bob@b.example')); turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual([await isListed('bob@b.example'), await isListed('carl@c.example')], [true, false]);
  });

  const sendOne = async (fields: object) => {
    const order = { requestId: 'r1', mode: 'message', node: 'n', reports: false } as const;
    const settled = new Promise<{ id: string }>((resolve) => app.onResult(resolve));
    await app.send({ ...order, fields: { to: 'bob@b.example', subject: 'Hi', payload: 'Hi', ...fields } });
    return settled;
  };

  it('knows by its return address which mail a bounce is about, whatever else it says', async () => {
    const { id } = await sendOne({ correlationId: 'order 7' });
    const address = tagReturnAddress('shop@example.com', id, app.keys);
    await send(bounceOf('gone@example.net', 'bob@b.example'), address);
    const { mail } = await next();
    assert.deepEqual(
      [mail.kind, mail.about],
      ['bounce', { emailId: id, correlationId: 'order 7', by: 'tag' }],
    );
  });

  it('takes an automatic answer of its own for a loop, and no forged one', async () => {
    const { id } = await sendOne({});
    const told = async (mark: string) => {
      await send(`Subject: Re: Hi\r\nX-Email-App-Loop: ${mark}\r\n\r\nHi\r\n`);
      return (await next()).mail.kind;
    };
    assert.equal(await told(String(mailTag(id, app.keys))), 'loop');
    assert.equal(await told('0'.repeat(45)), 'mail');
  });

  it('goes on without a port that is taken, and says so', async () => {
    const other = { ...settings, appId: 'app00002' };
    const first = app;
    settings = { ...other, inbound: { ...other.inbound, smtp: { ...other.inbound.smtp!, addresses: [] } } };
    await open();
    try {
      assert.deepEqual(
        troubles.map(({ code, field }) => [code, field]),
        [['bad-settings', 'receiverPort']],
      );
      const [source] = app.mailRoom.state().sources;
      assert.equal(source?.connected, false);
      assert.match(String(source?.trouble), /EADDRINUSE/);
    } finally {
      await first.close();
    }
  });
});
