import assert from 'node:assert/strict';
import { type FlowWishes, flowMessage, outputsFor } from '../../../nodes/lib/inbound/flow-message.ts';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import type { MailKind, ReceivedMail } from '../../../nodes/lib/received/received-mail.ts';

const mail: ReceivedMail = {
  ...{ kind: 'mail', subject: 'Order', text: 'Hello', html: '<p>Hello</p>', strippedText: 'Hello' },
  ...{ to: [{ address: 'shop@example.com' }], cc: [], replyTo: [], references: [], size: 100 },
  headers: { subject: 'Order' },
  attachments: [
    { filename: 'a.txt', contentType: 'text/plain', size: 3, content: new Uint8Array([97, 98, 99]) },
  ],
  auth: { spf: 'none', dkim: 'none', dmarc: 'none', signedBy: [] },
  ...{ verdicts: {}, envelope: { to: [] } },
};
const received: InboundMessage = {
  ...{ id: 'm1', mail, source: 'imap', receivedAt: 1, redelivered: false, file: '/spool/m1' },
};
const message = (wishes: Partial<FlowWishes>, raw?: Buffer, changes: Partial<InboundMessage> = {}) =>
  flowMessage(
    { ...received, ...changes },
    { app: 'Shop', content: 'parsed', attachments: true, ...wishes },
    raw,
  );

describe('flowMessage', () => {
  it('holds the mail, where it came from, and its id', () => {
    const { topic, payload, email } = message({});
    assert.deepEqual([topic, payload], ['Order', 'Hello']);
    const { id, app, source, receivedAt, kind, html } = email;
    assert.deepEqual(
      [id, app, source, receivedAt, kind, html],
      ['m1', 'Shop', 'imap', 1, 'mail', '<p>Hello</p>'],
    );
    assert.equal('redelivered' in email, false);
  });

  it('says that the flow may have had it before', () =>
    assert.equal(message({}, undefined, { redelivered: true }).email.redelivered, true));

  it('gives flows nothing that is shared but the bytes of attachments', () => {
    const { email } = message({});
    assert.notEqual(email.to, mail.to);
    assert.notEqual(email.headers, mail.headers);
    const [{ content } = {}] = email.attachments as { content?: Buffer }[];
    assert.ok(Buffer.isBuffer(content));
    assert.equal(content.buffer, mail.attachments[0]?.content.buffer);
  });

  it('is empty text for a mail without text', () =>
    assert.equal(message({}, undefined, { mail: { ...mail, text: undefined } }).payload, ''));

  it('is the raw mail alone, with what its header says', () => {
    const raw = Buffer.from('raw');
    const { payload, email } = message({ content: 'raw' }, raw);
    assert.equal(payload, raw);
    assert.deepEqual(
      [email.subject, email.text, email.html, email.attachments],
      ['Order', undefined, undefined, undefined],
    );
  });
});

describe('outputsFor', () => {
  for (const [kind, output] of [
    ['mail', 0],
    ['reply', 0],
    ['unsubscribe', 0],
    ['bounce', 1],
    ['complaint', 1],
    ['auto-reply', 1],
    ['forwarding-confirmation', 1],
    ['loop', 1],
  ] as [MailKind, number][]) {
    it(`has output ${output + 1} for the kind ${kind}`, () =>
      assert.deepEqual(outputsFor(kind, []), [output]));
  }

  it('has those of the rules instead', () => assert.deepEqual(outputsFor('bounce', [0, 2]), [2, 4]));
});
