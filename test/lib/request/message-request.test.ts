import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { readMessageRequest } from '../../../nodes/lib/request/message-request.ts';
import { messageRequestSchema } from '../../../nodes/lib/request/message-request-schema.ts';
import { readSendRequest } from '../../../nodes/lib/request/send-request.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const now = Date.UTC(2026, 10, 23, 12);
const content = { type: 'html', subject: 'Order {{no}}', text: 'Hi {{name}}', html: '<p>Hi {{name}}</p>' };
const simple = { channel: 'email', from: 'news@example.com', to: [{ email: ['a@example.net'] }], content };
const full = {
  ...simple,
  to: [
    { email: ['a@example.net', 'b@example.net'], substitutions: { name: 'you two' }, correlationId: 'c1' },
    { email: ['c@example.net'] },
  ],
  substitutions: { no: 4711, name: 'you' },
  cc: ['d@example.net'],
  bcc: ['e@example.net'],
  multipleToRecipients: false,
  options: { fromName: 'News', trackClicks: false, trackOpens: false },
  content: {
    ...content,
    replyTo: 'help@example.com',
    attachments: [{ name: 'a.pdf', mimetype: 'application/pdf', content: 'JVBERg==', cid: 'one' }],
  },
  class: 'marketing',
  listTopic: 'offers',
  sendAt: '2026-11-24T00:00:00.000Z',
  validity: 60,
  idempotencyKey: 'k',
  correlationId: 'all',
  callbackData: 'data',
  notifyUrl: 'https://shop.example/receipts',
  notifyUrlAuthId: 'crm',
  requestedReceipts: ['delivered', 'bounced'],
};

/** Marketing needs a link: the footer adds one. */
const settings = {
  ...sampleSettings(
    { baseUrl: 'https://nodered.example.com' },
    {},
    { enabled: true, marketingWithoutLink: 'footer' },
  ),
  templates: [
    { id: 'welcome', partial: false, subject: 'Welcome, {{name}}', html: '<p>Hi</p>{{> foot}}', text: '' },
    { id: 'foot', partial: true, subject: '', html: '<hr>', text: '' },
  ],
};
const { content: _content, ...bare } = simple;

const read = (payload: unknown) =>
  Promise.resolve().then(() =>
    readSendRequest({ ...readMessageRequest(payload), caller: 'crm' }, { settings, now }),
  );

describe('readMessageRequest', () => {
  it('takes a request as an object or as its JSON text', async () => {
    assert.deepEqual(await read(simple), await read(JSON.stringify(simple)));
  });

  it('takes subject and bodies from a template, partials filled in', async () => {
    const request = await read({ ...bare, template: { id: 'welcome' } });
    assert.deepEqual(
      [request.subject, request.html, request.text, request.templated],
      ['Welcome, {{name}}', '<p>Hi</p><hr>', undefined, true],
    );
  });

  it('lets the request replace the subject of a template', async () => {
    const { subject } = await read({ ...bare, template: { id: 'welcome', subject: 'Hello' } });
    assert.equal(subject, 'Hello');
  });

  it('carries everything over', async () => {
    const request = await read(full);
    assert.deepEqual(request.from, { address: 'news@example.com', name: 'News' });
    const to = request.to.map(({ address, values, correlationId }) => [address, values.name, correlationId]);
    assert.deepEqual(to, [
      ['a@example.net', 'you two', 'c1'],
      ['b@example.net', 'you two', 'c1'],
      ['c@example.net', undefined, undefined],
    ]);
    assert.deepEqual([request.cc.length, request.bcc.length, request.copies], [1, 1, 'personal']);
    assert.equal(request.subject, content.subject);
    assert.ok(request.text?.startsWith(content.text) && request.html?.startsWith(content.html));
    assert.deepEqual([request.templated, request.values.no, request.replyTo.length], [true, 4711, 1]);
    const [attachment] = request.attachments;
    assert.deepEqual(
      [attachment?.filename, attachment?.contentType, attachment?.cid],
      ['a.pdf', 'application/pdf', 'one'],
    );
    assert.equal(Buffer.from(attachment?.content ?? []).toString(), '%PDF');
    assert.deepEqual([request.messageClass, request.listTopic], ['marketing', 'offers']);
    assert.equal(request.expireAt, Date.parse(full.sendAt) + 60_000);
    assert.deepEqual(
      [request.idempotency?.key, request.correlationId, request.callbackData],
      ['k', 'all', 'data'],
    );
    assert.deepEqual(request.notify, {
      url: full.notifyUrl,
      authId: 'crm',
      receipts: ['delivered', 'bounced'],
    });
  });

  it('sends one message to all if asked, and text as text even with tags in it', async () => {
    const request = await read({
      ...simple,
      multipleToRecipients: true,
      content: { type: 'text', text: '<b>' },
    });
    assert.deepEqual([request.copies, request.text, request.html], ['together', '<b>', undefined]);
  });

  it('leaves placeholders alone without substitutions', async () => {
    assert.equal((await read(simple)).templated, false);
  });

  const without = (key: keyof typeof simple) => ({ ...simple, [key]: undefined });
  const withContent = (changes: object) => ({ ...simple, content: { ...content, ...changes } });
  const withAttachment = (attachment: object) =>
    withContent({ attachments: [{ name: 'a', content: '' }, attachment] });
  const withOptions = (options: object) => ({ ...simple, options });

  describe('refuses, and names the path in the request', () => {
    const cases: [string, unknown, code: string, field: string][] = [
      ['nothing', undefined, 'bad-request', 'payload'],
      ['a list', [], 'bad-request', 'payload'],
      ['broken JSON', '{"from": "secret', 'bad-request', 'payload'],
      ['a request without channel', without('channel'), 'bad-request', 'channel'],
      ['another channel', { ...simple, channel: 'sms' }, 'bad-request', 'channel'],
      ['no sender', without('from'), 'bad-request', 'from'],
      [
        'a sender that is an object',
        { ...simple, from: { address: 'a@example.com' } },
        'bad-request',
        'from',
      ],
      ['no recipients', { ...simple, to: [] }, 'bad-request', 'to'],
      ['recipients without addresses', { ...simple, to: [{ email: [] }] }, 'bad-request', 'to[0].email'],
      [
        'an address that is a number',
        { ...simple, to: [{ email: ['a@example.net', 1] }] },
        'bad-request',
        'to[0].email[1]',
      ],
      ['text instead of a list', { ...simple, cc: 'a@example.net' }, 'bad-request', 'cc'],
      ['neither content nor template', without('content'), 'bad-request', 'content'],
      ['an unknown field', { ...simple, envelope: {} }, 'bad-request', 'envelope'],
      ['an unknown field with odd letters', { ...simple, 'a\nb': 1 }, 'bad-request', '["a\\nb"]'],
      ['an unknown field further down', withContent({ amp: 'x' }), 'bad-request', 'content.amp'],
      [
        'a poisoned request (T53)',
        JSON.stringify(simple).replace('{', '{"__proto__": {}, '),
        'bad-request',
        '__proto__',
      ],
      ['no type', withContent({ type: undefined }), 'bad-request', 'content.type'],
      ['an unknown type', withContent({ type: 'amp' }), 'bad-request', 'content.type'],
      ['html without HTML', withContent({ html: undefined }), 'bad-request', 'content.html'],
      [
        'text without text',
        withContent({ type: 'text', html: undefined, text: undefined }),
        'bad-request',
        'content.text',
      ],
      ['HTML in a text mail', withContent({ type: 'text' }), 'bad-request', 'content.html'],
      ['a time without offset', { ...simple, sendAt: '2026-11-24T00:00:00' }, 'bad-request', 'sendAt'],
      ['an unknown class', { ...simple, class: 'spam' }, 'bad-request', 'class'],
      ['an unknown template', { ...bare, template: { id: 'hello' } }, 'unknown-template', 'template.id'],
      ['a partial', { ...bare, template: { id: 'foot' } }, 'unknown-template', 'template.id'],
      ['a template and a body', { ...simple, template: { id: 'welcome' } }, 'bad-request', 'content'],
      [
        'a bad subject for a template',
        { ...bare, template: { id: 'welcome', subject: 'a\r\nBcc: x@example.net' } },
        'unsafe-characters',
        'template.subject',
      ],
      [
        'an attachment without name',
        withAttachment({ content: '' }),
        'bad-request',
        'content.attachments[1].name',
      ],
      [
        'an attachment by URL',
        withAttachment({ name: 'a', mediaUrl: 'https://x' }),
        'not-supported',
        'content.attachments[1].mediaUrl',
      ],
      ['a bad notification address', { ...simple, notifyUrl: 'https://x ' }, 'wrong-type', 'notifyUrl'],
      ['an id without it', { ...simple, notifyUrlAuthId: 'x' }, 'not-supported', 'notifyUrlAuthId'],
      [
        'receipts without it',
        { ...simple, requestedReceipts: ['delivered'] },
        'not-supported',
        'requestedReceipts',
      ],
      ['a contact policy', { ...simple, contactPolicy: {} }, 'not-supported', 'contactPolicy'],
      ['short links', withOptions({ shortenLinks: true }), 'not-supported', 'options.shortenLinks'],
      ['a tag', withOptions({ tag1: 'x' }), 'not-supported', 'options.tag1'],
      [
        'an own unsubscribe address',
        withOptions({ listUnsubscribeUrl: 'http://example.com/bye' }),
        'wrong-type',
        'options.listUnsubscribeUrl',
      ],
      [
        'a bad unsubscribe mailbox',
        withOptions({ unsubscribeEmailAddress: 'a@example.com,b@example.com' }),
        'bad-address',
        'options.unsubscribeEmailAddress',
      ],
      [
        'a line break in the unsubscribe subject',
        withOptions({ unsubscribeEmailSubject: 'x\r\nBcc: a@example.net' }),
        'unsafe-characters',
        'options.unsubscribeEmailSubject',
      ],
      ['tracking', withOptions({ trackOpens: true }), 'not-supported', 'options.trackOpens'],
      // and what the door for all messages refuses
      [
        'a bad address',
        { ...full, to: [full.to[0], { email: ['c@example.net', 'nobody'] }] },
        'bad-address',
        'to[1].email[1]',
      ],
      [
        'bad values',
        {
          ...full,
          to: [full.to[0], { email: ['c@example.net'], substitutions: { 'a b': { constructor: 1 } } }],
        },
        'wrong-type',
        'to[1].substitutions["a b"].constructor',
      ],
      ['a foreign sender', { ...full, from: 'a@example.edu' }, 'sender-not-allowed', 'from'],
      ['a bad sender', { ...full, from: 'A <a@example.com>' }, 'bad-address', 'from'],
      [
        'a line break in the sender’s name',
        withOptions({ fromName: 'a\nb' }),
        'unsafe-characters',
        'options.fromName',
      ],
      [
        'a line break in the subject',
        withContent({ subject: 'a\nb' }),
        'unsafe-characters',
        'content.subject',
      ],
      ['a bad reply address', withContent({ replyTo: 'nobody' }), 'bad-address', 'content.replyTo'],
      [
        'a bad file name',
        withAttachment({ name: '../a', content: '' }),
        'bad-attachment',
        'content.attachments[1].name',
      ],
      [
        'a bad type',
        withAttachment({ name: 'a', mimetype: 'pdf', content: '' }),
        'bad-attachment',
        'content.attachments[1].mimetype',
      ],
      [
        'broken base64',
        withAttachment({ name: 'a', content: 'a b' }),
        'bad-attachment',
        'content.attachments[1].content',
      ],
      ['no file', withAttachment({ name: 'a' }), 'bad-attachment', 'content.attachments[1].content'],
      ['an empty body', withContent({ html: '', text: '' }), 'missing-body', 'content.html'],
      [
        'marketing as one message',
        { ...full, multipleToRecipients: true },
        'marketing-needs-copies',
        'multipleToRecipients',
      ],
      ['a bad topic', { ...full, listTopic: 'a b' }, 'wrong-type', 'listTopic'],
      ['two expiries', { ...full, expireAt: '2026-12-24T00:00:00Z' }, 'bad-time', 'validity'],
    ];
    for (const [name, payload, code, field] of cases) {
      it(name, async () => {
        const error = await assertRefused(() => read(payload), code, field);
        assert.doesNotMatch(error.message, /__(why|field|value|expected)__|undefined|\[object|secret/);
      });
    }
  });

  it('answers any JSON with a request or an EmailError', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.constantFrom(...Object.keys(full)), async (value, key) => {
        await read({ ...full, [key]: value }).catch((thrown) =>
          assert(thrown instanceof EmailError, String(thrown)),
        );
      }),
    ));
});

describe('messageRequestSchema', () => {
  it('is what the documentation publishes', async () => {
    const published = await readFile(
      new URL('../../../docs/message-request.schema.json', import.meta.url),
      'utf8',
    );
    assert.equal(published, `${JSON.stringify(messageRequestSchema, null, 2)}\n`);
  });

  it('explains every field', () => {
    const unexplained = (schema: object, path: string): string[] =>
      Object.entries(schema).flatMap(([key, value]) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
        const named = path.endsWith('properties') && !/\b(if|then|else)\b/.test(path);
        const missing = named && !('description' in value) ? [`${path}.${key}`] : [];
        return [...missing, ...unexplained(value, `${path}.${key}`)];
      });
    assert.deepEqual(unexplained(messageRequestSchema, ''), []);
  });
});
