/** A mail that was read comes in; what kind it is, and which of our mails it is about, goes out. */
import { readReports } from '../bounce/read-reports.ts';
import { returnedIds, returnPaths } from '../bounce/returned-mail.ts';
import { allFields } from '../received/received-fields.ts';
import type { DeliveryReport, MailKind, ParsedMail, ReceivedMail } from '../received/received-mail.ts';
import { isAutomaticAnswer } from './automatic-answer.ts';
import { readConfirmation } from './forwarding-confirmation.ts';
import type { AboutMail, OwnMails } from './own-mails.ts';
import { asksToLeave } from './unsubscribe-mark.ts';

/** R39 */
const mostHops = 50;

/** Never throws. The first kind that fits counts; a program's mail is never taken for a person's request. */
export function classifyMail(mail: ParsedMail, knows: OwnMails): ReceivedMail {
  if (isLoop(mail, knows)) return { ...mail, kind: 'loop' };
  const reports = readReports(mail);
  const names =
    reports.length > 0 ? reportedNames(mail) : { addresses: sentTo(mail), ids: answeredIds(mail) };
  const about = aboutOf(names, knows);
  if (reports.length > 0) return { ...mail, kind: kindOfReports(reports), reports, about };
  const confirmation = readConfirmation(mail);
  if (confirmation) return { ...mail, kind: 'forwarding-confirmation', confirmation };
  return { ...mail, kind: kindOfLetter(mail, { knows, about }), about };
}

/**
 * The Message-IDs that `OwnMails.ofMessageId` may be asked for, the surest first: of the returned mail of a report,
 * then those the mail answers, the nearest first. For looking them up beforehand.
 */
export function mentionedIds(mail: ParsedMail): readonly string[] {
  return [...new Set([...returnedIds(mail), ...answeredIds(mail)])];
}

function answeredIds({ inReplyTo, references }: ParsedMail): readonly string[] {
  return [inReplyTo, ...references.toReversed()].filter((id) => id !== undefined);
}

function isLoop({ headers }: ParsedMail, knows: OwnMails): boolean {
  if (allFields(headers, 'received').length > mostHops) return true;
  return allFields(headers, 'x-email-app-loop').some((value) => knows.isOwnLoop(value));
}

function kindOfReports(reports: readonly DeliveryReport[]): MailKind {
  return reports.some(({ severity }) => severity === 'complaint') ? 'complaint' : 'bounce';
}

/** How a mail may name the one that it is about. */
interface Names {
  readonly addresses: readonly string[];
  readonly ids: readonly string[];
}

function reportedNames(mail: ParsedMail): Names {
  return { addresses: taggedAddresses(mail), ids: mentionedIds(mail) };
}

function aboutOf({ addresses, ids }: Names, knows: OwnMails): AboutMail | undefined {
  for (const address of addresses) {
    const own = knows.ofReturnAddress(address);
    if (own) return { ...own, by: 'tag' };
  }
  for (const id of ids) {
    const own = knows.ofMessageId(id);
    if (own) return { ...own, by: 'id' };
  }
  return undefined;
}

/** The addresses that `OwnMails.ofReturnAddress` may be asked about. */
export function taggedAddresses(mail: ParsedMail): readonly string[] {
  return [...sentTo(mail), ...returnPaths(mail)];
}

const mostRecipients = 100;

function sentTo({ envelope, to, headers }: ParsedMail): readonly string[] {
  const noted = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'];
  const handedOver = noted
    .flatMap((name) => allFields(headers, name))
    .map((text) => text.replace(/[<>\s]/g, ''));
  return [...envelope.to, ...to.map(({ address }) => address), ...handedOver].slice(0, mostRecipients);
}

function kindOfLetter(mail: ParsedMail, { knows, about }: { knows: OwnMails; about?: AboutMail }): MailKind {
  if (isAutomaticAnswer(mail)) return 'auto-reply';
  if (asksToLeave(mail, knows)) return 'unsubscribe';
  return about ? 'reply' : 'mail';
}
