import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { replyFields } from '../../../nodes/lib/request/reply-fields.ts';
import { readSendRequest } from '../../../nodes/lib/request/send-request.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const settings = sampleSettings();
const mail = {
  kind: 'mail',
  from: { address: 'ann@example.net', name: 'Ann' },
  to: [{ address: 'help@example.com' }, { address: 'other@example.edu' }],
  subject: 'Question',
  messageId: '<q1@example.net>',
  headers: { 'return-path': '<ann@example.net>' } as Record<string, string | string[]>,
};

const answer = (changes: object = {}, fields: object = { payload: 'Thanks' }) =>
  replyFields({ ...mail, ...changes }, fields, settings);

describe('replyFields', () => {
  it('makes an answer that the door lets through', async () => {
    const request = await readSendRequest(answer(), { settings, now: 1_700_000_000_000 });
    assert.deepEqual(
      request.to.map(({ address, name }) => [address, name]),
      [['ann@example.net', 'Ann']],
    );
    assert.deepEqual([request.from.address, request.subject], ['help@example.com', 'Re: Question']);
    assert.deepEqual([request.inReplyTo, request.references], ['q1@example.net', ['q1@example.net']]);
    assert.equal(request.autoSubmitted, 'auto-replied');
  });

  it('reads a header that was repeated a hundred thousand times', () => {
    const started = performance.now();
    const headers = Array.from({ length: 100_000 }, () => ({ name: 'X-Spam', value: 'no' }));
    assert.deepEqual(answer({ headers }).to, [mail.from]);
    assert.ok(performance.now() - started < 2000);
  });

  it('answers where the mail asks to be answered', () => {
    const { to } = answer({ replyTo: [{ address: 'desk@example.net' }] });
    assert.deepEqual(to, [{ address: 'desk@example.net' }]);
    assert.deepEqual(answer({ replyTo: [] }).to, [mail.from]);
  });

  it('sends as the node says, else as the address written to, else as the app', () => {
    assert.equal(answer({}, { from: 'desk@example.com' }).from, 'desk@example.com');
    assert.deepEqual(answer({ to: [], cc: [{ address: 'sales@example.com' }] }).from, {
      address: 'sales@example.com',
    });
    assert.equal(answer({ to: [{ address: 'x@example.edu' }] }).from, undefined);
    assert.equal(answer({ to: 'not an address' }).from, undefined);
  });

  it('does not take over a name that the sender of the mail gave us', () => {
    assert.deepEqual(answer({ to: 'Your Bank <help@example.com>' }).from, { address: 'help@example.com' });
    assert.deepEqual(answer({ to: 'Your Bank <shop@example.com>' }).from, {
      address: 'shop@example.com',
      name: 'Shop',
    });
  });

  const subjects: [string, unknown, unknown, string][] = [
    ['puts Re: before it', 'Question', undefined, 'Re: Question'],
    ['does not double it', 'RE: Question', 'RE: Question', 'RE: Question'],
    ['keeps one the flow changed', 'Question', 'Your ticket', 'Your ticket'],
    ['takes one that is missing', undefined, undefined, 'Re:'],
    ['lets no control character back', 'a\r\nBcc: z@z.com\u202e', undefined, 'Re: a Bcc: z@z.com'],
  ];
  for (const [name, subject, given, expected] of subjects) {
    it(`subject: ${name}`, () => assert.equal(answer({ subject }, { subject: given }).subject, expected));
  }

  describe('thread', () => {
    it('goes on from the references', () => {
      assert.deepEqual(answer({ references: ['<a@x>', '<b@x>'] }).references, [
        '<a@x>',
        '<b@x>',
        '<q1@example.net>',
      ]);
      assert.deepEqual(answer({ references: '<a@x> <b@x>' }).references, [
        '<a@x>',
        '<b@x>',
        '<q1@example.net>',
      ]);
    });

    it('goes on from In-Reply-To when there are none', () => {
      assert.deepEqual(answer({ inReplyTo: 'a@x' }).references, ['<a@x>', '<q1@example.net>']);
    });

    it('keeps the first and the newest of many', () => {
      const references = Array.from({ length: 40 }, (_one, index) => `<${index}@x>`);
      const kept = answer({ references }).references as string[];
      assert.deepEqual(
        [kept.length, kept[0], kept[1], kept.at(-1)],
        [20, '<0@x>', '<22@x>', '<q1@example.net>'],
      );
    });

    it('is left out when the mail has no valid id', () => {
      const { inReplyTo, references } = answer({ messageId: 'a b\r\nc', references: '<a@x>' });
      assert.deepEqual([inReplyTo, references], [undefined, undefined]);
    });
  });

  for (const nothing of [
    undefined,
    null,
    'mail',
    {},
    { kind: 'mail' },
    { id: 'x', from: 'shop@example.com', status: 'sent' },
  ]) {
    it(`finds no mail in ${JSON.stringify(nothing)}`, () =>
      assertRefused(() => replyFields(nothing, {}, settings), 'no-mail-to-answer', 'email'));
  }

  describe('refuses to answer automatically (R37)', () => {
    const headers: [string, Record<string, string | string[]>][] = [
      ['a null return path', { 'return-path': '<>' }],
      ['an automatic mail', { 'auto-submitted': 'auto-generated' }],
      ['an automatic answer', { 'Auto-Submitted': 'Auto-Replied; owner-email="x@y"' }],
      ['a mail that says both', { 'auto-submitted': ['no', 'auto-replied'] }],
      ['bulk mail', { precedence: 'Bulk' }],
      ['list mail', { precedence: 'list' }],
      ['junk', { precedence: 'junk' }],
      ['an old auto-reply', { precedence: 'auto_reply' }],
      ['a mailing list', { 'list-id': '<x.example.net>' }],
      ['a newsletter', { 'List-Unsubscribe': '<https://x>' }],
      ['a mail that wants none', { 'x-auto-response-suppress': 'OOF' }],
      ['our own loop', { 'X-Email-App-Loop': 'abc' }],
    ];
    for (const [name, added] of headers) {
      const list = Object.entries(added).flatMap(([key, value]) =>
        [value].flat().map((one) => ({ name: key, value: one })),
      );
      it(name, () => assertRefused(() => answer({ headers: added }), 'automatic-reply-refused', 'email'));
      it(`${name}, headers as a list`, () =>
        assertRefused(() => answer({ headers: list }), 'automatic-reply-refused', 'email'));
    }

    for (const robot of [
      'MAILER-DAEMON',
      'postmaster',
      'no-reply',
      'NoReply',
      'no_reply',
      'do-not-reply',
      'forwarding-noreply',
      'noreply+4711',
    ]) {
      const address = `${robot}@example.net`;
      it(address, () =>
        assertRefused(() => answer({ from: { address } }), 'automatic-reply-refused', 'email'),
      );
      it(`reply to ${address}`, () =>
        assertRefused(() => answer({ replyTo: address }), 'automatic-reply-refused', 'email'));
    }

    for (const kind of [
      'bounce',
      'complaint',
      'auto-reply',
      'unsubscribe',
      'forwarding-confirmation',
      'loop',
    ]) {
      it(`a mail of the kind ${kind}`, () =>
        assertRefused(() => answer({ kind }), 'automatic-reply-refused', 'email'));
    }

    it('a mail whose headers are unknown', async () => {
      await assertRefused(() => answer({ headers: undefined }), 'automatic-reply-refused', 'email');
      await assertRefused(() => answer({ headers: [7] }), 'automatic-reply-refused', 'email');
    });

    it('a mail that wants its answer at many addresses', () =>
      assertRefused(
        () => answer({ replyTo: 'a@example.net, b@example.net' }),
        'automatic-reply-refused',
        'email',
      ));

    it('a mail of our own', () =>
      assertRefused(
        () => answer({ from: { address: 'HELP@example.com' } }),
        'automatic-reply-refused',
        'email',
      ));
  });

  it('answers any mail with fields or an EmailError', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(mail), 'replyTo', 'cc', 'references'),
        fc.anything(),
        (key, value) => {
          try {
            answer({ [key]: value });
          } catch (thrown) {
            assert(thrown instanceof EmailError, String(thrown));
          }
        },
      ),
    ));

  it('answers a mail that says it is not automatic', () => {
    assert.doesNotThrow(() => answer({ headers: { 'auto-submitted': 'no', precedence: 'first-class' } }));
    assert.doesNotThrow(() => answer({ from: 'noreplyanders@example.net' }));
  });
});
