/** What SES said of a mail comes in; events, recipient by recipient, reports and records of them go out. */

import type { ErrorCode } from '../kernel/error-sentences.ts';
import type { DeliveryRecord, DeliveryState, KnownPart, NewDelivery } from '../outbound/delivery-records.ts';
import type { DeliveryReport } from '../received/received-mail.ts';
import type { NewSuppression } from '../suppression/suppression-list.ts';
import { readUnsubscribePath } from '../unsubscribe/unsubscribe-url.ts';
import type { RecipientNotice } from './delivery-notices.ts';
import type { EventType, NewEvent } from './event-log.ts';
import type { ScannerWatch } from './likely-scanner.ts';
import { mailFacts } from './mail-facts.ts';
import { isHeldBySes, judgeBounce, judgeDelay } from './ses-bounce.ts';
import type { SesEvent, SesPerson } from './ses-event.ts';

export interface Told {
  readonly events: readonly NewEvent[];
  readonly reports: readonly RecipientNotice[];
  readonly deliveries: readonly NewDelivery[];
  readonly leaves: readonly NewSuppression[];
}

interface Meaning {
  readonly type: EventType;
  readonly code?: ErrorCode;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What is kept with the mail. */
  readonly state?: DeliveryState;
  /** Only if it is new evidence. */
  readonly report?: DeliveryReport;
}

/** `known`: the copy of ours that it is about, if there is one. */
export function sesEvents(event: SesEvent, known: KnownPart | undefined, isScanner: ScannerWatch): Told {
  if (event.type === 'Subscription') return { ...nothing, leaves: leavesIn(event, known) };
  const told = peopleOf(event).map((person) => ({
    person,
    meaning: meaningOf(event, person, known, isScanner),
  }));
  const emailId = known?.record.id ?? event.mail.key;
  return {
    ...nothing,
    events: told.flatMap(({ person, meaning }) => eventFor(event, person, meaning, known)),
    reports: told.flatMap(({ person, meaning: { report } }) =>
      report && person ? [{ recipient: person.address, at: event.at, report, emailId }] : [],
    ),
    deliveries: told.flatMap(({ person, meaning: { state } }) =>
      state && person && known ? [{ ...recordOf(event, person, state), partId: known.record.id }] : [],
    ),
  };
}

const nothing: Told = { events: [], reports: [], deliveries: [], leaves: [] };

/** The list tells of them by itself. */
function leavesIn({ people, at, details: { left }, mail }: SesEvent, known?: KnownPart): NewSuppression[] {
  const [person] = people;
  if (!left || !person || people.length > 1) return [];
  const topics = left.length > 0 ? left : [undefined];
  return topics.map((listTopic) => ({
    address: person.address,
    listTopic,
    cause: 'unsubscribe',
    method: 'page',
    at,
    emailId: known?.record.id ?? mail.key,
    detail: 'left a contact list of Amazon SES',
  }));
}

/** What does not say whom it is about, as when one of many recipients opened a mail, is still one event. */
function peopleOf({ type, people }: SesEvent): readonly (SesPerson | undefined)[] {
  const isPersonal = type !== 'Open' && type !== 'Click';
  return people.length === 1 || (isPersonal && people.length > 0) ? people : [undefined];
}

function recordOf({ at, details }: SesEvent, person: SesPerson, state: DeliveryState): DeliveryRecord {
  return { recipient: person.address, state, at, reason: person.diagnostic || details.reason || '' };
}

function meaningOf(
  event: SesEvent,
  person: SesPerson | undefined,
  known: KnownPart | undefined,
  isScanner: ScannerWatch,
): Meaning {
  const { type, details } = event;
  if (type === 'Bounce') return bounced(event, person ?? nobody);
  if (type === 'Complaint') return complained(event);
  if (type === 'Delivery') return delivered(event);
  if (type === 'DeliveryDelay') return delayed(event, person ?? nobody);
  if (type === 'Open' || type === 'Click') return looked(event, person, known, isScanner);
  if (type === 'Send') return { type: 'email.sent', state: 'taken' };
  const detail = { reason: details.reason };
  if (type === 'Reject') return { type: 'email.rejected', code: 'message-refused', detail, state: 'bounced' };
  return { type: 'email.failed', code: 'missing-substitution', detail, state: 'bounced' };
}

const nobody: SesPerson = { address: '', status: '', diagnostic: '' };

function bounced({ details }: SesEvent, person: SesPerson): Meaning {
  const { kind, subKind, feedbackId } = details;
  const given = { bounceType: kind, bounceSubType: subKind, feedbackId };
  if (isHeldBySes(details))
    return {
      type: 'email.suppressed',
      code: 'bounced',
      detail: { ...given, by: 'ses' },
      state: 'suppressed',
    };
  const report = judgeBounce(details, person);
  return {
    type: 'email.bounced',
    code: 'bounced',
    detail: { ...report, ...given },
    state: 'bounced',
    report,
  };
}

/** Several names are a guess: the provider tells the domain of who complained, and SES whom it mailed there. */
function complained({ details, people }: SesEvent): Meaning {
  const { feedbackType = 'abuse', feedbackId, subKind } = details;
  const isGuess = people.length > 1;
  const detail = { feedbackType, feedbackId, ...(isGuess && { guess: true }) };
  if (isHeldBySes(details))
    return {
      type: 'email.suppressed',
      code: 'complained',
      detail: { ...detail, complaintSubType: subKind, by: 'ses' },
      state: 'suppressed',
    };
  const isEvidence = !isGuess && feedbackType !== 'not-spam';
  const base = { severity: 'complaint', status: '', reason: 'unknown', diagnostic: '' } as const;
  return {
    type: 'email.complained',
    code: 'complained',
    detail,
    state: isEvidence ? 'complained' : undefined,
    report: isEvidence ? { ...base, feedbackType } : undefined,
  };
}

function delivered({ details: { reason: diagnostic = '' } }: SesEvent): Meaning {
  const report: DeliveryReport = { severity: 'delivered', status: '', reason: 'unknown', diagnostic };
  return { type: 'email.delivered', detail: { response: diagnostic }, state: 'delivered', report };
}

function delayed({ details }: SesEvent, person: SesPerson): Meaning {
  const report = judgeDelay(details, person);
  const detail = { ...report, delayType: details.kind };
  return { type: 'email.delayed', code: 'recipient-delayed', detail, state: 'delayed', report };
}

function looked(
  event: SesEvent,
  person: SesPerson | undefined,
  known: KnownPart | undefined,
  isScanner: ScannerWatch,
): Meaning {
  const { ip, userAgent, link } = event.details;
  const delivery = known?.deliveries.find(
    ({ recipient, state }) => state === 'delivered' && (!person || recipient === person.address),
  );
  const scanner = isScanner(event, delivery?.at ?? event.mail.at);
  const detail = { ip, userAgent, ...(scanner && { scanner }) };
  if (event.type === 'Open') return { type: 'email.opened', detail };
  return { type: 'email.clicked', detail: { ...detail, link: link && withoutSecrets(link) } };
}

const longestLink = 1000;

/** Sign-in and unsubscribe links hold tokens, mostly in the query: an event is read by more eyes than a mail. */
function withoutSecrets(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { origin, pathname } = new URL(link);
  const isOurs = readUnsubscribePath(pathname) !== undefined;
  const path = isOurs ? pathname.slice(0, pathname.lastIndexOf('/unsubscribe/') + 13) : pathname;
  return `${origin}${path}`.slice(0, longestLink);
}

/** A copy of ours tells by itself that it was sent. */
function eventFor(
  event: SesEvent,
  person: SesPerson | undefined,
  { type, code, detail }: Meaning,
  known: KnownPart | undefined,
): NewEvent[] {
  if (type === 'email.sent' && known) return [];
  const { mail, at } = event;
  const { record } = known ?? {};
  return [
    {
      type,
      at,
      key: keyOf(event, person),
      ...mailFacts(record),
      ...(!record && { emailId: mail.key, from: mail.from }),
      recipient: person?.address,
      code,
      provider: 'ses',
      detail: { ...detail, messageId: mail.messageId },
    },
  ];
}

/** SNS may tell a thing twice, and SES too: the same of one mail and recipient is one event. */
function keyOf({ type, at, mail, details }: SesEvent, person: SesPerson | undefined): string {
  const which = { Open: at, Click: `${at} ${details.link?.slice(0, 200)}`, DeliveryDelay: at, Delivery: '' };
  const occasion = details.feedbackId ?? (type in which ? which[type as keyof typeof which] : '');
  return `ses ${mail.messageId} ${type} ${person?.address ?? ''} ${occasion}`;
}
