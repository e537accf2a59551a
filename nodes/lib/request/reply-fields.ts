/** A received mail (`msg.email`) and the node's fields come in; the fields of an automatic answer to it go out. */

import { EmailError } from '../kernel/errors.ts';
import { addressKey } from '../mail/address.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { readMessageIds } from '../mail/message-id.ts';
import { isAllowedSender } from '../settings/allowed-sender.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { automaticReplyBar } from './automatic-reply-bar.ts';
import { readMailboxes } from './read-recipients.ts';
import { isGiven } from './read-record.ts';
import { receivedHeaders } from './received-headers.ts';
import type { SendFields } from './send-fields.ts';

/** What an answer needs of `msg.email`; all of it written by a stranger. */
interface ReceivedMail {
  readonly kind?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly cc?: unknown;
  readonly replyTo?: unknown;
  readonly subject?: unknown;
  readonly messageId?: unknown;
  readonly inReplyTo?: unknown;
  readonly references?: unknown;
  readonly headers?: unknown;
}

const referenceLimit = 20;
const longestSubject = 900;

/**
 * To is the mail's Reply-To, else its From; everything else the node gives stays, except that the subject gets its
 * `Re:` and the thread goes on (RFC 5322 section 3.6.4). Throws EmailError: `no-mail-to-answer`,
 * `automatic-reply-refused`.
 */
export function replyFields(mail: unknown, fields: SendFields, settings: AppSettings): SendFields {
  const received = readReceivedMail(mail);
  const target = answerable(received);
  const ownAddress = addressedSender(received, settings);
  if ([ownAddress, settings.defaultSender].some((own) => own && sameAddress(own, target))) {
    throw refusedReply('it comes from this app itself');
  }
  return {
    ...fields,
    to: [target],
    from: isGiven(fields.from) ? fields.from : ownAddress,
    subject: replySubject(fields.subject, received.subject),
    ...threadOf(received),
    autoSubmitted: 'auto-replied',
  };
}

function readReceivedMail(mail: unknown): ReceivedMail {
  if (typeof mail !== 'object' || mail === null)
    throw new EmailError('no-mail-to-answer', { field: 'email' });
  const received: ReceivedMail = mail;
  // What `send-email` reports is msg.email too, but has no kind.
  if (received.kind === undefined || !isGiven(received.from))
    throw new EmailError('no-mail-to-answer', { field: 'email' });
  return received;
}

/** The one address to answer, if the mail may be answered at all. */
function answerable({ kind, from, replyTo, headers }: ReceivedMail): Mailbox {
  if (kind !== 'mail' && kind !== 'reply')
    throw refusedReply(`it is of the kind ${typeof kind === 'string' ? kind : 'unknown'}`);
  const known = receivedHeaders(headers);
  if (!known) throw refusedReply('its headers are not there to tell whether it may be');
  const senders = readMailboxes(from, 'email.from');
  const targets = isGiven(replyTo) ? readMailboxes(replyTo, 'email.replyTo') : senders;
  const bar = automaticReplyBar(
    known,
    [...senders, ...targets].map(({ address }) => address),
  );
  if (bar) throw refusedReply(bar);
  const [target, ...others] = targets.length > 0 ? targets : senders;
  // A stranger's list of addresses would make us write to all of them.
  if (others.length > 0) throw refusedReply('it wants its answer at several addresses');
  if (!target) throw new EmailError('no-mail-to-answer', { field: 'email' });
  return target;
}

/** The address of this app that the mail was sent to; without the name it had there, which a stranger chose. */
function addressedSender({ to, cc }: ReceivedMail, settings: AppSettings): Mailbox | undefined {
  const addressed = [...tolerantMailboxes(to), ...tolerantMailboxes(cc)];
  const own = addressed.find(({ address }) => isAllowedSender(address, settings));
  const { defaultSender } = settings;
  return own && (defaultSender && sameAddress(own, defaultSender) ? defaultSender : { address: own.address });
}

/** Empty for what is not valid: other recipients' addresses are not needed for an answer. */
function tolerantMailboxes(value: unknown): Mailbox[] {
  return tolerate(() => readMailboxes(value, 'email.to'));
}

/** A subject the flow changed stays; else the mail's own, of which no control character may come back (RFC 2047 section 2). */
function replySubject(given: unknown, original: unknown): unknown {
  if (isGiven(given) && given !== original) return given;
  const text = typeof original === 'string' ? original : '';
  const plain = text
    .slice(0, longestSubject)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return /^re:/i.test(plain) ? plain : `Re: ${plain}`.trim();
}

function threadOf({
  messageId,
  inReplyTo,
  references,
}: ReceivedMail): Pick<SendFields, 'inReplyTo' | 'references'> {
  const [own] = tolerantIds(messageId);
  if (own === undefined) return { inReplyTo: undefined, references: undefined };
  const answered = tolerantIds(inReplyTo);
  const known = tolerantIds(references);
  const before = known.length > 0 || answered.length > 1 ? known : answered;
  return { inReplyTo: `<${own}>`, references: shortened([...before, own]).map((id) => `<${id}>`) };
}

/** The first names the thread; of the rest the newest count. */
function shortened(ids: readonly string[]): string[] {
  if (ids.length <= referenceLimit) return [...ids];
  return [...ids.slice(0, 1), ...ids.slice(1 - referenceLimit)];
}

/** With or without angle brackets; none if they are not valid, since an answer can go without a thread. */
function tolerantIds(value: unknown): string[] {
  if (!isGiven(value)) return [];
  const ids = [value]
    .flat()
    .map((id) => (typeof id === 'string' && !id.includes('<') ? `<${id.trim()}>` : id));
  return tolerate(() => readMessageIds(ids, 'email.messageId'));
}

function tolerate<Item>(read: () => Item[]): Item[] {
  try {
    return read();
  } catch {
    return [];
  }
}

function sameAddress(one: Mailbox, other: Mailbox): boolean {
  return addressKey(one.address) === addressKey(other.address);
}

function refusedReply(why: string): EmailError {
  return new EmailError('automatic-reply-refused', { field: 'email', detail: { why } });
}
