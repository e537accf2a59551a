/** A received mail comes in; what it proves about mails of ours is told to the event room and noted with them. */
import type { DeliveryNotices, RecipientNotice } from '../event/delivery-notices.ts';
import type { EventType, NewEvent } from '../event/event-log.ts';
import { mailFacts } from '../event/mail-facts.ts';
import type { InboundMessage } from '../inbound/mail-listener.ts';
import type { DeliveryReport } from '../inbound/received-mail.ts';
import { addressKey } from '../mail/address.ts';
import type { DeliveryRecords, DeliveryState, KnownPart, NewDelivery } from '../outbound/delivery-records.ts';

export interface ActRooms {
  /** Resolves when all of it is on disk. */
  readonly take: (notices: DeliveryNotices) => Promise<void>;
  readonly deliveries: DeliveryRecords;
}

/** The same mail may come again: its events have keys. Events come before what is noted, so that none is left out. */
export async function actOnMail(message: InboundMessage, { take, deliveries }: ActRooms): Promise<void> {
  const { mail } = message;
  const [known] = mail.about ? await deliveries.find([{ key: mail.about.emailId }]) : [];
  const told = (mail.reports ?? []).map((report) => tell(message, report, known));
  await take({
    events: [...told.map(({ event }) => event), received(message)],
    reports: told.flatMap(({ notice }) => notice ?? []),
  });
  const news = told.flatMap(({ delivery }) => delivery ?? []);
  if (news.length > 0) await deliveries.note(news, []);
}

interface Told {
  readonly event: NewEvent;
  readonly notice?: RecipientNotice;
  readonly delivery?: NewDelivery;
}

/** Only what matches a mail of ours, and a recipient of it, is evidence (RFC 3464 has no signature: anybody writes one). */
function tell(message: InboundMessage, report: DeliveryReport, known: KnownPart | undefined): Told {
  const { receivedAt: at, mail } = message;
  const own = known && ownRecipient(report.address, known);
  const recipient = own ?? report.address;
  const { type, state } = meanings[report.severity];
  const { record } = known ?? {};
  const isProof = own !== undefined && mail.parseError === undefined;
  const isPraise = report.feedbackType === 'not-spam';
  const occasion = record && type !== 'email.delayed' ? record.id : message.id;
  const event: NewEvent = {
    type,
    at,
    // what is harmless and told first must not hide what is not
    key: `report ${occasion} ${type} ${isPraise ? 'praise' : report.severity} ${recipient ?? ''}`,
    ...mailFacts(record),
    recipient,
    code: codes[type],
    provider: message.source,
    detail: { ...report, inboundId: message.id, matched: isProof },
  };
  if (!record || own === undefined || !isProof) return { event };
  const delivery = { partId: record.id, recipient: own, state, at, reason: report.diagnostic };
  return isPraise
    ? { event }
    : { event, notice: { recipient: own, at, report, emailId: record.id }, delivery };
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

/** R34: a report may name where the mail was forwarded to, or nobody; of several recipients it must name one. */
function ownRecipient(address: string | undefined, { record, recipients }: KnownPart): string | undefined {
  const all = recipients ?? [record.to.address];
  const named = all.find((one) => address !== undefined && addressKey(one) === addressKey(address));
  return named ?? (all.length === 1 ? all[0] : undefined);
}

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
