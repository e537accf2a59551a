import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { classifyMail, mentionedIds } from '../../../nodes/lib/inbound/classify-mail.ts';
import { noOwnMails, type OwnMails } from '../../../nodes/lib/inbound/own-mails.ts';
import { readMail } from '../../../nodes/lib/inbound/read-mail.ts';
import type { ReceivedMail } from '../../../nodes/lib/received/received-mail.ts';
import { fixtures, readLabels, sampleOwnMails } from '../../../score/labels.ts';
import { scoreFixtures } from '../../../score/score-fixtures.ts';
import { mailFile } from '../../support/mail-file.ts';

const pieces = [
  'From: MAILER-DAEMON@x.example\n',
  'Subject: Undelivered Mail Returned to Sender\n',
  'Content-Type: multipart/report; boundary=b\n',
  '\n',
  '--b\n',
  '--b--\n',
  'Content-Type: message/delivery-status\n\n',
  'Content-Type: message/feedback-report\n\n',
  'Content-Type: message/rfc822\n\n',
  'Final-Recipient: rfc822; ',
  'a@b.example',
  '<',
  '>',
  '"',
  '(',
  ')',
  ',',
  ';',
  ':',
  '@',
  'Status: 5.1.1\n',
  'Action: failed\n',
  'Diagnostic-Code: smtp; 550 5.1.1 ',
  'Feedback-Type: abuse\n',
  'Received: x\n',
  'Return-Path: <>\n',
  '=?utf-8?B?',
  '?=',
  '\r',
  '\0',
  ' '.repeat(50),
  'X-Failed-Recipients: ',
  'delivered to ',
  'On Mon wrote:\n',
  '> ',
  'Content-Transfer-Encoding: base64\n',
  '__proto__: x\n',
];

const daemon = 'From: MAILER-DAEMON@x.example\nSubject: failure notice\n';
const floods: Readonly<Record<string, readonly [head: string, unit: string]>> = {
  'addresses of a notice': [`${daemon}\n`, '<a@b.example>:\n'],
  'one endless address': [`${daemon}\n`, 'a@a.'],
  'one endless line': [`${daemon}\n`, '550 5.1.1 a-'],
  'a notice of nothing but brackets': [`${daemon}Content-Type: text/html\n\n`, '<<&#'],
  'attributions that never end': ['Subject: x\n\n', 'On a\n'],
  blanks: ['Subject: x\n\n', ' \t'],
  dashes: ['Subject: x\n\n', '-'],
  'quotes and comments of an address': ['From: ', '(("\\'],
  'encoded-words': ['Subject: ', '=?utf-8?Q?'],
  recipients: ['To: ', 'a@b.example,'],
  references: ['References: ', '<a@b> '],
};

async function classify(raw: string, knows: OwnMails = sampleOwnMails, envelope = {}): Promise<ReceivedMail> {
  const file = mailFile(raw);
  const facts = { source: 'smtp', envelope: { to: [], ...envelope }, receivedAt: 0 } as const;
  return classifyMail(await readMail(file, facts), knows);
}

describe('classifyMail', () => {
  for (const [file, label] of readLabels()) {
    it(`tells what ${file} is`, async () => {
      const facts = { source: 'http', envelope: { to: [] }, receivedAt: 0 } as const;
      const mail = classifyMail(await readMail(join(fixtures, file), facts), sampleOwnMails);
      assert.equal(mail.kind, label.kind);
      assert.equal(mail.about?.emailId, label.about);
      const wanted = label.reports ?? [];
      const told = (mail.reports ?? []).map((report, at) => pick(report, Object.keys(wanted[at] ?? {})));
      assert.deepEqual(told, wanted);
      assert.equal(mail.parseError, undefined);
    });
  }

  it('finds dead addresses, and takes no living one for dead', async () => {
    const { precision, recall, hard } = await scoreFixtures();
    assert.ok(hard.right >= 50, 'there are enough of them to tell');
    assert.ok(precision >= 0.99, `precision ${precision}`);
    assert.ok(recall >= 0.95, `recall ${recall}`);
  });

  it('knows a bounce by the return address alone', async () => {
    const raw =
      'From: MAILER-DAEMON@dest.example\nSubject: failure notice\n\nSorry, unable to deliver your message.\n';
    const mail = await classify(raw, sampleOwnMails, { from: '', to: ['bounce+m77@ours.example'] });
    assert.deepEqual([mail.kind, mail.about], ['bounce', { emailId: 'm77', by: 'tag' }]);
  });

  it('knows by its own tag what a report returns, and says where it has no more than the Message-ID', async () => {
    const report = (more: string) =>
      classify(
        `From: fbl@isp.example\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n${more}\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <m1@mail.ours.example>\n\n--b--\n`,
      );
    assert.deepEqual((await report('')).about, { emailId: 'm1', by: 'id' });
    const returned = await report('Original-Mail-From: <bounce+m9@ours.example>\n');
    assert.deepEqual(returned.about, { emailId: 'm9', by: 'tag' });
  });

  it('tells where a mail had been sent on to when it failed', async () => {
    const recipients =
      'Original-Recipient: rfc822; a@b.example\nFinal-Recipient: rfc822; c@d.example\nAction: failed\n\nOriginal-Recipient: rfc822;A@B.example\nFinal-Recipient: rfc822; A@b.example\nAction: failed\n';
    const mail = await classify(
      `Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n${recipients}\n--b--\n`,
    );
    assert.deepEqual(
      mail.reports?.map(({ address, finalAddress }) => [address, finalAddress]),
      [
        ['a@b.example', 'c@d.example'],
        ['A@b.example', undefined],
      ],
    );
  });

  it('takes an address that a forger wrote into a report for nobody’s proof', async () => {
    const file = join(fixtures, 'own/wrong-person-forged-from.eml');
    const facts = { source: 'smtp', envelope: { to: [] }, receivedAt: 0 } as const;
    const mail = classifyMail(await readMail(file, facts), sampleOwnMails);
    assert.deepEqual([mail.kind, mail.about], ['bounce', undefined]);
  });

  it('reads no more than a thousand reports out of one mail, for each becomes an event', async () => {
    const recipient = 'Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n';
    const part = `--b\nContent-Type: message/delivery-status\n\n${recipient.repeat(400)}`;
    const mail = await classify(`Content-Type: multipart/report; boundary=b\n\n${part.repeat(5)}--b--\n`);
    assert.equal(mail.reports?.length, 1000);
  });

  it('asks for the nearest mail of a thread first', async () => {
    const raw = 'Subject: x\nIn-Reply-To: <c@x>\nReferences: <a@x>\n <b@x>\t<c@x>\n\n';
    const facts = { source: 'smtp', envelope: { to: [] }, receivedAt: 0 } as const;
    assert.deepEqual(mentionedIds(await readMail(mailFile(raw), facts)), ['c@x', 'b@x', 'a@x']);
  });

  it('takes a reply to somebody else for a mail', async () => {
    const mail = await classify('Subject: Re: x\nIn-Reply-To: <c@elsewhere.example>\n\nhello');
    assert.equal(mail.kind, 'mail');
  });

  it('gives code and link of a forwarding confirmation, and whose mail it is', async () => {
    const facts = { source: 'smtp', envelope: { to: [] }, receivedAt: 0 } as const;
    const mail = classifyMail(await readMail(join(fixtures, 'own/forward-gmail.eml'), facts), noOwnMails);
    assert.deepEqual(mail.confirmation, {
      code: '123456789',
      link: 'https://mail-settings.google.com/mail/vf-%5BANGjdJ8%5D-abc',
      forwards: 'bob@gmail.example',
    });
  });

  it('believes no forwarding confirmation that fails DMARC', async () => {
    const facts = {
      source: 'smtp',
      envelope: { to: [] },
      receivedAt: 0,
      auth: { spf: 'fail', dkim: 'none', dmarc: 'fail', signedBy: [] },
    } as const;
    const mail = classifyMail(await readMail(join(fixtures, 'own/forward-gmail.eml'), facts), noOwnMails);
    assert.equal(mail.kind, 'mail');
  });

  it('never throws and never takes long, whatever comes', async () => {
    const piece = fc.constantFrom(...pieces);
    const hostile = fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 20 })), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(hostile, async (parts) => {
        const mail = await classify(parts.join(''));
        assert.ok(mail.kind.length > 0);
      }),
      { numRuns: 100 },
    );
  });

  for (const [name, unit] of Object.entries(floods)) {
    it(`takes time linear in ${name}`, async () => {
      const [short, long] = [await timeOf(unit, 200_000), await timeOf(unit, 800_000)];
      assert.ok(long < 4 * short * 4 + 400, `${short} ms, then ${long} ms for four times as much`);
    });
  }
});

function pick(value: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}

async function timeOf([head, unit]: readonly [string, string], length: number): Promise<number> {
  const raw = head + unit.repeat(length / unit.length);
  const file = mailFile(raw);
  const facts = { source: 'smtp', envelope: { from: '', to: [] }, receivedAt: 0 } as const;
  const start = performance.now();
  classifyMail(await readMail(file, facts), noOwnMails);
  return performance.now() - start;
}
