/** A notice of SES about a mail that was sent comes in as JSON; what it says, checked and cut to size, goes out. Pure. */
import { EmailError } from '../kernel/errors.ts';
import { listMember, ownMember, textMember, timeMember } from '../kernel/own-member.ts';
import { readMailbox } from '../mail/address.ts';
import { keyTag } from '../transport/ses-request.ts';

/** `eventType`, or `notificationType` in identity feedback, and the member with its details. */
const members = {
  Send: 'send',
  Delivery: 'delivery',
  Bounce: 'bounce',
  Complaint: 'complaint',
  Reject: 'reject',
  Open: 'open',
  Click: 'click',
  'Rendering Failure': 'failure',
  DeliveryDelay: 'deliveryDelay',
  Subscription: 'subscription',
} as const;

export type SesEventType = keyof typeof members;

export interface SesEvent {
  readonly type: SesEventType;
  /** ms since the epoch: when it happened, or the mail was taken where SES does not say. */
  readonly at: number;
  readonly mail: SesMail;
  /** Whom it is about. */
  readonly people: readonly SesPerson[];
  readonly details: SesDetails;
}

export interface SesMail {
  readonly messageId: string;
  /** When SES took it, ms since the epoch. */
  readonly at: number;
  /** Envelope sender. */
  readonly from?: string;
  /** Our own key of the copy; only where SES knows its tags. */
  readonly key?: string;
}

export interface SesPerson {
  readonly address: string;
  /** RFC 3463; empty if there is none. */
  readonly status: string;
  /** The server's words, one line; may be empty. */
  readonly diagnostic: string;
}

/** What the types tell beside; each is a line of at most 300 characters. */
export interface SesDetails {
  readonly feedbackId?: string;
  readonly kind?: string;
  readonly subKind?: string;
  readonly reason?: string;
  readonly feedbackType?: string;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly link?: string;
  /** Lists of SES's own that somebody left; empty for all of them. Undefined when nobody left. */
  readonly left?: readonly string[];
}

/** SES puts no more into one mail. */
const mostPeople = 50;

/** `now` bounds what SES may say of times. Throws EmailError `bad-notice`. */
export function readSesEvent(notice: unknown, now: number): SesEvent {
  const type = textMember(notice, 'eventType') ?? textMember(notice, 'notificationType') ?? '';
  if (!isKnown(type)) throw badNotice(`it tells of “${type.slice(0, 40)}”, which this version does not know`);
  const given = ownMember(notice, 'mail');
  const mail = readMail(given, now);
  const told = ownMember(notice, members[type]);
  const people = readPeople(type, told, given);
  const at = Math.min(timeMember(told, 'timestamp') ?? mail.at, now);
  return { type, at, mail, people, details: readDetails(type, told) };
}

function isKnown(type: string): type is SesEventType {
  return Object.hasOwn(members, type);
}

export function badNotice(why: string): EmailError {
  return new EmailError('bad-notice', { detail: { why } });
}

function readMail(mail: unknown, now: number): SesMail {
  const messageId = textMember(mail, 'messageId') ?? '';
  if (!/^[!-;=?-~]{1,256}$/.test(messageId)) throw badNotice('it names no mail');
  const [key] = listMember(ownMember(mail, 'tags'), keyTag);
  return {
    messageId,
    at: Math.min(timeMember(mail, 'timestamp') ?? now, now),
    from: readAddress(textMember(mail, 'source')),
    key: typeof key === 'string' && /^[\w-]{1,256}$/.test(key) ? key : undefined,
  };
}

function readPeople(type: SesEventType, told: unknown, mail: unknown): SesPerson[] {
  const lists = {
    Delivery: ['recipients', told],
    Bounce: ['bouncedRecipients', told],
    Complaint: ['complainedRecipients', told],
    DeliveryDelay: ['delayedRecipients', told],
  } as const;
  const [name, holder] = type in lists ? lists[type as keyof typeof lists] : ['destination', mail];
  const list = listMember(holder, name);
  if (list.length > mostPeople) throw badNotice(`it names ${list.length} recipients`);
  return list.flatMap(readPerson);
}

/** An address that is none of the internet's says nothing that could be acted upon. */
function readPerson(given: unknown): SesPerson[] {
  const address = readAddress(typeof given === 'string' ? given : textMember(given, 'emailAddress'));
  if (address === undefined) return [];
  const status = /^[245]\.\d{1,3}\.\d{1,3}$/.exec(textMember(given, 'status') ?? '')?.[0] ?? '';
  return [{ address, status, diagnostic: lineOf(textMember(given, 'diagnosticCode')) ?? '' }];
}

function readAddress(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : readMailbox(text, 'emailAddress').address;
  } catch {
    return undefined;
  }
}

function readDetails(type: SesEventType, told: unknown): SesDetails {
  const line = (name: string) => lineOf(textMember(told, name));
  const byType: Readonly<Partial<Record<SesEventType, SesDetails>>> = {
    Delivery: { reason: line('smtpResponse') },
    Bounce: { kind: line('bounceType'), subKind: line('bounceSubType') },
    Complaint: { subKind: line('complaintSubType'), feedbackType: line('complaintFeedbackType') },
    Reject: { reason: line('reason') },
    'Rendering Failure': { reason: line('errorMessage') },
    DeliveryDelay: { kind: line('delayType') },
    Open: { ip: line('ipAddress'), userAgent: line('userAgent') },
    Subscription: { left: readLeft(told) },
    Click: { ip: line('ipAddress'), userAgent: line('userAgent'), link: textMember(told, 'link') },
  };
  return { feedbackId: line('feedbackId'), ...byType[type] };
}

/** Of the contact lists of SES; whoever comes back there says so here, too. */
function readLeft(told: unknown): readonly string[] | undefined {
  const now = ownMember(told, 'newTopicPreferences');
  if (ownMember(now, 'unsubscribeAll') === true) return [];
  const before = optedOut(ownMember(told, 'oldTopicPreferences'));
  const left = optedOut(now).filter((topic) => !before.includes(topic));
  return left.length > 0 ? left : undefined;
}

function optedOut(preferences: unknown): string[] {
  return listMember(preferences, 'topicSubscriptionStatus').flatMap((one) => {
    const topic = textMember(one, 'topicName') ?? '';
    const isOut = textMember(one, 'subscriptionStatus')?.toLowerCase() === 'optout';
    return isOut && /^[\w.-]{1,64}$/.test(topic) ? [topic] : [];
  });
}

const longestLine = 300;

export function lineOf(text: string | undefined): string | undefined {
  return text?.slice(0, longestLine).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
