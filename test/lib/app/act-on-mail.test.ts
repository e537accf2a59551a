import assert from 'node:assert/strict';
import { actOnMail } from '../../../nodes/lib/app/act-on-mail.ts';
import type { DeliveryNotices } from '../../../nodes/lib/event/delivery-notices.ts';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import type { DeliveryReport, ReceivedMail } from '../../../nodes/lib/inbound/received-mail.ts';
import type { KnownPart, NewDelivery } from '../../../nodes/lib/outbound/delivery-records.ts';

const hard: DeliveryReport = {
  address: 'bob@b.example',
  severity: 'hard',
  status: '5.1.1',
  reason: 'no-such-user',
  diagnostic: '550 no such user',
};
const part = (...recipients: string[]) =>
  ({
    record: {
      id: 'mail1',
      from: { address: 'shop@example.com' },
      to: { address: 'bob@b.example' },
      messageClass: 'marketing',
      correlationId: 'order-7',
    },
    recipients,
    deliveries: [],
  }) as unknown as KnownPart;

describe('actOnMail', () => {
  /** What one report leads to when it is about a mail to these recipients, or about none of ours. */
  async function actOn(
    report: Partial<DeliveryReport>,
    known: KnownPart | undefined,
    more: Partial<ReceivedMail> = {},
  ) {
    const noted: NewDelivery[] = [];
    let told: DeliveryNotices = { events: [], reports: [] };
    const about = known && { emailId: 'mail1' };
    const mail = { kind: 'bounce', reports: [{ ...hard, ...report }], about, ...more } as ReceivedMail;
    const message = { id: 'in1', mail, source: 'smtp', receivedAt: 5000, redelivered: false, file: '' };
    await actOnMail(message as InboundMessage, {
      take: async (notices) => {
        told = notices;
      },
      deliveries: {
        find: async (names) => names.map(() => known),
        note: async (news) => void noted.push(...news),
      },
    });
    return { types: told.events.map(({ type }) => type), ...told, noted };
  }
  const whom = ({ reports }: DeliveryNotices) => reports.map(({ recipient }) => recipient);

  it('takes a report on a mail of ours and its recipient for evidence', async () => {
    const { events, reports, noted, types } = await actOn({}, part('bob@b.example'));
    assert.deepEqual(types, ['email.bounced', 'inbound.received']);
    const [event] = events;
    assert.deepEqual(
      [event?.emailId, event?.recipient, event?.correlationId, event?.class, event?.code, event?.provider],
      ['mail1', 'bob@b.example', 'order-7', 'marketing', 'bounced', 'smtp'],
    );
    assert.deepEqual(reports, [{ recipient: 'bob@b.example', at: 5000, report: hard, emailId: 'mail1' }]);
    assert.deepEqual(noted, [
      { partId: 'mail1', recipient: 'bob@b.example', state: 'bounced', at: 5000, reason: '550 no such user' },
    ]);
  });

  it('takes nothing for evidence that is about no mail of ours', async () => {
    const { types, reports, noted } = await actOn({}, undefined);
    assert.deepEqual([types, reports, noted], [['email.bounced', 'inbound.received'], [], []]);
  });

  const people: readonly [string, string | undefined, string[], string[]][] = [
    ['written otherwise', 'Bob@B.example', ['bob@b.example'], ['bob@b.example']],
    ['that is hidden', undefined, ['bob@b.example'], ['bob@b.example']],
    ['that mail was forwarded to', 'bob@elsewhere.example', ['bob@b.example'], ['bob@b.example']],
    ['of several', 'cc@c.example', ['bob@b.example', 'cc@c.example'], ['cc@c.example']],
    ['that is none of several', 'x@elsewhere.example', ['bob@b.example', 'cc@c.example'], []],
    ['that is hidden, of several', undefined, ['bob@b.example', 'cc@c.example'], []],
  ];
  for (const [name, address, recipients, expected] of people)
    it(`finds a recipient ${name}`, async () => {
      assert.deepEqual(whom(await actOn({ address }, part(...recipients))), expected);
    });

  it('suppresses nobody who says that a mail is no spam', async () => {
    const report = { severity: 'complaint', feedbackType: 'not-spam' } as const;
    const { types, reports, noted } = await actOn(report, part('bob@b.example'));
    assert.deepEqual([types, reports, noted], [['email.complained', 'inbound.received'], [], []]);
  });

  it('lets praise that came first hide no complaint, nor a soft bounce a hard one', async () => {
    const key = async (report: Partial<DeliveryReport>) =>
      (await actOn(report, part('bob@b.example'))).events[0]?.key;
    const praise = await key({ severity: 'complaint', feedbackType: 'not-spam' });
    assert.notEqual(praise, await key({ severity: 'complaint', feedbackType: 'abuse' }));
    assert.notEqual(await key({ severity: 'soft' }), await key({ severity: 'hard' }));
  });

  it('takes a report that could only be read in part for no proof', async () => {
    const more = { parseError: 'the mail is larger than 10 bytes' };
    const { events, reports } = await actOn({}, part('bob@b.example'), more);
    assert.deepEqual([events[0]?.detail?.matched, reports], [false, []]);
  });

  it('gives events the same keys when the mail comes again, and a bounce told by two mails one', async () => {
    const keys = async (severity: DeliveryReport['severity']) =>
      (await actOn({ severity }, part('bob@b.example'))).events.map(({ key }) => key);
    assert.deepEqual(await keys('hard'), ['report mail1 email.bounced hard bob@b.example', 'inbound in1']);
    assert.deepEqual(await keys('delayed'), [
      'report in1 email.delayed delayed bob@b.example',
      'inbound in1',
    ]);
  });
});
