import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { SendFields } from '../../../nodes/lib/request/send-fields.ts';
import { readSendRequest } from '../../../nodes/lib/request/send-request.ts';
import type { AppSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const now = Date.UTC(2026, 10, 23, 12);
const plain: SendFields = { to: 'ann@example.net', subject: 'Hello', payload: 'Good day' };

function read(fields: SendFields, settings: AppSettings = sampleSettings()) {
  return readSendRequest({ ...plain, ...fields }, { settings, now });
}

/** Values have no prototype, which a strict comparison would see. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('readSendRequest', () => {
  it('fills in what a plain message leaves open', async () => {
    const request = await read({});
    assert.deepEqual(request.from, { address: 'shop@example.com', name: 'Shop' });
    assert.deepEqual(asJson(request.to), [{ address: 'ann@example.net', values: {} }]);
    assert.deepEqual([request.subject, request.text, request.html], ['Hello', 'Good day', undefined]);
    assert.deepEqual(
      [request.messageClass, request.priority, request.copies],
      ['transactional', 'normal', 'personal'],
    );
    assert.deepEqual([request.templated, asJson(request.values), request.headers], [false, {}, []]);
    assert.deepEqual([request.sendAt, request.expireAt], [undefined, undefined]);
  });

  it('leaves tracking to a route that can do it', async () => {
    const overSes = sampleSettings({ route: { kind: 'ses', aws: { region: 'eu-west-1' }, bulk: false } });
    const fields = { ...plain, trackOpens: true, trackClicks: false };
    const { tracking } = await readSendRequest(fields, { settings: overSes, now });
    assert.deepEqual(tracking, { opens: true, clicks: false });
    assert.equal((await read({ trackOpens: false })).tracking, undefined);
  });

  it('takes everything a message can give', async () => {
    const request = await read({
      cc: 'bob@example.net',
      bcc: ['cy@example.net'],
      from: 'News <news@example.com>',
      replyTo: 'help@example.com, desk@example.com',
      inReplyTo: '<one@example.net>',
      references: '<zero@example.net> <one@example.net>',
      priority: 'high',
      payload: 'Good day. $(unsubscribe)',
      messageClass: 'marketing',
      unsubscribeUrl: 'https://example.com/bye?list=1',
      unsubscribeMailto: 'bye@example.com',
      unsubscribeSubject: 'Bye',
      listTopic: 'offers',
      substitutions: { name: 'Ann' },
      headers: { 'X-Order': '4711' },
      sendAt: now + 60_000,
      validity: 60,
      idempotencyKey: 'key',
      correlationId: 4711,
      callbackData: 'two\nlines',
      trackOpens: false,
    });
    assert.deepEqual(request.from, { address: 'news@example.com', name: 'News' });
    assert.deepEqual(asJson(request.cc), [{ address: 'bob@example.net', values: {} }]);
    assert.equal(request.replyTo.length, 2);
    assert.deepEqual(request.unsubscribe, {
      headers: true,
      url: 'https://example.com/bye?list=1',
      mailto: 'bye@example.com',
      subject: 'Bye',
    });
    assert.equal(request.inReplyTo, 'one@example.net');
    assert.deepEqual(request.references, ['zero@example.net', 'one@example.net']);
    assert.deepEqual(
      [request.messageClass, request.listTopic, request.priority],
      ['marketing', 'offers', 'high'],
    );
    assert.deepEqual(request.headers, [{ name: 'X-Order', value: '4711' }]);
    assert.deepEqual([request.sendAt, request.expireAt], [now + 60_000, now + 120_000]);
    assert.deepEqual([request.correlationId, request.callbackData], ['4711', 'two\nlines']);
    assert.equal(request.templated, true);
  });

  describe('refuses, and names the field', () => {
    const cases: [string, SendFields, code: string, field: string][] = [
      ['no recipient', { to: undefined }, 'missing-recipient', 'to'],
      ['an empty list of recipients', { to: [] }, 'missing-recipient', 'to'],
      ['Cc and Bcc without To', { to: '', cc: 'a@example.net' }, 'missing-recipient', 'to'],
      ['a bad address (T3)', { to: 'user@evil.com .example.net' }, 'bad-address', 'to'],
      ['a comment in an address (T3)', { to: 'user@evil.com(c).example.net' }, 'bad-address', 'to'],
      ['a quoted local part (T3)', { to: '"a@evil x"@example.net' }, 'bad-address', 'to'],
      ['a group (T3)', { to: 'team: a@example.net, b@example.net;' }, 'bad-address', 'to'],
      ['addresses between semicolons (T4)', { to: 'a@example.net;z@z.com' }, 'bad-address', 'to'],
      ['a domain that looks like another (T8)', { to: 'user@\u24d4xample.com' }, 'bad-address', 'to'],
      ['an invisible letter in a domain (T8)', { to: 'user@exa\u200bmple.com' }, 'bad-address', 'to'],
      [
        'poisoned values (T53)',
        { substitutions: JSON.parse('{"__proto__": {"a": 1}}') },
        'wrong-type',
        'substitutions.__proto__',
      ],
      [
        'a poisoned attachment (T53)',
        { attachments: JSON.parse('{"__proto__": {"path": "x"}}') },
        'wrong-type',
        'attachments[0].__proto__',
      ],
      ['a bad address in a list', { cc: ['a@example.net', 'a@'] }, 'bad-address', 'cc[1]'],
      [
        'several addresses where one is meant (T4)',
        { to: ['a@example.net,b@example.net'] },
        'bad-address',
        'to[0]',
      ],
      ['a list in a list (T5)', { to: [['a@example.net']] }, 'wrong-type', 'to[0]'],
      ['a number as recipient (T5)', { bcc: 7 }, 'wrong-type', 'bcc'],
      ['an address that is an object (T5)', { to: { address: {} } }, 'wrong-type', 'to.address'],
      [
        'an unknown property of a recipient',
        { to: [{ address: 'a@example.net', adress: 1 }] },
        'wrong-type',
        'to[0].adress',
      ],
      ['an odd property of a recipient', { to: [{ 'a b': 1 }] }, 'wrong-type', 'to[0]["a b"]'],
      [
        'a name inside an address',
        { to: [{ address: 'A <a@example.net>' }] },
        'bad-address',
        'to[0].address',
      ],
      [
        'a line break in a name (T1)',
        { to: [{ address: 'a@example.net', name: 'A\r\nBcc: z@z.com' }] },
        'unsafe-characters',
        'to[0].name',
      ],
      [
        'values that are no record',
        { to: [{ address: 'a@example.net', substitutions: 'x' }] },
        'wrong-type',
        'to[0].substitutions',
      ],
      ['a foreign sender', { from: 'a@example.edu' }, 'sender-not-allowed', 'from'],
      ['a sender below the domain', { from: 'a@sub.example.com' }, 'sender-not-allowed', 'from'],
      ['a bad sender', { from: 'nobody' }, 'bad-address', 'from'],
      ['several senders', { from: ['a@example.com'] }, 'wrong-type', 'from'],
      ['a line break in the subject (T1)', { subject: 'a\nBcc: z@z.com' }, 'unsafe-characters', 'subject'],
      ['a NUL in the subject (T1)', { subject: 'a\0' }, 'unsafe-characters', 'subject'],
      ['several ids in In-Reply-To', { inReplyTo: '<a@b.c> <d@e.f>' }, 'wrong-type', 'inReplyTo'],
      ['an unknown priority', { priority: 1 }, 'wrong-type', 'priority'],
      ['an unknown class', { messageClass: 'spam' }, 'wrong-type', 'messageClass'],
      ['a bad list topic', { listTopic: 'a b' }, 'wrong-type', 'listTopic'],
      ['a long list topic', { listTopic: 'a'.repeat(65) }, 'wrong-type', 'listTopic'],
      [
        'marketing as one message for all',
        { messageClass: 'marketing', copies: 'together' },
        'marketing-needs-copies',
        'copies',
      ],
      [
        'own values in one message for all',
        { copies: 'together', to: [{ address: 'a@example.net', substitutions: { n: 1 } }] },
        'not-supported',
        'to',
      ],
      ['a line break in a key', { idempotencyKey: 'a\nb' }, 'unsafe-characters', 'idempotencyKey'],
      ['long call-back data', { callbackData: 'a'.repeat(2001) }, 'wrong-type', 'callbackData'],
      ['call-back data that is no text', { callbackData: {} }, 'wrong-type', 'callbackData'],
      ['tracking of opens', { trackOpens: true }, 'not-supported', 'trackOpens'],
      ['tracking of clicks', { trackClicks: true }, 'not-supported', 'trackClicks'],
      ['tracking that is neither on nor off', { trackClicks: 'yes' }, 'wrong-type', 'trackClicks'],
      [
        'a line break in a header (T1)',
        { headers: { 'X-A': 'a\r\nBcc: z@z.com' } },
        'unsafe-characters',
        'headers.X-A',
      ],
      [
        'too many headers',
        { headers: Object.fromEntries(Array.from({ length: 51 }, (_one, n) => [`X-${n}`, 'a'])) },
        'wrong-type',
        'headers',
      ],
      ['nothing to send', { payload: '' }, 'missing-body', 'payload'],
      ['an empty body typed in the node', { body: { html: '', text: '' } }, 'missing-body', 'body'],
      ['a body that is a function', { payload: () => 1 }, 'wrong-type', 'payload'],
      ['expiry given twice', { expireAt: now + 1, validity: 1 }, 'bad-time', 'validity'],
    ];
    for (const [name, fields, code, field] of cases) {
      it(name, () => assertRefused(() => read(fields), code, field));
    }
  });

  it('refuses a recipient text with a hidden line (T2)', async () => {
    const error = await assertRefused(
      () => read({ to: 'a@b.com\r\nBcc: z@z.com' }),
      'unsafe-characters',
      'to',
    );
    assert.doesNotMatch(error.message, /[\r\n]/);
  });

  it('asks for a sender when the app has none', async () => {
    await assertRefused(
      () => read({}, sampleSettings({ defaultSender: undefined })),
      'missing-sender',
      'from',
    );
  });

  it('takes further senders and whole further domains', async () => {
    assert.equal(
      (await read({ from: 'Partner@example.net' })).from.address.toLowerCase(),
      'partner@example.net',
    );
    assert.equal((await read({ from: 'any@example.org' })).from.address, 'any@example.org');
  });

  it('lets an app that is one mailbox send as that mailbox alone', async () => {
    const settings = sampleSettings({ domain: undefined, mailbox: 'me@example.com', allowedSenders: [] });
    assert.equal((await read({ from: 'me@example.com' }, settings)).from.address, 'me@example.com');
    await assertRefused(() => read({ from: 'you@example.com' }, settings), 'sender-not-allowed', 'from');
  });

  it('drops an address given twice, in one field or over several', async () => {
    const request = await read({
      to: ['a@example.net', 'A@EXAMPLE.NET', { address: 'b@example.net' }],
      cc: 'a@example.net, c@example.net',
      bcc: ['C@example.net', 'd@example.net'],
    });
    const addresses = [request.to, request.cc, request.bcc].map((list) => list.map(({ address }) => address));
    assert.deepEqual(addresses, [['a@example.net', 'b@example.net'], ['c@example.net'], ['d@example.net']]);
  });

  it('refuses more recipients than the limit before looking at them', async () => {
    const to = Array.from({ length: 100_001 }, () => 'not an address');
    await assertRefused(() => read({ to }), 'too-many-recipients', 'to');
  });

  it('keeps values and correlation ids with their recipient', async () => {
    const to = [{ address: 'a@example.net', name: 'Ann', substitutions: { name: 'Ann' }, correlationId: 7 }];
    const request = await read({ to });
    assert.deepEqual(asJson(request.to), [
      { address: 'a@example.net', name: 'Ann', values: { name: 'Ann' }, correlationId: '7' },
    ]);
    assert.equal(request.templated, true);
  });

  describe('body', () => {
    const cases: [string, SendFields, text: string | undefined, html: string | undefined][] = [
      ['plain text', { payload: 'a < b > c' }, 'a < b > c', undefined],
      ['tags make it HTML', { payload: '<p>Hi</p>' }, undefined, '<p>Hi</p>'],
      ['plaintext beside HTML', { payload: '<p>Hi</p>', plaintext: 'Hi' }, 'Hi', '<p>Hi</p>'],
      ['plaintext instead of text', { payload: 'one', plaintext: 'two' }, 'two', undefined],
      ['tags in what is said to be text', { payload: '<p>', format: 'text' }, '<p>', undefined],
      ['text in what is said to be HTML', { payload: 'Hi', format: 'html' }, undefined, 'Hi'],
      ['a number', { payload: 0 }, '0', undefined],
      ['a boolean', { payload: false }, 'false', undefined],
      ['an object', { payload: { a: [1] } }, '{"a":[1]}', undefined],
      [
        'the node’s own body',
        { body: { html: '<b>x</b>', text: '' }, payload: 'not read' },
        undefined,
        '<b>x</b>',
      ],
    ];
    for (const [name, fields, text, html] of cases) {
      it(name, async () => {
        const request = await read(fields);
        assert.deepEqual([request.text, request.html], [text, html]);
        assert.equal(request.templated, fields.body !== undefined);
      });
    }

    it('takes linear time on a million open tags', async () => {
      const started = performance.now();
      await read({ payload: '<a'.repeat(1_000_000) });
      assert(performance.now() - started < 1000);
    });
  });

  it('never reads what belongs to the library or to a visitor of a web page (T6)', async () => {
    const stray = {
      envelope: { to: 'z@z.com' },
      raw: 'x',
      dkim: {},
      list: {},
      amp: 'x',
      icalEvent: {},
      header: {},
    };
    assert.deepEqual(await read(stray as SendFields), await read({}));
  });

  it('is not misled by inherited or poisoned properties (T53)', async () => {
    const heir = Object.assign(Object.create({ name: 'Inherited' }), { address: 'a@example.net' });
    await assertRefused(() => read({ to: [heir] }), 'wrong-type', 'to[0]');
    const poisoned = JSON.parse('{"address": "a@example.net", "__proto__": {"name": "x"}}');
    await assertRefused(() => read({ to: [poisoned] }), 'wrong-type', 'to[0].__proto__');
  });

  it('takes what a function node makes, whose objects are of another realm', async () => {
    const fields = runInNewContext(`({
      to: [{ address: 'a@example.net', substitutions: { name: 'Ann' } }],
      payload: new Uint8Array([37, 80, 68, 70]),
      sendAt: new Date(${now + 1000}),
      attachments: [{ filename: 'a.bin', content: new Uint8Array([1]) }],
    })`);
    const request = await read(fields);
    assert.equal(request.sendAt, now + 1000);
    assert.deepEqual(
      request.attachments.map(({ filename }) => filename),
      ['attachment.pdf', 'a.bin'],
    );
  });

  it('says what the caller calls the field', async () => {
    const callerPath = (field: string) => `content.${field}`;
    await assertRefused(() => read({ subject: 'a\nb', callerPath }), 'unsafe-characters', 'content.subject');
  });

  it('answers any input with a request or an EmailError', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          to: fc.oneof(fc.constant('a@example.net'), fc.anything()),
          subject: fc.anything(),
          payload: fc.anything(),
          attachments: fc.anything(),
          substitutions: fc.anything(),
          sendAt: fc.anything(),
          priority: fc.anything(),
          correlationId: fc.anything(),
        }),
        async (fields) => {
          await read(fields).catch((thrown) => assert(thrown instanceof EmailError, String(thrown)));
        },
      ),
      { numRuns: 300 },
    ));
});
