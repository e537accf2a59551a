import assert from 'node:assert/strict';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { MailContent, Values } from '../../../nodes/lib/mail/mail-content.ts';
import type { SesRoute } from '../../../nodes/lib/settings/app-settings.ts';
import { compileMail } from '../../../nodes/lib/template/compile-mail.ts';
import { openSesTransport } from '../../../nodes/lib/transport/ses-transport.ts';
import type { Receipt, SharedCopy, Transport } from '../../../nodes/lib/transport/transport.ts';
import { buildContent } from '../../support/build-content.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { type HttpStub, httpStub, type StubAnswer, type StubRequest } from '../../support/http-stub.ts';

interface Entry {
  readonly Destination: { readonly ToAddresses: readonly string[] };
  readonly ReplacementTags: unknown;
  readonly ReplacementHeaders?: unknown;
  readonly ReplacementEmailContent: {
    readonly ReplacementTemplate: { readonly ReplacementTemplateData: string };
  };
}

/** As SES fills in, and as it refuses what is not given. */
function filledIn(template: string, entry: Entry): string {
  const data = JSON.parse(entry.ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData);
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => {
    assert.ok(name in data, `${name} is missing`);
    return data[name];
  });
}

describe('SendBulkEmail', () => {
  let stub: HttpStub;
  let clock: FakeClock;
  let transport: Transport;

  async function open(
    answer: (request: StubRequest) => StubAnswer = taken,
    given: Partial<SesRoute> = {},
  ): Promise<void> {
    stub = await httpStub(answer);
    clock = fakeClock();
    const keys = { accessKeyId: 'AKID', secretAccessKey: 'x' };
    const aws = { region: 'eu-central-1', keys, endpoint: stub.endpoint };
    transport = openSesTransport({ kind: 'ses', aws, bulk: true, ...given }, { clock, concurrency: 5 });
  }

  afterEach(async () => {
    await transport.close();
    await stub.close();
  });

  function requestAt(index: number) {
    return JSON.parse(stub.requests[index]?.body ?? '{}');
  }

  function entriesOf({ body }: StubRequest): Entry[] {
    return JSON.parse(body).BulkEmailEntries;
  }

  function taken(request: StubRequest): StubAnswer {
    const results = entriesOf(request).map(({ Destination }) => ({
      Status: 'SUCCESS',
      MessageId: `id-${Destination.ToAddresses[0]?.replace(/^.*<|>$/g, '')}`,
    }));
    return { body: { BulkEmailEntryResults: results } };
  }

  type Person = readonly [address: string, values: Values];

  async function copiesOf(changes: Partial<MailContent>, people: readonly Person[]): Promise<SharedCopy[]> {
    const { sharing } = await compileMail(buildContent(changes));
    assert.ok(sharing);
    return people.map(([address, values]) => {
      const own = sharing.own({ to: { address }, values, headers: [] });
      assert.ok(own);
      const envelope = { from: sharing.mail.from.address, to: [address] };
      return { envelope, key: `key-${address.split('@')[0]}`, shared: sharing.mail, own };
    });
  }

  function send(copies: readonly SharedCopy[]): Promise<Receipt[]> {
    return Promise.all(copies.map((copy) => transport.deliverCopy?.(copy) ?? assert.fail()));
  }

  async function outcomes(copies: readonly SharedCopy[]): Promise<string[]> {
    const settled = Promise.allSettled(copies.map((copy) => transport.deliverCopy?.(copy)));
    await clock.advance(5);
    return (await settled).map((one) =>
      one.status === 'fulfilled' ? 'sent' : (one.reason as EmailError).code,
    );
  }

  const people = (count: number): Person[] =>
    Array.from({ length: count }, (_, index) => [`p${index}@example.org`, { name: `P${index}` }]);
  const greeting: Partial<MailContent> = {
    templated: true,
    subject: 'Dear {{name}}',
    text: 'Hello {{name}}!',
  };

  it('is offered only where the app asks for it', async () => {
    await open(taken, { bulk: false });
    assert.equal(transport.deliverCopy, undefined);
  });

  it('sends the copies of a mail in one request, each answered by itself', async () => {
    await open();
    const sending = send(await copiesOf(greeting, people(3)));
    await clock.advance(5);
    const receipts = await sending;
    assert.equal(stub.requests.length, 1);
    assert.equal(stub.requests[0]?.path, '/v2/email/outbound-bulk-emails');
    assert.deepEqual(receipts[1], {
      code: 'sent',
      accepted: ['p1@example.org'],
      refused: [],
      response: 'taken by Amazon SES as id-p1@example.org',
      providerMessageId: 'id-p1@example.org',
      messageId: 'id-p1@example.org@eu-central-1.amazonses.com',
    });
    const { DefaultContent, BulkEmailEntries } = requestAt(0);
    const { Subject, Text } = DefaultContent.Template.TemplateContent;
    assert.deepEqual(
      BulkEmailEntries.map((entry: Entry) => [filledIn(Subject, entry), filledIn(Text, entry)]),
      people(3).map(([, { name }]) => [`Dear ${name}`, `Hello ${name}!`]),
    );
    assert.deepEqual(BulkEmailEntries[2].ReplacementTags, [{ Name: 'email-id', Value: 'key-p2' }]);
  });

  it('waits for others no longer than 5 ms, and not at all for the 51st', async () => {
    await open();
    const sending = send(await copiesOf(greeting, people(51)));
    while (stub.requests.length < 1) await clock.settle();
    assert.equal(requestAt(0).BulkEmailEntries.length, 50);
    await clock.advance(5);
    await sending;
    assert.equal(requestAt(1).BulkEmailEntries.length, 1);
  });

  it('puts mails of several requests together when they are made of the same template', async () => {
    await open();
    const [one] = await copiesOf(greeting, people(1));
    const [two] = await copiesOf(greeting, people(1));
    const [other] = await copiesOf({ ...greeting, text: 'Good bye {{name}}' }, people(1));
    assert.ok(one && two && other);
    const sending = send([one, two, other]);
    await clock.advance(5);
    await sending;
    assert.deepEqual(stub.requests.map((request) => entriesOf(request).length).sort(), [1, 2]);
  });

  it('keeps apart what is tracked differently', async () => {
    await open();
    const [one, two] = await copiesOf(greeting, people(2));
    assert.ok(one && two);
    const sending = send([one, { ...two, tracking: { opens: true } }]);
    await clock.advance(5);
    await sending;
    assert.equal(stub.requests.length, 2);
  });

  it('carries sender, reply address and headers, and those of one copy with it', async () => {
    await open(taken, { configurationSet: 'shop' });
    const content = {
      ...greeting,
      headers: [{ name: 'X-Order', value: '1' }],
      replyTo: [{ address: 'r@example.com' }],
    };
    const [copy] = await copiesOf(content, people(1));
    assert.ok(copy);
    const headers = [{ name: 'List-Unsubscribe', value: '<https://example.com/u/1>' }];
    const own = { ...copy.own, to: { address: 'p@example.org', name: 'Zoë' }, headers };
    const sending = send([{ ...copy, own, envelope: { from: 'bounce@example.com', to: ['p@example.org'] } }]);
    await clock.advance(5);
    await sending;
    const request = requestAt(0);
    const [entry] = request.BulkEmailEntries;
    assert.deepEqual(entry.ReplacementHeaders, [
      { Name: 'List-Unsubscribe', Value: '<https://example.com/u/1>' },
    ]);
    assert.deepEqual(request.DefaultContent.Template.Headers, [{ Name: 'X-Order', Value: '1' }]);
    assert.match(entry.Destination.ToAddresses[0], /^=\?utf-8\?.* <p@example\.org>$/i);
    assert.deepEqual(request.ReplyToAddresses, ['r@example.com']);
    assert.equal(request.FeedbackForwardingEmailAddress, 'bounce@example.com');
    assert.equal(request.ConfigurationSetName, 'shop');
  });

  describe('when SES', () => {
    const statuses: readonly (readonly [string, string])[] = [
      ['MESSAGE_REJECTED', 'message-refused'],
      ['MAIL_FROM_DOMAIN_NOT_VERIFIED', 'ses-mail-from'],
      ['CONFIGURATION_SET_NOT_FOUND', 'ses-set-missing'],
      ['ACCOUNT_SUSPENDED', 'ses-suspended'],
      ['ACCOUNT_THROTTLED', 'throttled'],
      ['ACCOUNT_DAILY_QUOTA_EXCEEDED', 'daily-quota'],
      ['ACCOUNT_SENDING_PAUSED', 'ses-paused'],
      ['CONFIGURATION_SET_SENDING_PAUSED', 'ses-paused'],
      ['INVALID_PARAMETER', 'message-refused'],
      ['INVALID_SENDING_POOL_NAME', 'message-refused'],
      ['TRANSIENT_FAILURE', 'message-delayed'],
      ['FAILED', 'message-delayed'],
      ['NOVELTY', 'message-refused'],
    ];
    for (const [Status, code] of statuses)
      it(`answers ${Status} for one copy, that one fails with ${code}`, async () => {
        await open(() => ({
          body: {
            BulkEmailEntryResults: [
              { Status: 'SUCCESS', MessageId: 'x' },
              { Status, Error: 'words' },
            ],
          },
        }));
        assert.deepEqual(await outcomes(await copiesOf(greeting, people(2))), ['sent', code]);
      });

    for (const count of [1, 3])
      it(`answers for ${count} of two copies, nobody knows whose is whose`, async () => {
        const one = { Status: 'SUCCESS', MessageId: 'x' };
        await open(() => ({ body: { BulkEmailEntryResults: Array(count).fill(one) } }));
        assert.deepEqual(await outcomes(await copiesOf(greeting, people(2))), ['no-answer', 'no-answer']);
      });

    const strange: readonly (readonly [answer: Record<string, unknown>, code: string])[] = [
      [{ Status: 5 }, 'no-answer'],
      [{ Status: { toString: 1 } }, 'no-answer'],
      [{ Status: 'SUCCESS' }, 'no-answer'],
      [{ Status: 'SUCCESS', MessageId: 'x>\r\nBcc: eve@example.net' }, 'no-answer'],
      [{ Status: 'constructor', Error: 'x' }, 'message-refused'],
      [{ Status: '__proto__', Error: 'x' }, 'message-refused'],
      [{ Status: 'FAILED', Error: { toString: 1 } }, 'message-delayed'],
    ];
    for (const [answer, code] of strange)
      it(`answers ${JSON.stringify(answer)} for one copy, no other is sent twice`, async () => {
        await open(() => ({
          body: { BulkEmailEntryResults: [{ Status: 'SUCCESS', MessageId: 'x' }, answer] },
        }));
        assert.deepEqual(await outcomes(await copiesOf(greeting, people(2))), ['sent', code]);
        assert.equal(stub.requests.length, 1);
      });

    it('is not who answers, none is sent twice and all wait', async () => {
      await open(() => ({ status: 302, headers: { location: 'http://portal.example.net/' } }));
      assert.deepEqual(await outcomes(await copiesOf(greeting, people(2))), Array(2).fill('aws-unreachable'));
      assert.equal(stub.requests.length, 1);
    });

    it('gives no answer, all are unknown and none is sent again', async () => {
      await open(() => (response) => response.destroy());
      assert.deepEqual(await outcomes(await copiesOf(greeting, people(2))), ['no-answer', 'no-answer']);
      assert.equal(stub.requests.length, 1);
    });

    it('is asked too much, all wait', async () => {
      const headers = { 'x-amzn-errortype': 'TooManyRequestsException' };
      await open(() => ({ status: 429, headers, body: { message: 'slow' } }));
      assert.deepEqual(await outcomes(await copiesOf(greeting, people(3))), Array(3).fill('throttled'));
      assert.equal(stub.requests.length, 1);
    });

    it('refuses a request because of one copy, the others are sent', async () => {
      const headers = { 'x-amzn-errortype': 'BadRequestException' };
      await open((request) =>
        request.body.includes('p3@')
          ? { status: 400, headers, body: { message: 'bad address' } }
          : taken(request),
      );
      const expected = Array.from({ length: 8 }, (_, index) => (index === 3 ? 'message-refused' : 'sent'));
      assert.deepEqual(await outcomes(await copiesOf(greeting, people(8))), expected);
    });
  });

  describe('what is carried', () => {
    const hostile: readonly (readonly [string, Partial<MailContent>, Values])[] = [
      ['values in HTML', { html: '<p title="{{name}}">{{name}}</p>' }, { name: `<b>"O'Neil" & Co</b>` }],
      ['braces and backslashes beside a name', { text: 'a{ {{name}}} \\{{name}}}' }, { name: 'x' }],
      ['a lone brace before and behind', { text: '{$(name)} $(name)}} \\$(name)' }, { name: 'x' }],
      [
        'sections',
        { text: '{{#items}}- {{title}}\n{{/items}}{{^none}}nothing{{/none}}' },
        { items: [{ title: 'A' }, { title: 'B' }] },
      ],
      ['an empty value', { text: 'Dear {{name}}.' }, { name: '' }],
      ['line ends and quotes', { text: '"{{name}}"\n\ttab' }, { name: 'a"b\\c\nd' }],
    ];
    for (const [what, bodies, values] of hostile)
      it(`is what the mail itself would have: ${what}`, async () => {
        await open();
        const content = buildContent({ templated: true, subject: 'Hi', text: 'x', ...bodies });
        const [copy] = await copiesOf(content, [['p@example.org', values]]);
        assert.ok(copy);
        const sending = send([copy]);
        await clock.advance(5);
        await sending;
        const { TemplateContent } = requestAt(0).DefaultContent.Template;
        const [entry] = requestAt(0).BulkEmailEntries;
        for (const [part, kind] of [
          ['Text', 'text'],
          ['Html', 'html'],
        ] as const) {
          const source = content[kind];
          if (source === undefined) continue;
          const { compileTemplate } = await import('../../../nodes/lib/template/compile-template.ts');
          const whole = (await compileTemplate(source, kind, kind)).render(values);
          assert.equal(filledIn(TemplateContent[part], entry), whole);
          // what Handlebars could take for something else than one of our names
          assert.doesNotMatch(TemplateContent[part].replace(/\{\{[vt]\d+\}\}/g, '|'), /\{\{|[{\\]\||\|\}/);
        }
      });

    const whole: readonly (readonly [string, Partial<MailContent>])[] = [
      [
        'attachments',
        { attachments: [{ filename: 'a', contentType: 'text/plain', content: Buffer.from('a') }] },
      ],
      ['all recipients shown', { visibleTo: [{ address: 'a@example.org' }] }],
      ['a visible Cc', { visibleCc: [{ address: 'a@example.org' }] }],
      ['an answer', { inReplyTo: 'a@b.c', references: ['a@b.c'] }],
      ['literal double braces', { templated: false, text: 'Use {{name}} here' }],
      ['a header beyond ASCII', { headers: [{ name: 'X-Town', value: 'Köln' }] }],
      ['no subject', { subject: '' }],
      ['no body', { text: undefined, html: undefined }],
      ['very long bodies', { templated: false, text: 'x'.repeat(300_000) }],
    ];
    for (const [what, changes] of whole)
      it(`is the whole mail for one with ${what}`, async () => {
        await open();
        assert.equal((await compileMail(buildContent({ text: 'Hi', ...changes }))).sharing, undefined);
      });

    it('is the whole mail for a copy whose values hold double braces or a long header', async () => {
      await open();
      const { sharing } = await compileMail(buildContent(greeting));
      const to = { address: 'p@example.org' };
      const long = [{ name: 'List-Unsubscribe', value: `<https://example.com/${'x'.repeat(900)}>` }];
      assert.equal(sharing?.own({ to, values: { name: '{{v1}}' }, headers: [] }), undefined);
      assert.equal(sharing?.own({ to, values: { name: 'x' }, headers: long }), undefined);
      assert.ok(sharing?.own({ to, values: { name: 'x' }, headers: [] }));
    });
  });
});
