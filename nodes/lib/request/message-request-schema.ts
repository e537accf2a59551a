/** The JSON Schema (draft 2020-12) of a request in `msg.payload`; published in docs/message-request.schema.json. */
import { type ReceiptName, receiptNames } from '../mail/notify.ts';

const texts = (description: string) => ({ type: 'array', description, items: { type: 'string' } });
const text = (description: string) => ({ type: 'string', description });
const flag = (description: string) => ({ type: 'boolean', description });
const time = (description: string) => ({ type: 'string', format: 'date-time', description });

/** Part of the request format, but not of this package: the reason is what the user reads. */
const later = (why: string) => ({ description: `Not supported: ${why}.`, 'x-not-supported': why });

const links = 'links are sent as they are';
const consent = 'consent is checked by the email app’s own list';

const values = {
  type: 'object',
  description: 'Values for placeholders, by name.',
  additionalProperties: true,
};

const recipient = {
  type: 'object',
  description: 'Addresses that share values and a correlation id.',
  required: ['email'],
  additionalProperties: false,
  properties: {
    email: { ...texts('Addresses; each gets a copy of its own.'), minItems: 1 },
    substitutions: { ...values, description: 'Values for these addresses; they win over the general ones.' },
    correlationId: text('Comes back in the results of these addresses; at most 256 characters.'),
  },
};

const options = {
  type: 'object',
  description: 'How the mail is sent.',
  additionalProperties: false,
  properties: {
    fromName: text('Display name of the sender.'),
    trackClicks: flag('Only Amazon SES tracks; on other routes only false can be given.'),
    trackOpens: flag('Only Amazon SES tracks; on other routes only false can be given.'),
    shortenLinks: later(links),
    domain: later(links),
    tag1: later(links),
    tag2: later(links),
    allowFallbackURL: later(links),
    listUnsubscribeUrl: text(
      'Page to unsubscribe, https only, instead of the app’s; it is the link in the body too.',
    ),
    unsubscribeEmailAddress: text('Address to unsubscribe by mail, instead of the app’s.'),
    unsubscribeEmailSubject: text('Subject of a mail to that address.'),
  },
};

const attachment = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: text('File name, without a folder.'),
    mimetype: text('Such as application/pdf; by default what the name tells.'),
    content: { ...text('The file in base64.'), contentEncoding: 'base64' },
    cid: text('Makes it an inline image, shown by <img src="cid:…">.'),
    mediaUrl: later('nothing is fetched from an address; give the file in content'),
  },
};

function forType(type: string, rule: object): object {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: { required: ['type'], properties: { type: { const: type } } }, then: rule };
}

const content = {
  type: 'object',
  description: 'What the mail says; needed unless a template is named.',
  required: ['type'],
  additionalProperties: false,
  properties: {
    type: { enum: ['text', 'html'], description: 'Which body the mail has.' },
    subject: text('At most 998 characters.'),
    replyTo: text('Address for answers, or several with commas.'),
    text: text('The text body; beside an HTML body its plain form, made from it if not given.'),
    html: text('The HTML body, for the type html alone.'),
    attachments: { type: 'array', description: 'Files and inline images.', items: attachment },
  },
  allOf: [
    forType('html', { required: ['html'] }),
    forType('text', { required: ['text'], properties: { html: false } }),
  ],
};

const template = {
  type: 'object',
  description: 'A template of the email app instead of content.',
  required: ['id'],
  additionalProperties: false,
  properties: {
    id: text('Name of a template of the email app.'),
    subject: text('Replaces the subject of the template.'),
  },
};

export const messageRequestSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Message request',
  description: 'What “Request in msg.payload” of the send-email node takes.',
  type: 'object',
  required: ['channel', 'from', 'to'],
  additionalProperties: false,
  properties: {
    channel: { const: 'email', description: 'The one channel of this package.' },
    from: text('Sender address, one the email app may send for.'),
    to: { type: 'array', description: 'Who the mail is for.', minItems: 1, items: recipient },
    cc: texts('Addresses for the Cc header.'),
    bcc: texts('Addresses that nobody sees.'),
    multipleToRecipients: flag('True for one message to all, who then see each other.'),
    substitutions: values,
    options,
    content,
    template,
    class: { enum: ['transactional', 'marketing'], description: 'transactional by default.' },
    listTopic: text('Topic of the unsubscribe list; letters, digits and . _ - only.'),
    sendAt: time('When to send, with Z or an offset; at most 365 days ahead.'),
    expireAt: time('After this the mail is not sent any more; excludes validity.'),
    validity: {
      type: 'number',
      description: 'Seconds from sendAt, or now, after which it is not sent any more.',
    },
    idempotencyKey: text('A second request with this key is not sent again; at most 256 characters.'),
    correlationId: text('Comes back in the results; at most 256 characters.'),
    callbackData: text('Comes back in the results; at most 2000 characters.'),
    notifyUrl: text(
      'Where each event of the mails is posted, https only; at most 2048 characters. Needs a webhook-out node that posts to it.',
    ),
    notifyUrlAuthId: text('Id of an authorization that the webhook-out node keeps for such addresses.'),
    requestedReceipts: {
      type: 'array',
      description:
        'Of which events; all without it. bounce and bounced are the same; failed, invalid and not verified each mean every mail that will not arrive.',
      minItems: 1,
      items: { enum: receiptNames },
    },
    contactPolicy: later(consent),
  },
  if: { not: { required: ['template'] } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['content'] },
} as const;

/** What the schema lets through. */
export interface MessageRequest {
  readonly from: string;
  readonly to: readonly {
    readonly email: readonly string[];
    readonly substitutions?: object;
    readonly correlationId?: string;
  }[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly multipleToRecipients?: boolean;
  readonly substitutions?: object;
  readonly options?: {
    readonly fromName?: string;
    readonly trackClicks?: boolean;
    readonly trackOpens?: boolean;
    readonly listUnsubscribeUrl?: string;
    readonly unsubscribeEmailAddress?: string;
    readonly unsubscribeEmailSubject?: string;
  };
  readonly content?: RequestContent;
  readonly template?: { readonly id: string; readonly subject?: string };
  readonly class?: string;
  readonly listTopic?: string;
  readonly sendAt?: string;
  readonly expireAt?: string;
  readonly validity?: number;
  readonly idempotencyKey?: string;
  readonly correlationId?: string;
  readonly callbackData?: string;
  readonly notifyUrl?: string;
  readonly notifyUrlAuthId?: string;
  readonly requestedReceipts?: readonly ReceiptName[];
}

export interface RequestContent {
  readonly type: 'text' | 'html';
  readonly subject?: string;
  readonly replyTo?: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments?: readonly RequestAttachment[];
}

interface RequestAttachment {
  readonly name: string;
  readonly mimetype?: string;
  readonly content?: string;
  readonly cid?: string;
}
