/** What a node gathered, before and after it was read: fields of which nothing was checked, and a request to trust. */
import type {
  MailContent,
  MessageClass,
  UnsubscribeChoice,
  UnsubscribeOffer,
  Values,
} from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Notify } from '../mail/notify.ts';
import type { Idempotency } from './idempotency.ts';

/** What `send-email` gathered from its fields: nothing here was checked. */
export interface SendFields {
  readonly to?: unknown;
  readonly cc?: unknown;
  readonly bcc?: unknown;
  readonly from?: unknown;
  readonly replyTo?: unknown;
  readonly inReplyTo?: unknown;
  readonly references?: unknown;
  readonly subject?: unknown;
  /** The body when it comes from the message; a Buffer becomes an attachment. */
  readonly payload?: unknown;
  readonly plaintext?: unknown;
  readonly attachments?: unknown;
  readonly filename?: unknown;
  readonly priority?: unknown;
  readonly messageClass?: unknown;
  readonly listTopic?: unknown;
  readonly substitutions?: unknown;
  readonly headers?: unknown;
  readonly sendAt?: unknown;
  readonly expireAt?: unknown;
  readonly validity?: unknown;
  readonly idempotencyKey?: unknown;
  readonly correlationId?: unknown;
  readonly callbackData?: unknown;
  readonly notifyUrl?: unknown;
  readonly notifyUrlAuthId?: unknown;
  readonly requestedReceipts?: unknown;
  /** Instead of the app's own; then the mail carries the headers whatever the app does otherwise. */
  readonly unsubscribeUrl?: unknown;
  readonly unsubscribeMailto?: unknown;
  readonly unsubscribeSubject?: unknown;
  readonly trackOpens?: unknown;
  readonly trackClicks?: unknown;
  /** Id of a template of the app; then no other body is read, and a subject only if the template has none. */
  readonly template?: unknown;
  /** Goes before the template's. */
  readonly templateSubject?: unknown;
  /** Typed in the node; then `payload` and `plaintext` are not read. */
  readonly body?: { readonly html: string; readonly text: string };
  /** How a body from the message is taken; `auto` looks for tags, as the stock node does. */
  readonly format?: 'auto' | 'html' | 'text';
  readonly copies?: 'personal' | 'together';
  /** Set where the package itself answers a mail, never from a message. */
  readonly autoSubmitted?: 'auto-replied';
  /** Whose request it is, by the key that came with it; never from a message. */
  readonly caller?: string;
  /** What the caller calls a field of ours, where that differs: `content.subject` for `subject`. */
  readonly callerPath?: (field: string) => string;
}

export interface Recipient extends Mailbox {
  readonly values: Values;
  readonly correlationId?: string;
}

/** A checked request: every address, header, value and time in it can be trusted. */
export interface CheckedRequest
  extends Omit<MailContent, 'visibleTo' | 'visibleCc' | 'primaries' | 'unsubscribe'> {
  readonly unsubscribe?: UnsubscribeChoice;
  readonly to: readonly Recipient[];
  readonly cc: readonly Recipient[];
  readonly bcc: readonly Recipient[];
  readonly messageClass: MessageClass;
  readonly listTopic?: string;
  readonly copies: 'personal' | 'together';
  /** ms since the epoch */
  readonly sendAt?: number;
  readonly expireAt?: number;
  readonly idempotency?: Idempotency;
  readonly correlationId?: string;
  readonly callbackData?: string;
  readonly notify?: Notify;
}

/** One whose readers have the way out that they must have. */
export interface SendRequest extends CheckedRequest {
  readonly unsubscribe?: UnsubscribeOffer;
}
