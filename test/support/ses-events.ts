/** Notices of SES about sent mail, in the shapes of its developer guide (“Examples of event data”), written for the tests. */
import { keyTag } from '../../nodes/lib/transport/ses-request.ts';

export const sesMessageId = '0107019a2b3c4d5e-11111111-2222-3333-4444-555555555555-000000';
/** When SES took the mail. */
export const takenAt = Date.UTC(2027, 0, 5, 12);
export const at = (seconds: number) => new Date(takenAt + seconds * 1000).toISOString();

export interface EventShape {
  readonly spelling?: 'eventType' | 'notificationType';
  readonly key?: string;
  readonly destination?: readonly string[];
  readonly messageId?: string;
}

/** `member` is the one with the details. */
export function sesEvent(type: string, member: string, details: object, shape: EventShape = {}): object {
  const { spelling = 'eventType', key = 'mail-1', destination = ['ann@example.com'] } = shape;
  return {
    [spelling]: type,
    mail: {
      timestamp: at(0),
      source: 'shop@example.com',
      sourceArn: 'arn:aws:ses:eu-central-1:111122223333:identity/example.com',
      sendingAccountId: '111122223333',
      messageId: shape.messageId ?? sesMessageId,
      destination,
      headersTruncated: false,
      headers: [{ name: 'Subject', value: 'Hello' }],
      commonHeaders: { from: ['shop@example.com'], to: destination, subject: 'Hello' },
      ...(spelling === 'eventType' && { tags: { 'ses:source-ip': ['192.0.2.1'], [keyTag]: [key] } }),
    },
    [member]: details,
  };
}

const feedbackId = '0107019a2b3c4d5e-99999999-2222-3333-4444-555555555555-000000';

export const send = (shape?: EventShape) => sesEvent('Send', 'send', {}, shape);

export const delivery = (recipients = ['ann@example.com'], shape?: EventShape) =>
  sesEvent(
    'Delivery',
    'delivery',
    {
      timestamp: at(5),
      processingTimeMillis: 546,
      recipients,
      smtpResponse: '250 2.6.0 ok',
      reportingMTA: 'mta',
    },
    shape,
  );

export function bounce(kind: string, subKind: string, person: object = {}, shape?: EventShape): object {
  const usual = { emailAddress: 'ann@example.com', action: 'failed' };
  const people = Array.isArray(person) ? person : [{ ...usual, ...person }];
  return sesEvent(
    'Bounce',
    'bounce',
    { feedbackId, bounceType: kind, bounceSubType: subKind, bouncedRecipients: people, timestamp: at(6) },
    shape,
  );
}

export function complaint(
  details: object = {},
  recipients = ['ann@example.com'],
  shape?: EventShape,
): object {
  const complainedRecipients = recipients.map((emailAddress) => ({ emailAddress }));
  return sesEvent(
    'Complaint',
    'complaint',
    {
      feedbackId,
      complaintSubType: null,
      complainedRecipients,
      timestamp: at(3600),
      userAgent: 'ExampleCorp Feedback Loop (V0.01)',
      complaintFeedbackType: 'abuse',
      ...details,
    },
    shape,
  );
}

export const delay = (delayType = 'MailboxFull') =>
  sesEvent('DeliveryDelay', 'deliveryDelay', {
    timestamp: at(60),
    delayType,
    expirationTime: at(50_000),
    delayedRecipients: [
      { emailAddress: 'ann@example.com', status: '4.2.2', diagnosticCode: 'smtp; 452 4.2.2 full' },
    ],
  });

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export const open = (seconds = 600, userAgent = browser, shape?: EventShape) =>
  sesEvent('Open', 'open', { ipAddress: '192.0.2.9', timestamp: at(seconds), userAgent }, shape);

export const click = (link: string, seconds = 600, userAgent = browser) =>
  sesEvent('Click', 'click', {
    ipAddress: '192.0.2.9',
    timestamp: at(seconds),
    userAgent,
    link,
    linkTags: { kind: ['x'] },
  });

export const reject = () => sesEvent('Reject', 'reject', { reason: 'Bad content' });

export const renderingFailure = () =>
  sesEvent('Rendering Failure', 'failure', {
    templateName: 'hello',
    errorMessage: "Attribute 'name' is not present in the rendering data.",
  });

export const subscription = (newTopicPreferences: object, oldTopicPreferences: object = {}) =>
  sesEvent('Subscription', 'subscription', {
    contactList: 'all',
    timestamp: at(900),
    source: 'UnsubscribeHeader',
    newTopicPreferences,
    oldTopicPreferences,
  });
