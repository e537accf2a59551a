/** A received mail comes in; what it reports of the delivery of other mails goes out, one entry per recipient. */

import { addressKey } from '../mail/address.ts';
import { receivedAddresses } from '../received/received-addresses.ts';
import { allFields } from '../received/received-fields.ts';
import type { DeliveryReport, ParsedMail, ReceivedAttachment } from '../received/received-mail.ts';
import { readDeliveryStatus } from './delivery-status.ts';
import { findReply, findStatus } from './enhanced-status.ts';
import { type FailedRecipient, failedRecipients } from './failed-recipients.ts';
import { isRedacted, readFeedback } from './feedback-report.ts';
import { judgeFailure } from './judge-failure.ts';
import { isDaemon, isFromNobody, isNotice, type Notice, readNotice } from './notice.ts';
import { delayPhrases } from './notice-phrases.ts';
import { oneLine } from './one-line.ts';
import { returnedHeaders, returnedTo } from './returned-mail.ts';

/** Empty for a mail that is neither bounce, delay or success notice nor complaint. Never throws. */
export function readReports(mail: ParsedMail): readonly DeliveryReport[] {
  const [feedback] = partsOf(mail, 'feedback-report');
  if (feedback && isReport(mail)) return readFeedback(feedback.content, returnedTo(returnedHeaders(mail)));
  const loop = complaintOfLoop(mail);
  if (loop) return loop;
  const notice = readNotice(mail);
  const status = partsOf(mail, 'delivery-status');
  const reports = status.length > 0 && isReport(mail) ? readStatus(status, notice) : [];
  if (reports.length > 0)
    return reports.map((report) => withRecipient(report, { mail, alone: reports.length === 1 }));
  return isNotice(mail, notice) ? readWords(mail, notice) : [];
}

/** Some servers write their words into a status part of its own. */
function readStatus(parts: readonly ReceivedAttachment[], { lines }: Notice): readonly DeliveryReport[] {
  const texts = parts.map(({ content }) => Buffer.from(content.subarray(0, 4000)).toString('utf8'));
  const aside = [...texts, ...lines].join(' ');
  const reports: DeliveryReport[] = [];
  for (const { content } of parts)
    if (reports.length < mostReports) reports.push(...readDeliveryStatus(content, aside));
  return reports.slice(0, mostReports);
}

const mostParts = 20;
/** Of all parts together: each becomes an event. */
const mostReports = 1000;

function partsOf({ attachments }: ParsedMail, ending: string): readonly ReceivedAttachment[] {
  const parts = attachments.filter(({ contentType }) => {
    const type = contentType.toLowerCase();
    return type.startsWith('message/') && type.endsWith(ending);
  });
  return parts.slice(0, mostParts);
}

/** A person may attach the status part of a bounce to a mail, too. */
function isReport(mail: ParsedMail): boolean {
  const type = allFields(mail.headers, 'content-type')[0] ?? '';
  if (/^\s*multipart\/report\b/i.test(type)) return true;
  return isDaemon(mail) || isFromNobody(mail);
}

/** The recipient is hidden or no address, as in `x-local; bob`: the returned mail may tell. */
function withRecipient(
  report: DeliveryReport,
  { mail, alone }: { mail: ParsedMail; alone: boolean },
): DeliveryReport {
  if (report.address !== undefined && !isRedacted(report.address)) return report;
  const [only, ...others] = alone ? returnedTo(returnedHeaders(mail)) : [];
  return { ...report, address: others.length === 0 ? only : undefined };
}

/** The Junk Mail Reporting Program of Outlook.com, which does not use ARF. */
function complaintOfLoop(mail: ParsedMail): readonly DeliveryReport[] | undefined {
  const headers = returnedHeaders(mail);
  const field = headers && (allFields(headers, 'x-hmxmroriginalrecipient')[0] ?? '');
  if (!field || !/^staff@(hotmail|outlook|live)\.com$/.test(mail.from?.address ?? '')) return undefined;
  const [recipient] = receivedAddresses(field);
  const address = recipient?.address;
  return [
    { address, severity: 'complaint', status: '', reason: 'unknown', diagnostic: '', feedbackType: 'abuse' },
  ];
}

/** As `FailedRecipient`, but perhaps nobody is named. */
type Said = Partial<Pick<FailedRecipient, 'address'>> & Pick<FailedRecipient, 'words'>;

function readWords(mail: ParsedMail, notice: Notice): readonly DeliveryReport[] {
  const readers = [...mail.to.map(({ address }) => address), ...mail.envelope.to, mail.from?.address ?? ''];
  const named = failedRecipients(notice.lines, new Set(readers.map(addressKey)));
  const isDelay = saysDelay(mail, notice.lines.join(' '));
  return withListed(named, mail, notice).map((recipient) => judgeWords(recipient, isDelay));
}

/** Exim and Gmail list them in a header, which is exact; else those in the text, else those of the returned mail. */
function withListed(named: readonly FailedRecipient[], mail: ParsedMail, notice: Notice): readonly Said[] {
  const listed = receivedAddresses(allFields(mail.headers, 'x-failed-recipients').join(','));
  const all = [notice.lines.join(' ')];
  const wordsOf = (address: string) =>
    named.find((one) => addressKey(one.address) === addressKey(address))?.words ?? all;
  const [only, ...others] =
    listed.length > 0 ? listed.map(({ address }) => ({ address, words: wordsOf(address) })) : named;
  if (only) return others.length > 0 ? [only, ...others] : [{ ...only, words: [...only.words, ...all] }];
  const returned = returnedTo(returnedHeaders(mail));
  return returned.length === 1 ? [{ address: returned[0], words: all }] : [{ words: all }];
}

function saysDelay({ subject }: ParsedMail, words: string): boolean {
  const text = `${subject} ${words}`.toLowerCase();
  return delayPhrases.some((phrase) => text.includes(phrase));
}

/** The first words that give a reason count: a footer below may speak of spam and viruses. */
function judgeWords({ address, words }: Said, isDelay: boolean): DeliveryReport {
  const [status = ''] = words.map(findStatus).filter((found) => found !== '');
  const [reply = ''] = words.map(findReply).filter((found) => found !== '');
  const reports = words.map((text) => ({
    ...judgeFailure({ status, reply, words: text }),
    diagnostic: oneLine(text),
  }));
  const isFinal = (status || reply).startsWith('5');
  const clear = reports.find(({ reason }) => reason !== 'unknown') ?? reports[0];
  const { severity, reason, diagnostic } = clear ?? { severity: 'soft', reason: 'unknown', diagnostic: '' };
  return {
    address,
    severity: isDelay && !isFinal ? 'delayed' : severity,
    status,
    reason,
    diagnostic,
  };
}
