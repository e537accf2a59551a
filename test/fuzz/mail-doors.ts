/** Where whole mails and their parts come in. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readDeliveryStatus } from '../../nodes/lib/bounce/delivery-status.ts';
import { readFeedback } from '../../nodes/lib/bounce/feedback-report.ts';
import { classifyMail, mentionedIds } from '../../nodes/lib/inbound/classify-mail.ts';
import { flowMessage } from '../../nodes/lib/inbound/flow-message.ts';
import { readMail } from '../../nodes/lib/inbound/read-mail.ts';
import { safeFilename } from '../../nodes/lib/inbound/safe-filename.ts';
import { strippedHtml, strippedText } from '../../nodes/lib/inbound/stripped-text.ts';
import { decodeWords } from '../../nodes/lib/mail/decode-words.ts';
import { wordsOfHtml } from '../../nodes/lib/mail/html-words.ts';
import { parseMail } from '../../nodes/lib/mail/parse-mail.ts';
import { textFromHtml } from '../../nodes/lib/mail/text-from-html.ts';
import type { DeliveryReport, ParsedMail, ReceivedMail } from '../../nodes/lib/received/received-mail.ts';
import { replyFields } from '../../nodes/lib/request/reply-fields.ts';
import { readSendRequest } from '../../nodes/lib/request/send-request.ts';
import { fixtures, sampleOwnMails } from '../../score/labels.ts';
import { mailFile } from '../support/mail-file.ts';
import { sampleSettings } from '../support/sample-settings.ts';
import { assertOneLine, type Door, unlessRefused } from './door.ts';

const settings = sampleSettings();
const facts = { source: 'smtp', envelope: { from: '', to: ['shop@example.com'] }, receivedAt: 1 } as const;

const reportWords = [
  'Final-Recipient: rfc822; ',
  'Original-Recipient: rfc822;victim@example.net\n',
  'Action: failed\n',
  'Status: 5.1.1\n',
  'Diagnostic-Code: smtp; 550 5.1.1 ',
  'Reporting-MTA: dns; mx.example.net\n',
  'Feedback-Type: abuse\n',
  'Original-Rcpt-To: ',
  'utf-8; ',
  '+40',
  '<ann@example.net>',
];

const mailWords = [
  ...reportWords,
  'From: MAILER-DAEMON@x.example\n',
  'Subject: Undelivered Mail Returned to Sender\n',
  'Return-Path: <>\n',
  'X-Failed-Recipients: ',
  'X-HmXmrOriginalRecipient: ',
  'To: ',
  'Message-ID: <m1@mail.ours.example>\n',
  'Received: x\n',
  'Auto-Submitted: auto-replied\n',
  'Content-Type: multipart/report; boundary=b\n',
  'Content-Type: message/delivery-status\n\n',
  'Content-Type: message/feedback-report\n\n',
  'Content-Type: message/rfc822\n\n',
  'Content-Type: text/html\n\n',
  'Content-Transfer-Encoding: base64\n',
  'Content-Transfer-Encoding: quoted-printable\n',
  'Content-Disposition: attachment; filename="../../x"\n',
  "filename*=utf-8''%2e%2e%2f",
  'charset=utf-16',
  'charset=iso-2022-jp',
  '--b\n',
  '--b--\n',
  'delivered to ',
  '550 5.1.1 ',
  '> ',
  'On Mon wrote:\n',
  '&#64;',
  '<br>',
];

const mail: Door = {
  name: 'mail',
  words: mailWords,
  seeds: () => readdirSync(join(fixtures, 'own')).map((file) => readFileSync(join(fixtures, 'own', file))),
  async check(input) {
    const file = mailFile(input);
    const read = await readMail(file, facts).finally(() => rmSync(file));
    const received = classifyMail(read, sampleOwnMails);
    assertLines(received);
    assertReportsAreOf(received, read);
    mentionedIds(read).forEach(assertOneLine);
    flowMessage(
      { id: 'i', source: 'smtp', receivedAt: 1, mail: received, raw: async () => input } as never,
      {
        content: 'parsed',
      } as never,
    );
    const request = await unlessRefused(() =>
      readSendRequest(replyFields(received, { payload: 'Hi' }, settings), { settings, now: 1 }),
    );
    assert.ok(!request || request.to.length === 1, 'an answer has one reader');
    await parseMail(input).catch((error: unknown) => assert.ok(error instanceof Error));
  },
};

function assertLines({
  subject,
  from,
  to,
  cc,
  replyTo,
  messageId,
  inReplyTo,
  references,
  ...rest
}: ReceivedMail) {
  const people = [...(from ? [from] : []), ...to, ...cc, ...replyTo];
  const lines = [subject, messageId, inReplyTo, ...references];
  for (const line of [...lines, ...people.flatMap(({ address, name }) => [address, name])])
    assertOneLine(line);
  for (const { address } of people) assert.match(address, /^[!-~]+@[!-~]+$/);
  // as they were written, but for where they were folded
  for (const value of Object.values(rest.headers).flat()) assert.doesNotMatch(value, /[\r\n]/);
  for (const { filename } of rest.attachments) assert.equal(safeFilename(filename), filename);
  for (const { diagnostic, status } of rest.reports ?? []) [diagnostic, status].forEach(assertOneLine);
}

/** Whoever is said to have failed must stand somewhere in the mail, at least by name. */
function assertReportsAreOf({ reports = [] }: ReceivedMail, parsed: ParsedMail): void {
  const parts = parsed.attachments.map(({ content }) => Buffer.from(content));
  const texts = [parsed.text, parsed.html, wordsOfHtml(parsed.html ?? ''), parsed.subject].map(String);
  const headers = Object.values(parsed.headers).flat();
  const said = [...texts, ...headers, ...headers.map(decodeWords), ...parts.map(String)];
  assertNamed(reports, [...said, ...parts.map((part) => part.toString('latin1'))].join('\n'));
}

function assertNamed(reports: readonly DeliveryReport[], text: string): void {
  const flat = text.replace(/\+(2B|3D|40)/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const known = `${text}\n${flat}`.toLowerCase().replace(/\s/g, '');
  for (const { address, finalAddress } of reports) {
    for (const one of [address, finalAddress]) {
      if (one === undefined) continue;
      const name = one.slice(0, one.lastIndexOf('@')).toLowerCase();
      assert.ok(known.includes(name), `${one} does not stand in it`);
    }
  }
}

const report: Door = {
  name: 'report',
  words: reportWords,
  check(input) {
    const reports = [...readDeliveryStatus(input, 'user unknown'), ...readFeedback(input, [])];
    assert.ok(reports.length <= 1100);
    assertNamed(reports, `${input.toString('utf8')}\n${input.toString('latin1')}`);
    for (const { address, diagnostic, status } of reports)
      [address, diagnostic, status].forEach(assertOneLine);
  },
};

const html: Door = {
  name: 'html',
  words: [
    '<p>',
    '</p>',
    '<br>',
    '<!--',
    '-->',
    '<script>',
    '<style>',
    '<a href="',
    '&#',
    '&nbsp;',
    '<blockquote>',
    '<table>',
    '<td>',
    'On Mon wrote:\n',
    '-- \n',
    '> ',
  ],
  async check(input) {
    const text = input.toString('utf8');
    const made = await textFromHtml(text);
    assert.ok(made.length <= 20 * text.length + 100, 'a text is not much longer than its HTML');
    for (const one of [wordsOfHtml(text), strippedHtml(text), strippedText(text)]) {
      assert.ok((one ?? '').length <= 2 * text.length + 10);
    }
  },
};

export const mailDoors: readonly Door[] = [mail, report, html];
