import assert from 'node:assert/strict';
import { scannerWatch } from '../../../nodes/lib/event/likely-scanner.ts';
import { readSesEvent } from '../../../nodes/lib/event/ses-event.ts';
import { sesEvents } from '../../../nodes/lib/event/ses-events.ts';
import type { DeliveryRecord, KnownPart } from '../../../nodes/lib/outbound/delivery-records.ts';
import type { PartRecord } from '../../../nodes/lib/outbound/outbox.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import {
  bounce,
  click,
  complaint,
  delay,
  delivery,
  open,
  reject,
  renderingFailure,
  send,
  sesEvent,
  sesMessageId,
  subscription,
  takenAt,
} from '../../support/ses-events.ts';

const now = takenAt + 86_400_000;
const record = {
  id: 'mail-1',
  state: 'sent',
  from: { address: 'shop@example.com' },
  messageClass: 'marketing',
  listTopic: 'news',
  correlationId: 'c1',
  callbackData: 'd1',
} as PartRecord;

const known = (...deliveries: DeliveryRecord[]): KnownPart => ({ record, deliveries });
const read = (json: unknown, about?: KnownPart, watch = scannerWatch()) =>
  sesEvents(readSesEvent(json, now), about, watch);
const only = <Item>(items: readonly Item[]): Item => {
  assert.equal(items.length, 1);
  return items[0] as Item;
};

describe('sesEvents', () => {
  it('tells of a delivery with all that is known of the mail', () => {
    const { events, reports, deliveries } = read(delivery(), known());
    assert.deepEqual(only(events), {
      type: 'email.delivered',
      at: takenAt + 5000,
      key: `ses ${sesMessageId} Delivery ann@example.com `,
      emailId: 'mail-1',
      recipient: 'ann@example.com',
      from: 'shop@example.com',
      class: 'marketing',
      listTopic: 'news',
      correlationId: 'c1',
      callbackData: 'd1',
      code: undefined,
      provider: 'ses',
      detail: { response: '250 2.6.0 ok', messageId: sesMessageId },
    });
    assert.equal(only(reports).report.severity, 'delivered');
    const { partId, state, recipient } = only(deliveries);
    assert.deepEqual([partId, state, recipient], ['mail-1', 'delivered', 'ann@example.com']);
  });

  it('says whom the mail’s request wants to be told', () => {
    const notify = { url: 'https://shop.example/' };
    const about: KnownPart = { record: { ...record, notify }, deliveries: [] };
    assert.deepEqual(only(read(delivery(), about).events).notify, notify);
    assert.ok(!('notify' in only(read(delivery(), known()).events)));
  });

  const types: readonly (readonly [string, object, string | undefined])[] = [
    ['Send', send(), 'email.sent'],
    ['Delivery', delivery(), 'email.delivered'],
    ['Bounce', bounce('Permanent', 'NoEmail'), 'email.bounced'],
    ['Complaint', complaint(), 'email.complained'],
    ['Reject', reject(), 'email.rejected'],
    ['Open', open(), 'email.opened'],
    ['Click', click('https://example.com/'), 'email.clicked'],
    ['Rendering Failure', renderingFailure(), 'email.failed'],
    ['DeliveryDelay', delay(), 'email.delayed'],
  ];
  for (const [type, json, expected] of types) {
    it(`knows ${type}, also of a mail that is no longer kept`, () => {
      const event = only(read(json).events);
      const { emailId, recipient, from } = event;
      assert.deepEqual(
        [event.type, emailId, recipient, from],
        [expected, 'mail-1', 'ann@example.com', 'shop@example.com'],
      );
    });
  }

  for (const [type, json] of [
    ['Bounce', bounce('Permanent', 'General', {}, { spelling: 'notificationType' })],
    ['Complaint', complaint({}, ['ann@example.com'], { spelling: 'notificationType' })],
    ['Delivery', delivery(['ann@example.com'], { spelling: 'notificationType' })],
  ] as const) {
    it(`knows ${type} in the spelling of identity feedback, which has no tags`, () => {
      const event = only(read(json).events);
      assert.deepEqual([event.recipient, event.emailId], ['ann@example.com', undefined]);
    });
  }

  it('leaves it to the outbox to tell that a mail of ours was sent', () => {
    const { events, deliveries } = read(send(), known());
    assert.deepEqual([events, only(deliveries).state], [[], 'taken']);
  });

  it('tells of each recipient by itself', () => {
    const people = ['ann@example.com', 'bob@example.com'];
    const { events, reports } = read(delivery(people, { destination: people }), known());
    assert.deepEqual(
      [events, reports].map((list) => list.map(({ recipient }) => recipient)),
      [people, people],
    );
    assert.equal(new Set(events.map(({ key }) => key)).size, 2);
  });

  const bounces: readonly (readonly [string, string, string, string, string])[] = [
    ['Permanent', 'General', '', 'hard', 'unknown'],
    ['Permanent', 'NoEmail', '', 'hard', 'no-such-user'],
    ['Permanent', 'General', '5.1.1', 'hard', 'no-such-user'],
    ['Permanent', 'General', '5.1.2', 'hard', 'no-such-domain'],
    ['Permanent', 'General', '5.4.4', 'hard', 'no-such-domain'],
    ['Permanent', 'General', '5.2.1', 'hard', 'disabled'],
    ['Permanent', 'General', '5.2.2', 'soft', 'mailbox-full'],
    ['Permanent', 'General', '5.7.1', 'policy', 'policy'],
    ['Permanent', 'General', '5.7.26', 'policy', 'sender-rejected'],
    ['Permanent', 'General', '5.7.515', 'policy', 'sender-rejected'],
    ['Permanent', 'General', '5.3.4', 'policy', 'message-too-large'],
    ['Transient', 'General', '', 'soft', 'unknown'],
    ['Transient', 'General', '5.1.1', 'soft', 'no-such-user'],
    ['Transient', 'MailboxFull', '', 'soft', 'mailbox-full'],
    ['Transient', 'MessageTooLarge', '', 'policy', 'message-too-large'],
    ['Transient', 'ContentRejected', '', 'policy', 'content-rejected'],
    ['Transient', 'AttachmentRejected', '', 'policy', 'content-rejected'],
    ['Transient', 'CustomTimeoutExceeded', '', 'soft', 'timed-out'],
    ['Undetermined', 'Undetermined', '', 'soft', 'unknown'],
    ['SomethingNew', 'constructor', '', 'soft', 'unknown'],
  ];
  for (const [kind, subKind, status, severity, reason] of bounces) {
    it(`takes ${kind}/${subKind} ${status} for ${severity}, ${reason}`, () => {
      const { report } = only(read(bounce(kind, subKind, { status })).reports);
      assert.deepEqual([report.severity, report.reason, report.status], [severity, reason, status]);
    });
  }

  for (const subKind of [
    'Suppressed',
    'OnAccountSuppressionList',
    'OnTenantSuppressionList',
    'UnsubscribedRecipient',
  ]) {
    it(`takes ${subKind} for no new evidence`, () => {
      const { events, reports, deliveries } = read(
        bounce('Permanent', subKind, { status: '5.1.1' }),
        known(),
      );
      assert.deepEqual(
        [only(events).type, reports, only(deliveries).state],
        ['email.suppressed', [], 'suppressed'],
      );
    });
  }

  it('takes a complaint about one recipient for evidence, and several names for a guess', () => {
    assert.equal(only(read(complaint()).reports).report.severity, 'complaint');
    const guess = read(complaint({}, ['ann@example.com', 'amy@example.com']), known());
    assert.deepEqual([guess.reports, guess.deliveries], [[], []]);
    assert.deepEqual(
      guess.events.map(({ detail }) => detail?.guess),
      [true, true],
    );
  });

  it('takes neither “this is no spam” nor a held address for a complaint', () => {
    assert.deepEqual(read(complaint({ complaintFeedbackType: 'not-spam' })).reports, []);
    const held = read(complaint({ complaintSubType: 'OnAccountSuppressionList' }));
    assert.deepEqual([only(held.events).type, held.reports], ['email.suppressed', []]);
  });

  const looks: readonly (readonly [string, object, string | undefined])[] = [
    ['a reader', open(600), undefined],
    ['whoever opens within seconds of the delivery', open(8), 'too-soon'],
    ['the proxy of Gmail', open(600, 'Mozilla/5.0 (via ggpht.com GoogleImageProxy)'), 'image-proxy'],
    ['Apple Mail with its privacy protection', open(600, 'Mozilla/5.0'), 'image-proxy'],
    ['a program', click('https://example.com/', 600, 'python-requests/2.32'), 'scanner'],
    ['who clicks within seconds', click('https://example.com/', 9), 'too-soon'],
  ];
  for (const [who, json, scanner] of looks) {
    it(`takes ${who} for ${scanner ?? 'no scanner'}`, () => {
      const delivered = {
        recipient: 'ann@example.com',
        state: 'delivered',
        at: takenAt + 5000,
        reason: '',
      } as const;
      assert.equal(only(read(json, known(delivered)).events).detail?.scanner, scanner);
    });
  }

  it('takes several links at once for a scanner', () => {
    const watch = scannerWatch();
    const signs = [600, 601, 602, 700].map(
      (seconds) =>
        only(read(click(`https://example.com/${seconds}`, seconds), known(), watch).events).detail?.scanner,
    );
    assert.deepEqual(signs, [undefined, undefined, 'burst', undefined]);
  });

  it('tells of an open among many recipients once, and not whose it was', () => {
    const event = only(read(open(600, 'x', { destination: ['ann@example.com', 'bob@example.com'] })).events);
    assert.deepEqual([event.type, event.recipient], ['email.opened', undefined]);
  });

  for (const [link, told] of [
    ['https://shop.example/reset?token=secret#part', 'https://shop.example/reset'],
    [
      'https://nr.example/email-app/app00001/unsubscribe/secret',
      'https://nr.example/email-app/app00001/unsubscribe/',
    ],
    ['not a link', undefined],
  ] as const) {
    it(`shows no secret of a link: ${link}`, () =>
      assert.equal(only(read(click(link)).events).detail?.link, told));
  }

  it('takes whoever left a contact list of SES for somebody who unsubscribed', () => {
    const all = read(subscription({ unsubscribeAll: true }), known());
    const { address, cause, emailId, listTopic } = only(all.leaves);
    assert.deepEqual(
      [address, cause, emailId, listTopic, all.events],
      ['ann@example.com', 'unsubscribe', 'mail-1', undefined, []],
    );
    const out = (topicName: string) => ({ topicName, subscriptionStatus: 'OptOut' });
    const some = { unsubscribeAll: false, topicSubscriptionStatus: [out('news'), out('old')] };
    const before = { unsubscribeAll: false, topicSubscriptionStatus: [out('old')] };
    assert.deepEqual(
      read(subscription(some, before)).leaves.map((one) => one.listTopic),
      ['news'],
    );
    assert.deepEqual(read(subscription({ unsubscribeAll: false })).leaves, []);
  });
});

describe('readSesEvent', () => {
  const refused: readonly unknown[] = [
    undefined,
    null,
    'text',
    [],
    {},
    { eventType: 'Received' },
    { eventType: 'constructor', mail: { messageId: 'x' } },
    { eventType: '__proto__', mail: { messageId: 'x' } },
    { eventType: ['Send'], mail: { messageId: 'x' } },
    { eventType: 'Send' },
    { eventType: 'Send', mail: { messageId: 'a b' } },
    { eventType: 'Send', mail: [] },
    delivery(Array.from({ length: 51 }, (_, index) => `a${index}@example.com`)),
  ];
  for (const [index, json] of refused.entries()) {
    it(`refuses what is none (${index})`, () => assertRefused(() => readSesEvent(json, now), 'bad-notice'));
  }

  it('reads own members only', () => {
    const text = `{"eventType": "Bounce", "__proto__": {"bounce": {}}, "mail": {"messageId": "x", "__proto__": {"destination": ["a@b.example"]}},
      "bounce": {"__proto__": {"bounceType": "Permanent"}, "bouncedRecipients": [{"__proto__": {"emailAddress": "v@example.com"}}]}}`;
    const { people, details, mail } = readSesEvent(JSON.parse(text), now);
    assert.deepEqual([people, details.kind, mail.key], [[], undefined, undefined]);
    assert.equal(Object.getPrototypeOf(details), Object.prototype);
  });

  it('leaves out what is no address, and never repairs one', () => {
    const people = [
      'a@b..example',
      'x@y.example, z@evil.example',
      '',
      7,
      null,
      { emailAddress: {} },
      'ok@example.com',
    ];
    const json = sesEvent('Delivery', 'delivery', { recipients: people });
    assert.deepEqual(
      readSesEvent(json, now).people.map(({ address }) => address),
      ['ok@example.com'],
    );
  });

  it('cuts the words of servers to a line', () => {
    const diagnosticCode = `smtp; 550\r\nBcc: x\u202e ${'y'.repeat(10_000)}`;
    const [person] = readSesEvent(bounce('Permanent', 'General', { diagnosticCode }), now).people;
    assert.equal(person?.diagnostic.length, 299);
    assert.doesNotMatch(person?.diagnostic ?? '', /[\r\n\u202e]/);
  });

  it('believes no time of the future', () => {
    const json = sesEvent('Open', 'open', { timestamp: '2099-01-01T00:00:00Z' });
    assert.equal(readSesEvent(json, now).at, now);
  });
});
