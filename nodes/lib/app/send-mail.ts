/**
 * The conductor of a message to send: what a node gathered comes in, an accepted request on disk goes out.
 * Nothing is stored unless everything in the message is valid.
 */
import { breather } from '../kernel/breather.ts';
import { EmailError } from '../kernel/errors.ts';
import { inCallersWords } from '../kernel/field-path.ts';
import { domainOf } from '../mail/address.ts';
import { newMessageId } from '../mail/message-id.ts';
import type { MailingRequest } from '../outbound/mailings.ts';
import type { NewPart } from '../outbound/outbox.ts';
import { planCopies } from '../outbound/plan-copies.ts';
import { readMessageRequest } from '../request/message-request.ts';
import { replyFields } from '../request/reply-fields.ts';
import type { SendFields, SendRequest } from '../request/send-fields.ts';
import { readSendRequest } from '../request/send-request.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { refuseUntold } from '../webhook/refuse-untold.ts';
import { readyMail } from './compiled-mails.ts';
import { copyCheck } from './copy-check.ts';
import { holdReady } from './hold-ready.ts';
import { planRequest } from './plan-request.ts';
import { isMailing, sendMailing } from './send-mailing.ts';
import type { SendingRooms, SendOrder, SendOutcome } from './send-order.ts';

/** Throws EmailError naming the field at fault; `queue-full`; `disk-full`; `idempotency-conflict`. */
export async function sendMail(order: SendOrder, rooms: SendingRooms): Promise<SendOutcome> {
  const fields = fieldsOf(order, rooms.settings);
  if (rooms.settings.route.kind === 'none') throw new EmailError('no-route');
  return isMailing(order, fields) ? sendMailing(order, fields, rooms) : sendParts(order, fields, rooms);
}

async function sendParts(order: SendOrder, fields: SendFields, rooms: SendingRooms): Promise<SendOutcome> {
  const now = rooms.clock.now();
  const sendRequest = await readSendRequest(fields, { ...rooms, now });
  if (sendRequest.notify) refuseUntold(sendRequest.notify, rooms.notifyHosts());
  const plan = planParts(sendRequest, rooms);
  const request = planRequest(order, sendRequest, plan, now);
  const { mail, parts } = await compileParts(request, plan.parts, rooms).catch((thrown) => {
    throw inCallersWords(thrown, fields.callerPath);
  });
  const offered = { requestId: request.id, mail, copies: parts.length };
  const acceptance = await holdReady(offered, rooms.ready, () => rooms.outbox.accept({ ...request, parts }));
  const isRepeated = acceptance.kind === 'repeated';
  const requestId = isRepeated ? acceptance.requestId : request.id;
  return { requestId, isRepeated, count: parts.length, copies: isRepeated ? acceptance.parts : parts };
}

function fieldsOf({ mode, fields, body, enter, mail }: SendOrder, settings: AppSettings): SendFields {
  const read = (): SendFields => readMessageRequest(body);
  if (mode === 'request') return enter ? enter(read) : read();
  if (mode === 'reply') return replyFields(mail, fields, settings);
  return fields;
}

function planParts(request: SendRequest, { newId }: SendingRooms) {
  const personal = request.unsubscribe !== undefined;
  const messageId = () => newMessageId(newId, domainOf(request.from.address));
  return planCopies(request, personal, newId, messageId);
}

async function compileParts(request: MailingRequest, parts: readonly NewPart[], rooms: SendingRooms) {
  const mail = await readyMail(request.content);
  const check = copyCheck(mail, request, rooms);
  const breathe = breather(rooms.clock, rooms.requireOpen);
  // copies without values of their own share one record, and are alike
  const subjects = new Map<NewPart['values'], string | undefined>();
  for (const { values } of parts) {
    if (subjects.has(values)) continue;
    subjects.set(values, check(values));
    await breathe();
  }
  return { mail, parts: parts.map((part) => withSubject(part, subjects.get(part.values))) };
}

/** Results name the subject that the reader sees. */
function withSubject(part: NewPart, subject: string | undefined): NewPart {
  return subject === undefined ? part : { ...part, subject };
}
