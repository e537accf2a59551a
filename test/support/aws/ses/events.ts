// What SES tells about a mail after it took it, in the JSON that event publishing sends.
import { randomUUID } from 'node:crypto';
import type { EventType } from '@aws-sdk/client-sesv2';
import type { AwsWorld } from '../aws-world.ts';
import { deliver } from '../sns/delivery.ts';
import { topicOf } from '../sns/topics.ts';
import { addressesIn, headerOf, readMail } from './mail.ts';
import type { SentMail } from './ses-state.ts';

/** `eventType` of the JSON; the key of its details and the API's name for it follow. */
export type SesEvent = keyof typeof kinds;

const kinds = {
  Send: { key: 'send', matches: 'SEND' },
  Delivery: { key: 'delivery', matches: 'DELIVERY' },
  Bounce: { key: 'bounce', matches: 'BOUNCE' },
  Complaint: { key: 'complaint', matches: 'COMPLAINT' },
  Reject: { key: 'reject', matches: 'REJECT' },
  Open: { key: 'open', matches: 'OPEN' },
  Click: { key: 'click', matches: 'CLICK' },
  'Rendering Failure': { key: 'failure', matches: 'RENDERING_FAILURE' },
  DeliveryDelay: { key: 'deliveryDelay', matches: 'DELIVERY_DELAY' },
  Subscription: { key: 'subscription', matches: 'SUBSCRIPTION' },
} as const satisfies Readonly<Record<string, { key: string; matches: EventType }>>;

export interface Happening {
  readonly type: SesEvent;
  /** Whom it is about; all recipients by default. */
  readonly recipients?: readonly string[];
  /** Instead of or beside the usual members of the details. */
  readonly details?: object;
  /** The key of the type: the other one is that of feedback notifications, which know no tags. */
  readonly spelling?: 'eventType' | 'notificationType';
}

/** To every destination of the mail's configuration set that asks for such events. */
export async function tell(world: AwsWorld, mail: SentMail, happening: Happening): Promise<void> {
  const set = world.ses.configurationSets.get(mail.configurationSet ?? '');
  if (!set?.eventDestinations.length) return;
  const message = JSON.stringify(eventOf(world, mail, happening));
  for (const { Enabled, MatchingEventTypes, SnsDestination } of set.eventDestinations) {
    const wanted = Enabled && MatchingEventTypes?.includes(kinds[happening.type].matches);
    const arn = SnsDestination?.TopicArn;
    if (!wanted || !arn || !world.sns.topics.has(arn)) continue;
    await deliver(world, topicOf(world, arn), { message, subject: 'Amazon SES Email Event Notification' });
  }
}

export function eventOf(world: AwsWorld, mail: SentMail, happening: Happening): object {
  const { type, recipients, details, spelling = 'eventType' } = happening;
  const timestamp = new Date(world.now()).toISOString();
  const usual = usualDetails[type]?.(recipients ?? mail.destinations, timestamp);
  const { tags, ...described } = mailOf(world, mail);
  return {
    [spelling]: type,
    mail: spelling === 'eventType' ? { ...described, tags } : described,
    [kinds[type].key]: { ...usual, ...details },
  };
}

function mailOf({ region, accountId }: AwsWorld, mail: SentMail) {
  const read = readMail(mail.raw);
  const domain = mail.from.split('@')[1] ?? '';
  const own = {
    'ses:configuration-set': mail.configurationSet,
    'ses:source-ip': '192.0.2.1',
    'ses:from-domain': domain,
    'ses:caller-identity': 'mailer',
    ...mail.tags,
  };
  return {
    timestamp: new Date(mail.at).toISOString(),
    source: mail.from,
    sourceArn: `arn:aws:ses:${region}:${accountId}:identity/${domain}`,
    sendingAccountId: accountId,
    messageId: mail.messageId,
    destination: mail.destinations,
    headersTruncated: false,
    headers: read.headers.map(({ name, value }) => ({ name, value })),
    commonHeaders: {
      from: [headerOf(read, 'from')],
      to: addressesIn(read, 'to'),
      messageId: mail.messageId,
      subject: headerOf(read, 'subject'),
    },
    tags: Object.fromEntries(
      Object.entries(own).flatMap(([name, value]) => (value ? [[name, [value]]] : [])),
    ),
  };
}

type Details = (recipients: readonly string[], timestamp: string) => object;

const usualDetails: Readonly<Partial<Record<SesEvent, Details>>> = {
  Delivery: (recipients, timestamp) => ({
    timestamp,
    processingTimeMillis: 546,
    recipients,
    smtpResponse: '250 2.6.0 Message received',
    reportingMTA: 'a8-70.smtp-out.amazonses.com',
  }),
  Bounce: (recipients, timestamp) => ({
    feedbackId: feedbackId(),
    bounceType: 'Permanent',
    bounceSubType: 'General',
    bouncedRecipients: recipients.map((emailAddress) => ({
      emailAddress,
      action: 'failed',
      status: '5.1.1',
      diagnosticCode: 'smtp; 550 5.1.1 user unknown',
    })),
    timestamp,
    reportingMTA: 'dns; a8-70.smtp-out.amazonses.com',
  }),
  Complaint: (recipients, timestamp) => ({
    feedbackId: feedbackId(),
    complaintSubType: null,
    complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
    timestamp,
    userAgent: 'Amazon SES Mailbox Simulator',
    complaintFeedbackType: 'abuse',
    arrivalDate: timestamp,
  }),
  Reject: () => ({ reason: 'Bad content' }),
  Open: (_, timestamp) => ({ ipAddress: '192.0.2.1', timestamp, userAgent: 'Mozilla/5.0' }),
  Click: (_, timestamp) => ({
    ipAddress: '192.0.2.1',
    link: 'https://example.com/',
    linkTags: null,
    timestamp,
    userAgent: 'Mozilla/5.0',
  }),
  DeliveryDelay: (recipients, timestamp) => ({
    timestamp,
    delayType: 'TransientCommunicationFailure',
    expirationTime: new Date(Date.parse(timestamp) + 14 * 3_600_000).toISOString(),
    delayedRecipients: recipients.map((emailAddress) => ({
      emailAddress,
      status: '4.4.1',
      diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host',
    })),
  }),
};

const feedbackId = () => `0107${randomUUID()}-000000`;
