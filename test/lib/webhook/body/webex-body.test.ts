import assert from 'node:assert/strict';
import type { EmailEvent, EventType } from '../../../../nodes/lib/event/event-log.ts';
import { webexBody } from '../../../../nodes/lib/webhook/body/webex-body.ts';

const base: EmailEvent = {
  id: 'app-1-2',
  type: 'email.delivered',
  at: Date.parse('2023-02-06T22:21:04.662Z'),
  app: 'a_6382XXXXXXX2210000',
  emailId: '...',
  recipient: 'destination@domain.tld',
  from: 'promotions@mail.clientdomain.tld',
  correlationId: '...',
  callbackData: '...',
};

function bodyOf(event: Partial<EmailEvent>, timeZone = 'Asia/Kolkata'): string | undefined {
  return webexBody({ kind: 'event', event: { ...base, ...event } }, timeZone);
}

/** Status, code, Description and additionalInfo. */
function wordsOf(type: EventType, code?: string, detail?: EmailEvent['detail']): unknown[] {
  const { deliveryInfo } = JSON.parse(bodyOf({ type, code, detail }) ?? '{}').deliveryInfoNotification;
  const { deliveryStatus, Description, additionalInfo } = deliveryInfo;
  return [deliveryStatus, deliveryInfo.code, Description, additionalInfo];
}

describe('webexBody', () => {
  it('writes a delivery receipt as the reference product does, byte for byte', () => {
    assert.equal(
      bodyOf({}),
      '{"deliveryInfoNotification":{"deliveryInfo":{"deliveryChannel":"email","Description":"Delivered","destinationType":"email","timeStamp":"2023-02-07T03:51:04.662+05:30","code":"7500","deliveryStatus":"Delivered","destination":"destination@domain.tld","additionalInfo":""},"correlationid":"...","callbackData":"...","transid":"...","subtid":""}}',
    );
  });

  for (const [type, event] of [
    ['unsubscribe.added', 'Unsubscribe'],
    ['unsubscribe.removed', 'Subscribe'],
  ] as const) {
    it(`writes ${event} as the reference product does, byte for byte`, () => {
      const at = Date.parse('2023-12-08T18:03:44.823Z');
      const about = {
        recipient: 'customer@domain.tld',
        correlationId: '94671841-...',
        emailId: 'a8169af2-...',
      };
      assert.equal(
        bodyOf({ type, at, ...about, detail: { method: 'one-click' } }),
        `{"channel":"Email","from":"customer@domain.tld","appId":"a_6382XXXXXXX2210000","event":"${event}","senderId":"promotions@mail.clientdomain.tld","correlationId":"94671841-...","ts":"2023-12-08T23:33:44.823+05:30","tid":"a8169af2-..."}`,
      );
    });
  }

  it('keeps all keys where an event has nothing for them', () => {
    const nothing = {
      emailId: undefined,
      correlationId: undefined,
      callbackData: undefined,
      recipient: undefined,
    };
    assert.equal(
      bodyOf(nothing, 'UTC'),
      '{"deliveryInfoNotification":{"deliveryInfo":{"deliveryChannel":"email","Description":"Delivered","destinationType":"email","timeStamp":"2023-02-06T22:21:04.662+00:00","code":"7500","deliveryStatus":"Delivered","destination":"","additionalInfo":""},"correlationid":"","callbackData":"","transid":"","subtid":""}}',
    );
  });

  const looked = { ip: '192.0.2.1', userAgent: 'Mozilla/5.0', link: 'https://example.com/a' };
  const unknown = {
    severity: 'hard',
    status: '5.1.1',
    reason: 'no-such-user',
    diagnostic: 'smtp; 550-5.1.1 gone',
  };
  const invalid = 'Invalid email address';
  for (const [type, code, detail, expected] of [
    ['email.sent', 'sent', {}, ['Submitted', '7501', 'Submitted', '']],
    ['email.delivered', undefined, { response: '250 ok' }, ['Delivered', '7500', 'Delivered', '']],
    ['email.opened', undefined, looked, ['Read', '7502', 'Read', '']],
    [
      'email.clicked',
      undefined,
      looked,
      ['Clicked', '7528', 'https://example.com/a|192.0.2.1', 'Mozilla/5.0'],
    ],
    [
      'email.bounced',
      'bounced',
      unknown,
      ['Bounce', '7520', 'Permanent_NoEmail', '5.1.1|failed|smtp; 550-5.1.1 gone'],
    ],
    ['email.suppressed', 'unsubscribed', {}, ['Failed', '7241', 'unsubscribed : destination@domain.tld', '']],
    ['email.suppressed', 'complained', {}, ['Failed', '7241', 'unsubscribed : destination@domain.tld', '']],
    ['email.suppressed', 'bounced', {}, ['Failed', '7240', 'already bounced : destination@domain.tld', '']],
    ['email.failed', 'bad-address', { reason: 'why' }, ['Failed', '7523', invalid, 'why']],
    ['email.failed', 'non-ascii-local-part', { reason: 'why' }, ['Failed', '7523', invalid, 'why']],
    [
      'email.failed',
      'address-too-long',
      { reason: 'why' },
      ['Failed', '7524', 'Address max length reached', 'why'],
    ],
    [
      'email.failed',
      'ses-sandbox',
      { reason: 'why' },
      ['Not Verified', '7522', 'Email address is not verified', 'why'],
    ],
    [
      'email.failed',
      'ses-unverified',
      { reason: 'why' },
      ['Not Verified', '7522', 'Email address is not verified', 'why'],
    ],
    [
      'email.failed',
      'message-too-large',
      { reason: 'why' },
      ['Failed', '7535', 'Attachment length exceeded', 'why'],
    ],
    [
      'email.failed',
      'missing-substitution',
      { reason: 'why' },
      ['Failed', '7536', 'Template cannot be parsed or fetched', 'why'],
    ],
    [
      'email.failed',
      'auth-failed',
      { reason: 'why' },
      ['Failed', '7553', 'SMTP Authentication Failed', 'why'],
    ],
    ['email.failed', 'connect-failed', { reason: 'why' }, ['Failed', '7554', 'SMTP Failures', 'why']],
    ['email.failed', 'constructor', { reason: 'why' }, ['Failed', '7554', 'SMTP Failures', 'why']],
    ['email.failed', undefined, undefined, ['Failed', '7554', 'SMTP Failures', '']],
    [
      'email.failed',
      'recipient-refused',
      { reason: 'refused: 550 5.1.1 no' },
      ['Bounce', '7520', 'Permanent_NoEmail', 'refused: 550 5.1.1 no'],
    ],
    [
      'email.failed',
      'recipient-refused',
      { reason: 'refused: 550 5.1.10 no' },
      ['Bounce', '7520', 'Permanent_NoEmail', 'refused: 550 5.1.10 no'],
    ],
    [
      'email.failed',
      'recipient-refused',
      { reason: 'refused: 550 5.7.1 no' },
      ['Bounce', '7520', 'Permanent_General', 'refused: 550 5.7.1 no'],
    ],
    ['email.expired', 'expired', { reason: 'why' }, ['Failed', '7554', 'SMTP Failures', 'why']],
    [
      'email.rejected',
      'message-refused',
      { reason: 'Bad content' },
      ['Failed', '7554', 'SMTP Failures', 'Bad content'],
    ],
  ] as const) {
    it(`says ${expected.slice(0, 3).join(' ')} of ${type} ${code ?? ''}`, () => {
      assert.deepEqual(wordsOf(type, code, detail), expected);
    });
  }

  for (const [detail, expected] of [
    [{ bounceType: 'Transient', bounceSubType: 'AttachmentRejected' }, 'Transient_AttachmentRejected'],
    [{ bounceType: 'Permanent', bounceSubType: 'NoEmail', severity: 'policy' }, 'Permanent_NoEmail'],
    [{ bounceType: 'Undetermined', bounceSubType: 'Undetermined', severity: 'soft' }, 'Transient_General'],
    [{ severity: 'hard', reason: 'disabled' }, 'Permanent_General'],
    [{ severity: 'soft', reason: 'mailbox-full' }, 'Transient_MailboxFull'],
    [{ severity: 'policy', reason: 'message-too-large' }, 'Transient_MessageTooLarge'],
    [{ severity: 'policy', reason: 'content-rejected' }, 'Transient_ContentRejected'],
    [{ severity: 'policy', reason: 'sender-rejected' }, 'Transient_General'],
    [{}, 'Transient_General'],
  ] as const) {
    it(`calls the bounce ${JSON.stringify(detail)} ${expected}`, () => {
      assert.equal(wordsOf('email.bounced', 'bounced', detail)[2], expected);
    });
  }

  for (const word of ['abuse', 'auth-failure', 'fraud', 'not-spam', 'other', 'virus']) {
    it(`knows the complaint ${word}`, () => {
      const words = wordsOf('email.complained', 'complained', { feedbackType: word });
      assert.deepEqual(words, ['Complaint', '7521', word, '']);
    });
  }

  it('calls a complaint of no known kind other', () => {
    assert.equal(wordsOf('email.complained', 'complained', { feedbackType: 'opt-out' })[2], 'other');
  });

  for (const type of [
    'email.queued',
    'email.delayed',
    'inbound.received',
    'app.paused',
    'webhook.exhausted',
  ] as const) {
    it(`has no word for ${type}`, () => assert.equal(bodyOf({ type }), undefined));
  }

  for (const method of ['bounce', 'complaint', 'import']) {
    it(`does not call it unsubscribing when the list grew by ${method}`, () => {
      assert.equal(bodyOf({ type: 'unsubscribe.added', detail: { method } }), undefined);
    });
  }

  it('says nothing of a person who was erased', () => {
    const recipient = undefined;
    assert.equal(bodyOf({ type: 'unsubscribe.added', recipient, detail: { method: 'api' } }), undefined);
  });
});

describe('webexBody of a received mail', () => {
  const email = {
    kind: 'reply',
    id: 'mail-1',
    from: { address: 'ann@example.com', name: 'Ann' },
    to: [{ address: 'help@domain.tld' }, { address: 'sales@domain.tld' }],
    replyTo: [{ address: 'ann+answers@example.com' }],
    subject: 'Hello',
    text: 'Hi',
    html: '<p>Hi</p>',
    messageId: 'm1@example.com',
    receivedAt: Date.parse('2023-02-06T22:21:04.662Z'),
    attachments: [{ filename: 'a.txt', contentType: 'text/plain', size: 2, content: Buffer.from('ab') }],
  };
  const order = (message: unknown) => ({ kind: 'other', type: 'x', data: 1, at: 0, message }) as const;

  it('is what the reference product posts of it', () => {
    assert.equal(
      webexBody(order({ email }), 'Asia/Kolkata'),
      '{"to":["help@domain.tld","sales@domain.tld"],"ts":"2023-02-07T03:51:04.662+05:30","textMessage":"Hi","subject":"Hello","event":"MO","from":"ann@example.com","tid":"mail-1","messageId":"m1@example.com","returnPath":"ann+answers@example.com","htmlMessage":"<p>Hi</p>","channel":"email","attachments":[{"content":"YWI=","name":"a.txt","contentType":"text/plain","contentTransferEncoding":"base64"}]}',
    );
  });

  it('has no file whose bytes the flow does not have', () => {
    const attachments = [{ filename: 'a.txt', contentType: 'text/plain', size: 2 }];
    const body = webexBody(order({ email: { ...email, attachments } }), 'UTC') ?? '';
    assert.deepEqual(JSON.parse(body).attachments, []);
  });

  it('is none of a message that holds no received mail', () => {
    for (const message of [undefined, 1, {}, { email: {} }, { email: { status: 'sent', from: 'a@b.c' } }]) {
      assert.equal(webexBody(order(message), 'UTC'), undefined);
    }
  });
});
