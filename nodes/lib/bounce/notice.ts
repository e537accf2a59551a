/** A mail comes in; whether a mail server wrote it to say that another was not delivered goes out, with its words. */

import { wordsOfHtml } from '../mail/html-words.ts';
import { allFields, firstField } from '../received/received-fields.ts';
import type { ParsedMail } from '../received/received-mail.ts';
import { hasCode } from './enhanced-status.ts';
import { copyPhrases, introPhrases, subjectPhrases } from './notice-phrases.ts';

export interface Notice {
  /** The words of the server, line by line, without the returned mail. */
  readonly lines: readonly string[];
  /** The returned mail, if it stands in the text. */
  readonly returned: string;
}

const longestText = 64 * 1024;
const mostLines = 2000;
const longestLine = 1000;

export function readNotice(mail: ParsedMail): Notice {
  const text = (mail.text?.trim() ? mail.text : wordsOfHtml(mail.html ?? '')).slice(0, longestText);
  const lines = text.replaceAll('\r', '').replaceAll('’', "'").split('\n').slice(0, mostLines);
  const end = lines.findIndex((line, at) => startsCopy(line, at));
  const own = (end < 0 ? lines : lines.slice(0, end)).map((line) => line.slice(0, longestLine).trim());
  return { lines: own, returned: end < 0 ? '' : lines.slice(end).join('\n') };
}

/** A header of a mail in the text, or a line that announces it; the first lines are the server's own. */
function startsCopy(line: string, at: number): boolean {
  if (/^\s{0,4}(received: (from|by) |return-path: ?<|dkim-signature: )/i.test(line)) return true;
  const isMark = /[-:=_*.]\s*$/.test(line) || /^\s*[-=_*]{2,}/.test(line);
  return at > 0 && line.length < 120 && isMark && has(copyPhrases, line.toLowerCase());
}

/** Nobody else writes from there. */
const daemons =
  /^(mailer-?daemon|mail-?daemon|mdaemon|maildaemon|mail[-_.]?delivery[-_.]?(sub)?system|postmaster-bounces?|microsoftexchange[0-9a-f]{8,40})$/i;
const daemonName = /mail delivery (sub)?system|mailer[- ]daemon|mail delivery service|delivery subsystem/i;
/** People write from there, too. */
const offices =
  /^(postmaster|mail|mailer|mailadmin|mailmaster|bounces?|administrator|system|no-?reply|noreply|daemon|root|exchange)\b/i;

/**
 * True only if who sent it and what it says agree: a person who writes about failed deliveries, quotes a bounce or
 * forwards one is no mail server.
 */
export function isNotice(mail: ParsedMail, { lines }: Notice): boolean {
  if (isWrittenByHand(mail)) return false;
  if (firstField(mail.headers, 'x-failed-recipients') !== '') return true;
  const says = has(introPhrases, lines.join(' ').toLowerCase());
  const titled = has(subjectPhrases, mail.subject.toLowerCase().replaceAll('’', "'"));
  if (isDaemon(mail)) return says || titled;
  // a parcel service writes in the same words, but of no mailbox
  if (!lines.some(namesFailure)) return false;
  return [says, titled, isFromNobody(mail), isFromOffice(mail)].filter(Boolean).length >= 3;
}

function namesFailure(line: string): boolean {
  return hasCode(line) || /[^\s@<>]{1,64}@[\w-]{1,63}\.[\w.-]{2,200}/.test(line);
}

/** `Re:`, a thread or a mailing list: whatever it says, it is not a server's own notice. */
function isWrittenByHand(mail: ParsedMail): boolean {
  if (/^\s*(re|aw|fwd?|wg|sv|tr|rv)\s*:/i.test(mail.subject)) return true;
  const { headers } = mail;
  if (firstField(headers, 'list-unsubscribe') !== '' || firstField(headers, 'list-id') !== '') return true;
  return /^no\b/i.test(firstField(headers, 'auto-submitted')) && !isDaemon(mail);
}

export function isDaemon({ from }: ParsedMail): boolean {
  if (!from) return false;
  return daemons.test(localPart(from.address)) || daemonName.test(from.name ?? '');
}

function isFromOffice({ from }: ParsedMail): boolean {
  return from !== undefined && offices.test(localPart(from.address));
}

/** The null reverse-path of RFC 5321 §4.5.5, as the source knows it or as the last server wrote it down. */
export function isFromNobody({ envelope, headers, from }: ParsedMail): boolean {
  if (envelope.from === '') return true;
  return !from || allFields(headers, 'return-path').some((path) => /^(<\s*>|)$/.test(path.trim()));
}

function localPart(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}

function has(phrases: readonly string[], text: string): boolean {
  return phrases.some((phrase) => text.includes(phrase));
}
