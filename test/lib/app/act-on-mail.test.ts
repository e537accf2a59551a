import assert from 'node:assert/strict';
import { actOnMail } from '../../../nodes/lib/app/act-on-mail.ts';
import type { DeliveryNotices } from '../../../nodes/lib/event/delivery-notices.ts';
import type { InboundMessage } from '../../../nodes/lib/inbound/mail-listener.ts';
import type { KnownPart, NewDelivery } from '../../../nodes/lib/outbound/delivery-records.ts';
import {
  type AuthVerdicts,
  type DeliveryReport,
  noVerdicts,
  type ReceivedMail,
} from '../../../nodes/lib/received/received-mail.ts';

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
    const about = known && { emailId: 'mail1', by: 'id' };
    const mail = {
      kind: 'bounce',
      reports: [{ ...hard, ...report }],
      about,
      headers: {},
      ...more,
    } as ReceivedMail;
    const message = { id: 'in1', mail, source: 'smtp', receivedAt: 5000, redelivered: false, file: '' };
    await actOnMail(message as InboundMessage, {
      relay: 'smtp.relay.example',
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
    const { types, events, reports, noted } = await actOn({}, undefined);
    assert.deepEqual([types, reports, noted], [['email.bounced', 'inbound.received'], [], []]);
    assert.deepEqual([events[0]?.code, events[0]?.detail?.matched], [undefined, false]);
  });

  it('tells of a thousand reports on nothing of ours in one event', async () => {
    const reports = Array.from({ length: 1000 }, (_, at) => ({ ...hard, address: `r${at}@b.example` }));
    const { types, events } = await actOn({}, undefined, { reports });
    assert.deepEqual(types, ['email.bounced', 'inbound.received']);
    assert.deepEqual([events[0]?.recipient, events[0]?.detail?.reports], ['r0@b.example', 1000]);
  });

  it('lets what is not proven hide nothing that is', async () => {
    const mails = part('bob@b.example');
    const forged = await actOn({}, mails, { parseError: 'cut off' });
    const real = await actOn({}, mails);
    assert.notEqual(forged.events[0]?.key, real.events[0]?.key);
  });

  const people: readonly [string, string | undefined, string[], string[]][] = [
    ['written otherwise', 'Bob@B.example', ['bob@b.example'], ['bob@b.example']],
    ['that is hidden', undefined, ['bob@b.example'], ['bob@b.example']],
    ['that mail was forwarded to', 'bob@elsewhere.example', ['bob@b.example'], ['bob@b.example']],
    ['that stands there twice', 'BOB@b.example', ['bob@b.example', 'bob@B.example'], ['bob@B.example']],
  ];
  for (const [name, address, recipients, expected] of people)
    it(`finds a recipient ${name}`, async () => {
      assert.deepEqual(whom(await actOn({ address }, part(...recipients))), expected);
    });

  const byServer = (address: string, auth: Partial<AuthVerdicts> = { dmarc: 'pass' }) => ({
    from: { address },
    headers: { from: `Mail Delivery System <${address}>` },
    auth: { ...noVerdicts, ...auth },
  });
  const both = () => part('bob@b.example', 'cc@c.example');
  const tagged = (known: KnownPart): KnownPart => ({ ...known, record: { ...known.record, tagged: true } });
  const tag = { about: { emailId: 'mail1', by: 'tag' } } as const;

  it('believes nobody who had the same mail about another who had it, whatever they know of it', async () => {
    for (const severity of ['hard', 'soft', 'complaint', 'delivered'] as const)
      for (const more of [{}, tag, { ...tag, ...byServer('mailer-daemon@evil.example') }]) {
        const { events, reports, noted } = await actOn({ severity }, both(), more);
        assert.deepEqual([reports, noted, events.length], [[], [], 2]);
        assert.deepEqual([events[0]?.code, events[0]?.detail?.matched], [undefined, false]);
      }
  });

  const forgers: readonly [string, ReturnType<typeof byServer>][] = [
    ['a user of the same provider', byServer('eve@b.example')],
    ['somebody who only writes the name', byServer('mailer-daemon@b.example', {})],
    ['SPF of another server', byServer('mailer-daemon@b.example', { helo: 'evil.example' })],
    [
      'a signature of another domain',
      byServer('mailer-daemon@b.example', { dkim: 'pass', signedBy: ['evil.example'] }),
    ],
    ['a domain that ends alike', byServer('mailer-daemon@notb.example')],
    ['a name that is nobody’s domain', byServer('mailer-daemon@b.example', { signedBy: ['example'] })],
    ['a server below a name that many share', byServer('mailer-daemon@example', { helo: 'evil.example' })],
    ['a name that only looks like it', byServer('mailer-daemon@b.example.evil.example')],
    [
      'two senders',
      { ...byServer('mailer-daemon@b.example'), headers: { from: 'mailer-daemon@b.example, eve@e.example' } },
    ],
  ];
  for (const [name, more] of forgers)
    it(`takes no word on one of several for proof by ${name}`, async () => {
      assert.deepEqual(whom(await actOn({}, both(), more)), []);
    });

  const servers: readonly [string, ReturnType<typeof byServer>][] = [
    ['of the recipient, signed', byServer('MAILER-DAEMON@b.example', { signedBy: ['b.example'] })],
    ['of the recipient, by its name', byServer('mailer-daemon@mx1.b.example', { helo: 'mx1.b.example' })],
    ['of the recipient, by DMARC', byServer('postmaster@b.example')],
    ['of our relay', byServer('mailer-daemon@relay.example')],
    ['of our own', byServer('mailer-daemon@mail.example.com')],
    ['of Google', byServer('mailer-daemon@googlemail.com', { signedBy: ['googlemail.com'] })],
  ];
  for (const [name, more] of servers)
    it(`believes a server ${name}, about one of several that it names`, async () => {
      assert.deepEqual(whom(await actOn({}, both(), more)), ['bob@b.example']);
      assert.deepEqual(whom(await actOn({ address: undefined }, both(), more)), []);
      assert.deepEqual(whom(await actOn({ address: 'x@b.example' }, both(), more)), []);
    });

  it('takes no true bounce of another address for one of the mail whose Message-ID it has', async () => {
    const known = tagged(part('bob@b.example'));
    const server = byServer('mailer-daemon@b.example');
    assert.deepEqual(whom(await actOn({ address: 'no-such-user@b.example' }, known, server)), []);
    assert.deepEqual(whom(await actOn({ address: undefined }, known, server)), []);
    assert.deepEqual(whom(await actOn({}, known, server)), ['bob@b.example']);
  });

  it('takes no original recipient, which whoever sent a mail made up, for the one that a server speaks of', async () => {
    const report = { finalAddress: 'no-such-user@b.example' };
    assert.deepEqual(whom(await actOn(report, both(), byServer('mailer-daemon@b.example'))), []);
    assert.deepEqual(whom(await actOn(report, part('bob@b.example'), tag)), ['bob@b.example']);
  });

  it('takes the Message-ID for proof only where the mail had no return address of its own', async () => {
    const mail = part('bob@b.example');
    assert.deepEqual(whom(await actOn({}, mail)), ['bob@b.example']);
    assert.deepEqual(whom(await actOn({}, tagged(mail))), []);
    assert.deepEqual(whom(await actOn({}, tagged(mail), tag)), ['bob@b.example']);
    assert.deepEqual(whom(await actOn({}, tagged(mail), byServer('postmaster@b.example'))), [
      'bob@b.example',
    ]);
  });

  it('takes a complaint by Message-ID only from a provider', async () => {
    const complaint = { severity: 'complaint', feedbackType: 'abuse' } as const;
    const mail = part('bob@b.example');
    const cases = [
      {},
      byServer('eve@evil.example'),
      byServer('abuse@evil.example'),
      tag,
      byServer('staff@hotmail.com'),
    ];
    const told = [];
    for (const more of cases) told.push(whom(await actOn(complaint, mail, more)).length);
    assert.deepEqual(told, [0, 0, 0, 1, 1]);
  });

  it('suppresses nobody who says that a mail is no spam', async () => {
    const report = { severity: 'complaint', feedbackType: 'not-spam' } as const;
    const { types, reports, noted } = await actOn(report, part('bob@b.example'), tag);
    assert.deepEqual([types, reports, noted], [['email.complained', 'inbound.received'], [], []]);
  });

  it('lets praise that came first hide no complaint, nor a soft bounce a hard one', async () => {
    const key = async (report: Partial<DeliveryReport>) =>
      (await actOn(report, part('bob@b.example'), tag)).events[0]?.key;
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
