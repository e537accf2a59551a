import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { openEmailApp } from '../../nodes/lib/app/open-email-app.ts';
import type { InboundMessage } from '../../nodes/lib/inbound/mail-listener.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { PartRecord } from '../../nodes/lib/outbound/outbox.ts';
import type { SendFields } from '../../nodes/lib/request/send-fields.ts';
import type { AppSettings } from '../../nodes/lib/settings/app-settings.ts';
import { answerUnsubscribe } from '../../nodes/lib/unsubscribe/answer-unsubscribe.ts';
import { requestLimits } from '../../nodes/lib/unsubscribe/request-limits.ts';
import { readUnsubscribePath } from '../../nodes/lib/unsubscribe/unsubscribe-url.ts';
import type { WebhookResult } from '../../nodes/lib/webhook/webhook-result.ts';
import { httpStub } from '../support/http-stub.ts';
import { type MailSink, openMailSink } from '../support/mail-sink.ts';
import { newWebhook } from '../support/new-webhook.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { processWorld } from '../support/process-world.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { findFreePort } from '../support/start-node-red.ts';
import { headerOf, linkIn, unsubscribeSettings } from '../support/unsubscribe-app.ts';
import { until } from '../support/until.ts';
import { webhookSettings } from '../support/webhook-settings.ts';

/** RFC 3464 */
const bounceOf = (messageId: string, recipient: string) =>
  `From: MAILER-DAEMON@mx.example.net
Subject: Undelivered mail
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ${recipient}
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: <${messageId}>

--b--
`.replaceAll('\n', '\r\n');

describe('a whole app on PostgreSQL', function () {
  this.timeout(20_000);
  let fresh: FreshDatabase;
  let sink: MailSink;
  let folder: string;
  let remove: () => void;
  let settings: AppSettings;
  let app: EmailApp;
  let port: number;

  const open = async () => {
    app = await openEmailApp(settings, processWorld(folder));
  };
  beforeEach(async () => {
    fresh = await freshDatabase();
    sink = await openMailSink();
    ({ folder, remove } = temporaryFolder());
    port = await findFreePort();
    const smtp = { host: 'mx.example.com', address: '127.0.0.1', port, addresses: ['shop@example.com'] };
    settings = unsubscribeSettings(
      {},
      {
        store: { kind: 'postgres', connections: 4, ...fresh.address, tls: undefined },
        route: { kind: 'smtp', host: '127.0.0.1', port: sink.port, security: 'none', tls: { verify: true } },
        inbound: {
          smtp,
          maxMailBytes: 1_000_000,
          maxKeptBytes: 1_000_000_000,
          setAsideDays: 30,
          keepDays: 3,
        },
      },
    );
    await open();
  });
  afterEach(async () => {
    await app.close();
    await fresh.drop();
    await sink.close();
    remove();
  });

  const send = async (fields: SendFields, reports = false): Promise<string> => {
    const order = { requestId: randomUUID(), mode: 'message', node: 'n1', reports } as const;
    const { copies } = await app.send({ ...order, fields: { subject: 'Hello', payload: 'Hi', ...fields } });
    return copies[0]?.id ?? assert.fail();
  };
  const settled = async (fields: SendFields): Promise<PartRecord> => {
    const records: PartRecord[] = [];
    const stop = app.onResult((record) => records.push(record));
    const id = await send(fields);
    await until(() => records.some((record) => record.id === id));
    stop();
    return records.find((record) => record.id === id) ?? assert.fail();
  };
  const causesOf = async (address: string) =>
    [...(await app.suppressions.find([address], Date.now())).values()].flat().map(({ cause }) => cause);
  const deliver = async (raw: string, to = 'shop@example.com') => {
    const client = createTransport({ host: '127.0.0.1', port });
    await client.sendMail({ envelope: { from: 'ann@a.example', to }, raw });
    client.close();
  };

  it('sends, and tells of it by result, search, timeline, event and count', async () => {
    const record = await settled({
      to: 'Ann <ann@example.net>',
      subject: 'Order 4711',
      cc: 'bob@example.net',
    });
    assert.equal(record.state, 'sent');
    await sink.holds(2);
    const { messages } = await app.messages.search({ recipient: 'ann@example.net', limit: 5 });
    assert.deepEqual(
      messages.map(({ id, state }) => [id, state]),
      [[record.id, 'sent']],
    );
    const { timeline } = await app.messages.look(record.id);
    assert.deepEqual(
      timeline.map(({ type }) => type).filter((type) => type.startsWith('email.')),
      ['email.queued', 'email.sent'],
    );
    const { subject, text } = await app.messages.open(record.id);
    assert.deepEqual([subject, text?.startsWith('Hi')], ['Order 4711', true]);
    const page = await app.events.log.read({ after: '0', limit: 100 });
    const sent = page.events.filter(({ type }) => type === 'email.sent');
    assert.equal(sent.length, 2);
    await until(async () => {
      const hours = await app.events.tally.read(Date.now() - 3_600_000);
      return hours.reduce((sum, { counts }) => sum + counts.sent, 0) === 2;
    });
  });

  it('holds whoever left by the link of a mail', async () => {
    await settled({ to: 'ann@example.net' });
    const [mail = assert.fail()] = await sink.holds(1);
    const { token = '' } = readUnsubscribePath(linkIn(headerOf(mail)['list-unsubscribe']?.[0])) ?? {};
    const { appId, unsubscribe } = settings;
    const body = Buffer.from('List-Unsubscribe=One-Click');
    const answer = await answerUnsubscribe(
      { method: 'POST', token, contentType: 'application/x-www-form-urlencoded', body, ip: '192.0.2.1' },
      {
        ...{ appId, list: app.suppressions, keys: app.keys, settings: unsubscribe, clock: systemClock },
        ...{
          limits: requestLimits(systemClock),
          onLeft() {},
          onTrouble: ({ message }) => assert.fail(message),
        },
      },
    );
    assert.equal(answer.status, 200);
    assert.deepEqual(await causesOf('ann@example.net'), ['unsubscribe']);
    assert.equal((await settled({ to: 'ann@example.net' })).state, 'suppressed');
    assert.equal(sink.mails.length, 1);
  });

  it('holds whom a mail did not reach, and nobody of whom somebody else says so', async () => {
    const { messageId } = await settled({ to: 'bob@b.example' });
    await deliver(bounceOf('unknown@example.com', 'carl@c.example'));
    await deliver(bounceOf(messageId, 'bob@b.example'));
    await until(async () => (await causesOf('bob@b.example')).length > 0);
    assert.deepEqual(await causesOf('bob@b.example'), ['hard-bounce']);
    assert.deepEqual(await causesOf('carl@c.example'), []);
    assert.equal((await settled({ to: 'bob@b.example' })).state, 'suppressed');
  });

  it('tells a node of a mail that came before it listened, also after a restart', async () => {
    const address = String(app.mailRoom.forwardingAddress);
    await deliver('From: Ann <ann@a.example>\r\nSubject: early\r\n\r\nHello!\r\n', address);
    await app.close();
    await open();
    assert.equal(app.mailRoom.forwardingAddress, address);
    const message = await new Promise<InboundMessage>((resolve) => {
      app.mailRoom.listen('n1', async (one) => resolve(one));
    });
    assert.deepEqual([message.mail.subject, message.redelivered], ['early', false]);
    await until(async () => app.mailRoom.state().waiting === 0);
  });

  it('posts webhooks', async () => {
    const receiver = await httpStub(() => ({ status: 204 }));
    const { host } = new URL(receiver.endpoint);
    const hook = webhookSettings({ url: `http://${host}/hook`, allowedHosts: [host] });
    const results: WebhookResult[] = [];
    const endpoint = await app.webhooks.open(hook, {
      onSettled: (_, result) => results.push(result),
      onTrouble: ({ message }) => assert.fail(message),
      onState() {},
    });
    await endpoint.accept([newWebhook('a', { acceptedAt: Date.now() })]);
    await until(() => results.length > 0);
    assert.deepEqual([results[0]?.status, receiver.requests.length], ['delivered', 1]);
    await receiver.close();
  });

  it('owes a flow the results that it has not had, after a restart too, until they are marked', async () => {
    const id = await send({ to: 'ann@example.net' }, true);
    await until(async () => (await app.find(id))?.state === 'sent');
    await app.close();
    await open();
    const owed = await app.unreported('n1', 10);
    assert.deepEqual(
      owed.map(({ record }) => record.id),
      [id],
    );
    await app.markReported([id]);
    assert.deepEqual(await app.unreported('n1', 10), []);
  });

  it('sends after a restart what waited, and stays paused until somebody resumes', async () => {
    await app.pause();
    const id = await send({ to: 'ann@example.net' }, true);
    await app.close();
    await open();
    await until(() => app.state().paused);
    assert.equal((await app.find(id))?.state, 'queued');
    await app.resume();
    await until(async () => (await app.find(id))?.state === 'sent');
    assert.equal(sink.mails.length, 1);
  });

  it('says who looked into what', async () => {
    await app.messages.noteAccess({ user: 'ann', what: 'message', subject: 'm1' });
    const accesses = await app.messages.accesses(10);
    assert.deepEqual(
      accesses.map(({ user, what, subject }) => [user, what, subject]),
      [['ann', 'message', 'm1']],
    );
  });
});
