/** A received mail comes in; what it proves about mails of ours is told to the event room and noted with them. */
import { isByKnownReporter } from '../bounce/known-reporter.ts';
import type { DeliveryNotices, RecipientNotice } from '../event/delivery-notices.ts';
import type { EventType, NewEvent } from '../event/event-log.ts';
import { mailFacts } from '../event/mail-facts.ts';
import type { InboundMessage } from '../inbound/mail-listener.ts';
import { addressKey, domainOf } from '../mail/address.ts';
import type { DeliveryRecords, DeliveryState, KnownPart, NewDelivery } from '../outbound/delivery-records.ts';
import type { DeliveryReport, ReceivedMail } from '../received/received-mail.ts';

export interface ActRooms {
  /** Resolves when all of it is on disk. */
  readonly take: (notices: DeliveryNotices) => Promise<void>;
  readonly deliveries: DeliveryRecords;
  /** Host that takes our mail for sending; its bounces are believed where a proof is asked for. */
  readonly relay?: string;
}

/** The same mail may come again: its events have keys. Events come before what is noted, so that none is left out. */
export async function actOnMail(message: InboundMessage, rooms: ActRooms): Promise<void> {
  const { take, deliveries } = rooms;
  const { about, reports = [] } = message.mail;
  const [known] = about ? await deliveries.find([{ key: about.emailId }]) : [];
  const all = reports.map((report) => sift(message, report, { known, relay: rooms.relay }));
  const told = all.flatMap((one) => (one.proof ? tell(message, one.report, one.proof) : []));
  const unproven = all.filter(({ proof }) => !proof).map(({ report }) => report);
  await take({
    events: [...told.map(({ event }) => event), ...doubt(message, unproven, known), received(message)],
    reports: told.flatMap(({ notice }) => notice ?? []),
  });
  const news = told.flatMap(({ delivery }) => delivery ?? []);
  if (news.length > 0) await deliveries.note(news, []);
}

interface Proof {
  readonly known: KnownPart;
  /** Of that mail. */
  readonly recipient: string;
}

interface Context {
  readonly known: KnownPart | undefined;
  readonly relay: string | undefined;
}

/** Only what matches a mail of ours, and a recipient of it, is evidence (RFC 3464 has no signature: anybody writes one). */
function sift({ mail }: InboundMessage, report: DeliveryReport, { known, relay = '' }: Context) {
  const recipient = known && ownRecipient(report.address, known);
  if (!known || recipient === undefined || mail.parseError !== undefined) return { report };
  const own = [domainOf(known.record.from.address), relay];
  const isProven =
    isSecret(mail, report, known) || (isAbout(recipient, report) && isByKnownReporter(mail, recipient, own));
  return isProven ? { report, proof: { known, recipient } } : { report };
}

/**
 * A stranger can make any server bounce a mail that has the Message-ID of another, to an address that does not exist, and
 * with an original recipient of their choice: only whom the server itself names it speaks of.
 */
function isAbout(recipient: string, { address, finalAddress, severity }: DeliveryReport): boolean {
  if (address === undefined) return severity === 'complaint';
  return finalAddress === undefined && addressKey(address) === addressKey(recipient);
}

/**
 * Whether it shows what only the recipient's side has: the tag of the return address, or where the mail had none, its
 * Message-ID. Those who had the same copy have both, too. A complaint comes to an address that is no secret at all.
 */
function isSecret({ about }: ReceivedMail, { severity }: DeliveryReport, known: KnownPart): boolean {
  if (recipientsOf(known).length > 1) return false;
  return about?.by === 'tag' || (severity !== 'complaint' && known.record.tagged !== true);
}

/** R34: a report may name where the mail was forwarded to, or nobody; of several recipients it must name one. */
function ownRecipient(address: string | undefined, known: KnownPart): string | undefined {
  const all = recipientsOf(known);
  const named = all.find((one) => address !== undefined && addressKey(one) === addressKey(address));
  return named ?? (all.length === 1 ? all[0] : undefined);
}

function recipientsOf({ record, recipients = [record.to.address] }: KnownPart): readonly string[] {
  return [...new Map(recipients.map((one) => [addressKey(one), one])).values()];
}

interface Told {
  readonly event: NewEvent;
  readonly notice?: RecipientNotice;
  readonly delivery?: NewDelivery;
}

function tell(message: InboundMessage, report: DeliveryReport, { known, recipient }: Proof): Told {
  const { receivedAt: at } = message;
  const { id: emailId } = known.record;
  const { type, state } = meanings[report.severity];
  const isPraise = report.feedbackType === 'not-spam';
  const occasion = type === 'email.delayed' ? message.id : emailId;
  const event: NewEvent = {
    ...eventOf(message, report, known),
    // what is harmless and told first must not hide what is not
    key: `report ${occasion} ${type} ${isPraise ? 'praise' : report.severity} ${recipient}`,
    recipient,
    code: codes[type],
    detail: { ...report, inboundId: message.id, matched: true },
  };
  if (isPraise) return { event };
  const delivery = { partId: emailId, recipient, state, at, reason: report.diagnostic };
  return { event, notice: { recipient, at, report, emailId }, delivery };
}

/** Of all that a mail says without proof one event, which is no key to hide a proven one by, and has no code to act on. */
function doubt(
  message: InboundMessage,
  [first, ...others]: readonly DeliveryReport[],
  known: KnownPart | undefined,
): NewEvent[] {
  if (!first) return [];
  const reports = others.length > 0 ? { reports: others.length + 1 } : {};
  const detail = { ...first, ...reports, inboundId: message.id, matched: false };
  return [
    { ...eventOf(message, first, known), key: `doubt ${message.id}`, recipient: first.address, detail },
  ];
}

function eventOf(
  { receivedAt: at, source: provider }: InboundMessage,
  { severity }: DeliveryReport,
  known: KnownPart | undefined,
): NewEvent {
  return { type: meanings[severity].type, at, ...mailFacts(known?.record), provider };
}

const meanings: Readonly<Record<DeliveryReport['severity'], { type: EventType; state: DeliveryState }>> = {
  hard: { type: 'email.bounced', state: 'bounced' },
  soft: { type: 'email.bounced', state: 'bounced' },
  policy: { type: 'email.bounced', state: 'bounced' },
  delayed: { type: 'email.delayed', state: 'delayed' },
  delivered: { type: 'email.delivered', state: 'delivered' },
  complaint: { type: 'email.complained', state: 'complained' },
};

const codes: Partial<Record<EventType, string>> = {
  'email.bounced': 'bounced',
  'email.complained': 'complained',
  'email.delayed': 'recipient-delayed',
};

function received({ id, source, receivedAt, mail }: InboundMessage): NewEvent {
  const { kind, about, from, parseError } = mail;
  return {
    type: 'inbound.received',
    at: receivedAt,
    key: `inbound ${id}`,
    from: from?.address,
    emailId: about?.emailId,
    correlationId: about?.correlationId,
    provider: source,
    detail: { id, kind, ...(parseError !== undefined && { parseError }) },
  };
}
