/** An event or a message of the flow's own comes in; what is posted of it, in the node's format, goes out. Pure. */
import type { EmailEvent } from '../../event/event-log.ts';
import { personOfEvent } from '../../event/person-of-event.ts';
import { EmailError } from '../../kernel/errors.ts';
import { ownMember, textMember } from '../../kernel/own-member.ts';
import type { WebhookFormat } from '../webhook-settings.ts';
import { standardBody } from './standard-body.ts';
import { templateBody } from './template-body.ts';
import { webexBody } from './webex-body.ts';

export type WebhookOrder = EventOrder | OtherOrder;

export interface EventOrder {
  readonly kind: 'event';
  readonly event: EmailEvent;
  /** The message that brought it, for templates. */
  readonly message?: unknown;
}

export interface OtherOrder {
  readonly kind: 'other';
  readonly type: string;
  /** Anything that can be written as JSON. */
  readonly data: unknown;
  /** ms since the epoch */
  readonly at: number;
  /** What it is about: those of one subject keep their order. */
  readonly subject?: string;
  /** The whole of it: for templates, and for a received mail in the reference product's format. */
  readonly message?: unknown;
}

export interface WebhookBody {
  /** Of an event, so that one that comes again is not posted twice. */
  readonly id?: string;
  readonly type: string;
  readonly subject?: string;
  /** Address of whom it is about, to be forgotten with them. */
  readonly person?: string;
  /** JSON text: the bytes that are signed and posted. */
  readonly body: string;
}

const longestType = 256;
/** Bytes; what most receivers and what stands before them take. */
const longestBody = 5_000_000;

/**
 * Undefined: this format has no word for it. Throws EmailError `bad-webhook` for what cannot be written or is larger than
 * 5 MB, and `missing-substitution` for a placeholder without a value.
 */
export function webhookBody(order: WebhookOrder, format: WebhookFormat): WebhookBody | undefined {
  const body = bodyOf(order, format);
  if (body === undefined) return undefined;
  const about = order.kind === 'event' ? aboutEvent(order.event) : aboutOther(order, format);
  if (Buffer.byteLength(body) > longestBody) throw badWebhook('body', 'it is larger than 5 MB');
  return { ...about, body };
}

function bodyOf(order: WebhookOrder, format: WebhookFormat): string | undefined {
  if (format.kind === 'standard') return standardBody(order);
  return format.kind === 'webex' ? webexBody(order, format.timeZone) : templateBody(order, format.template);
}

/** A flow may have changed it, and the id becomes a header. */
function aboutEvent(event: EmailEvent): Omit<WebhookBody, 'body'> {
  const { id, type, emailId: subject } = event;
  if (typeof id === 'string' && /^[\w-]{1,128}$/.test(id))
    return { id, type: readType(type), subject, ...about(personOfEvent(event)) };
  throw badWebhook('id', 'it is not the id of an event');
}

/** The reference product's format has a word for received mails only, whose type in a flow is their subject. */
function aboutOther(
  { type, subject, message }: OtherOrder,
  { kind }: WebhookFormat,
): Omit<WebhookBody, 'body'> {
  const person = writerOf(message);
  return { type: kind === 'webex' ? 'inbound.received' : readType(type), subject, ...about(person) };
}

function about(person: string | undefined): { readonly person?: string } {
  return person === undefined ? {} : { person };
}

/** Of a received mail. */
function writerOf(message: unknown): string | undefined {
  const address = textMember(ownMember(ownMember(message, 'email'), 'from'), 'address');
  return address?.includes('@') ? address : undefined;
}

function readType(type: unknown): string {
  if (typeof type !== 'string' || type.trim() === '') throw badWebhook('type', 'it must be a text');
  if (type.length <= longestType && !/\p{Cc}/u.test(type)) return type;
  throw badWebhook('type', `it must be one line of at most ${longestType} characters`);
}

function badWebhook(field: string, why: string): EmailError {
  return new EmailError('bad-webhook', { field, detail: { why } });
}
