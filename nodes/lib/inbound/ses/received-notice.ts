/** The notice that SES received a mail comes in; where the mail is and what SES found of it go out. Pure. */
import { badNotice } from '../../event/ses-event.ts';
import { listMember, ownMember, textMember, timeMember } from '../../kernel/own-member.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { readMailbox } from '../../mail/address.ts';
import type { AuthResult, Verdict } from '../../received/received-mail.ts';
import type { ReceiptFacts } from '../inbound-queue.ts';

export interface ReceivedNotice {
  readonly facts: ReceiptFacts;
  readonly place:
    | { readonly kind: 'object'; readonly key: string }
    /** Of the SNS action, at most 150 kB. */
    | { readonly kind: 'inline'; readonly raw: Uint8Array }
    /** Nothing to fetch: another action told of the mail, or SES itself of its set-up. */
    | { readonly kind: 'none' };
}

/** Where the receipt rule puts mail; nothing else is ever read. */
export interface MailStorage {
  readonly bucket: string;
  /** Ends with a slash. */
  readonly prefix: string;
}

/** The object by which SES tries the bucket when a rule is made. */
const setupObject = 'AMAZON_SES_SETUP_NOTIFICATION';
/** RFC 5321 §4.5.3.1.8 wants 100; SES takes no more of one mail. */
const mostRecipients = 500;

/** Throws EmailError `bad-notice`. */
export function readReceivedNotice(body: string, storage: MailStorage, now: number): ReceivedNotice {
  const notice = parseJson(body);
  const [mail, receipt] = [ownMember(notice, 'mail'), ownMember(notice, 'receipt')];
  const messageId = textMember(mail, 'messageId') ?? '';
  if (!/^[\w.-]{1,128}$/.test(messageId)) throw badNotice('it names no mail');
  const action = ownMember(receipt, 'action');
  const facts: ReceiptFacts = {
    source: 'ses',
    envelope: { from: readSender(mail), to: readRecipients(receipt) },
    receivedAt: Math.min(timeMember(receipt, 'timestamp') ?? now, now),
    sourceKey: messageId,
    auth: {
      spf: authOf(receipt, 'spfVerdict'),
      dkim: authOf(receipt, 'dkimVerdict'),
      dmarc: authOf(receipt, 'dmarcVerdict'),
      signedBy: [],
    },
    verdicts: { spam: verdictOf(receipt, 'spamVerdict'), virus: verdictOf(receipt, 'virusVerdict') },
  };
  return { facts, place: placeOf(notice, action, { ...storage, messageId }) };
}

function placeOf(
  notice: unknown,
  action: unknown,
  { bucket, prefix, messageId }: MailStorage & { readonly messageId: string },
): ReceivedNotice['place'] {
  const type = textMember(action, 'type');
  const key = textMember(action, 'objectKey') ?? '';
  if (messageId === setupObject || key.endsWith(setupObject)) return { kind: 'none' };
  const content = textMember(notice, 'content');
  if (type === 'SNS' && content !== undefined)
    return { kind: 'inline', raw: Buffer.from(content, encodingOf(action)) };
  if (type !== 'S3') return { kind: 'none' };
  if (textMember(action, 'bucketName') !== bucket)
    throw badNotice('its mail lies in another bucket than that of this app');
  if (key !== `${prefix}${messageId}`)
    throw badNotice('its mail lies in another folder than that of this app');
  return { kind: 'object', key };
}

function encodingOf(action: unknown): 'base64' | 'utf8' {
  return textMember(action, 'encoding')?.toUpperCase() === 'BASE64' ? 'base64' : 'utf8';
}

/** Empty for a bounce. SES has checked it already: what our reader does not take stays as it is. */
function readSender(mail: unknown): string | undefined {
  const source = textMember(mail, 'source');
  if (source === undefined) return undefined;
  return source === '<>' ? '' : source.slice(0, 320);
}

/** Of the envelope; `mail.destination` is what the header says. */
function readRecipients(receipt: unknown): string[] {
  const list = listMember(receipt, 'recipients');
  if (list.length > mostRecipients) throw badNotice(`it names ${list.length} recipients`);
  const addresses = list.flatMap((one) => (typeof one === 'string' ? readAddress(one) : []));
  if (addresses.length === 0) throw badNotice('it does not say for whom the mail is');
  return addresses;
}

function readAddress(text: string): string[] {
  try {
    return [readMailbox(text, 'recipients').address];
  } catch {
    return [];
  }
}

const authWords: Readonly<Record<string, AuthResult>> = {
  PASS: 'pass',
  FAIL: 'fail',
  PROCESSING_FAILED: 'temperror',
};

/** `GRAY`: there is no policy or signature. */
function authOf(receipt: unknown, name: string): AuthResult {
  return authWords[statusOf(receipt, name)] ?? 'none';
}

function verdictOf(receipt: unknown, name: string): Verdict {
  const words: Readonly<Record<string, Verdict>> = { PASS: 'pass', FAIL: 'fail', GRAY: 'gray' };
  return words[statusOf(receipt, name)] ?? 'none';
}

/** One of its own words, in capitals, or nothing: no name of an object's own member. */
function statusOf(receipt: unknown, name: string): string {
  const status = textMember(ownMember(receipt, name), 'status') ?? '';
  return /^[A-Z_]{1,20}$/.test(status) ? status : '';
}
