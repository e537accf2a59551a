/**
 * The conductor of a message to send: what a node gathered comes in, an accepted request on disk goes out.
 * Nothing is stored unless everything in the message is valid.
 */

import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { inCallersWords } from '../kernel/field-path.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { domainOf } from '../mail/address.ts';
import type { MailContent } from '../mail/mail-content.ts';
import { newMessageId } from '../mail/message-id.ts';
import type { Acceptance, NewRequest, Outbox } from '../outbound/outbox.ts';
import { planCopies } from '../outbound/plan-copies.ts';
import { mailTooLarge } from '../request/mail-too-large.ts';
import { readMessageRequest } from '../request/message-request.ts';
import { replyFields } from '../request/reply-fields.ts';
import type { SendFields, SendRequest } from '../request/send-fields.ts';
import { readSendRequest } from '../request/send-request.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { refuseUntold } from '../webhook/refuse-untold.ts';
import { type CompiledMails, type ReadyMail, readyMail } from './compiled-mails.ts';
import { personalTouch } from './personal-touch.ts';

/** What a node asks for: nothing in `fields`, `body` and `mail` was checked. */
export interface SendOrder {
  readonly requestId: string;
  readonly mode: 'message' | 'request' | 'reply';
  readonly fields: SendFields;
  /** msg.payload, for mode `request`. */
  readonly body?: unknown;
  /** What stands before the reading of that body, and may refuse it: see `RequestDoor`. */
  readonly enter?: (read: () => SendFields) => SendFields;
  /** msg.email, for mode `reply`. */
  readonly mail?: unknown;
  readonly node: string;
  readonly reports: boolean;
  readonly snapshot?: string;
}

export interface SendingRooms {
  readonly settings: AppSettings;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly keys: KeyRing;
  /** Takes the compiled mail before its request is accepted, so that the hand-over need not compile it again. */
  readonly ready: Pick<CompiledMails, 'keep' | 'drop'>;
  /** See `refuseUntold`. */
  readonly notifyHosts: () => readonly string[] | undefined;
}

export interface SendOutcome {
  readonly request: NewRequest;
  readonly acceptance: Acceptance;
}

/** Throws EmailError naming the field at fault; `queue-full`; `disk-full`; `idempotency-conflict`. */
export async function sendMail(order: SendOrder, rooms: SendingRooms): Promise<SendOutcome> {
  const { settings, clock, ready } = rooms;
  const fields = fieldsOf(order, settings);
  if (settings.route.kind === 'none') throw new EmailError('no-route');
  const sendRequest = await readSendRequest(fields, { settings, now: clock.now() });
  if (sendRequest.notify) refuseUntold(sendRequest.notify, rooms.notifyHosts());
  const planned = planRequest(order, sendRequest, rooms);
  const mail = await compileSendable(planned, rooms).catch((thrown) => {
    throw inCallersWords(thrown, fields.callerPath);
  });
  const request = withOwnSubjects(planned, mail);
  ready.keep(request.id, mail, request.parts.length);
  return { request, acceptance: await accept(request, rooms) };
}

async function accept(request: NewRequest, { outbox, ready }: SendingRooms): Promise<Acceptance> {
  let acceptance: Acceptance | undefined;
  try {
    acceptance = await outbox.accept(request);
    return acceptance;
  } finally {
    if (acceptance?.kind !== 'accepted') ready.drop(request.id);
  }
}

function fieldsOf({ mode, fields, body, enter, mail }: SendOrder, settings: AppSettings): SendFields {
  const read = (): SendFields => readMessageRequest(body);
  if (mode === 'request') return enter ? enter(read) : read();
  if (mode === 'reply') return replyFields(mail, fields, settings);
  return fields;
}

function planRequest(order: SendOrder, request: SendRequest, { clock, newId }: SendingRooms): NewRequest {
  const now = clock.now();
  const personal = request.unsubscribe !== undefined;
  const plan = planCopies(request, personal, newId, () =>
    newMessageId(newId, domainOf(request.from.address)),
  );
  return {
    id: order.requestId,
    node: order.node,
    reports: order.reports,
    message: order.snapshot,
    content: contentOf(request, plan),
    messageClass: request.messageClass,
    listTopic: request.listTopic,
    callbackData: request.callbackData,
    notify: request.notify,
    priority: request.priority,
    acceptedAt: now,
    dueAt: request.sendAt ?? now,
    expiresAt: request.expireAt,
    idempotency: request.idempotency,
    parts: plan.parts,
  };
}

function contentOf(request: SendRequest, plan: ReturnType<typeof planCopies>): MailContent {
  const { from, replyTo, subject, text, html, templated, values, attachments } = request;
  const { headers, inReplyTo, references, priority, unsubscribe, tracking, autoSubmitted } = request;
  return {
    from,
    replyTo,
    visibleTo: plan.visibleTo,
    visibleCc: plan.visibleCc,
    primaries: plan.primaries,
    subject,
    text,
    html,
    templated,
    values,
    attachments,
    headers,
    inReplyTo,
    references,
    priority,
    unsubscribe,
    tracking,
    autoSubmitted,
  };
}

/** Results name the subject that the recipient sees. */
function withOwnSubjects(request: NewRequest, { compiled }: ReadyMail): NewRequest {
  if (!request.content.templated) return request;
  const shared = request.content.subject;
  const parts = request.parts.map((part) => {
    const subject = compiled.subject(part.values);
    return subject === shared ? part : { ...part, subject };
  });
  return { ...request, parts };
}

/** ms after which a long list of copies lets the rest of the process run. */
const longestTurn = 20;

/** Everything that would fail at hand-over is refused while the sender can still see it. */
async function compileSendable(request: NewRequest, rooms: SendingRooms): Promise<ReadyMail> {
  const { clock, settings } = rooms;
  const mail = await readyMail(request.content);
  const limit = settings.delivery.maxMailBytes;
  let turnEnds = clock.now() + longestTurn;
  // copies without values of their own share one record, and are alike but for their links
  const distinct = new Map(request.parts.map((part) => [part.values, part]));
  for (const part of distinct.values()) {
    const { values } = personalTouch(mail.unsubscribe, { part, ...request }, rooms);
    const size = mail.compiled.encodedSize(values);
    if (size > limit) throw mailTooLarge(size, limit, 'body');
    if (clock.now() < turnEnds) continue;
    await new Promise<void>((resolve) => clock.after(0, resolve));
    turnEnds = clock.now() + longestTurn;
  }
  return mail;
}
