/**
 * The conductor of one message to very many: a list of recipients comes in, an accepted mailing on disk goes out. Each
 * recipient is read, checked and written in turn, so that nothing but the list itself grows with their number.
 */
import { breather } from '../kernel/breather.ts';
import { EmailError } from '../kernel/errors.ts';
import { inCallersWords } from '../kernel/field-path.ts';
import { ownMember } from '../kernel/own-member.ts';
import { mailingFrom, mailingLimit } from '../outbound/mailings.ts';
import { isGiven } from '../request/read-record.ts';
import type { SendFields, SendRequest } from '../request/send-fields.ts';
import { readSendRequest, type SendRules } from '../request/send-request.ts';
import { refuseUntold } from '../webhook/refuse-untold.ts';
import { readyMail } from './compiled-mails.ts';
import { copyCheck } from './copy-check.ts';
import { CopyWriter } from './copy-writer.ts';
import { holdReady } from './hold-ready.ts';
import { planRequest } from './plan-request.ts';
import type { SendingRooms, SendOrder, SendOutcome } from './send-order.ts';

/** One personal copy for each of a long list, and nobody in Cc or Bcc, who would ride on one of them. */
export function isMailing({ mode }: SendOrder, { to, cc, bcc, copies }: SendFields): boolean {
  const isLong = mode === 'message' && Array.isArray(to) && to.length > mailingFrom;
  return isLong && copies !== 'together' && !isGiven(cc) && !isGiven(bcc);
}

/** Throws as `sendMail` does. */
export async function sendMailing(
  order: SendOrder,
  fields: SendFields,
  rooms: SendingRooms,
): Promise<SendOutcome> {
  const now = rooms.clock.now();
  // a flow may change its own while this one is read
  const list = (fields.to as readonly unknown[]).slice();
  const sendRequest = await readShared(list, fields, { ...rooms, now });
  if (sendRequest.notify) refuseUntold(sendRequest.notify, rooms.notifyHosts());
  const request = planRequest(order, sendRequest, { visibleCc: [] }, now);
  const mail = await readyMail(request.content);
  const draft = rooms.mailings.draft(request.id);
  const rules = { ...sendRequest, check: copyCheck(mail, request, rooms) };
  const writer = new CopyWriter(list, draft, rules);
  try {
    await writer.writeAll(breather(rooms.clock, rooms.requireOpen));
    const offered = { requestId: request.id, mail, copies: writer.count };
    const mailing = { ...request, idempotency: writer.idempotency() };
    const acceptance = await holdReady(offered, rooms.ready, () => draft.accept(mailing));
    const isRepeated = acceptance.kind === 'repeated';
    const requestId = isRepeated ? acceptance.requestId : request.id;
    return { requestId, isRepeated, count: writer.count, copies: writer.listed(requestId) };
  } catch (thrown) {
    await draft.drop();
    throw thrown;
  }
}

/** All but the recipients. One of them stands for all: whether there are values of their own decides how the body is read. */
function readShared(list: readonly unknown[], fields: SendFields, rules: SendRules): Promise<SendRequest> {
  refuseTooMany(list.length, rules.settings.delivery.maxWaiting);
  const hasOwn = (one: unknown) => isGiven(ownMember(one, 'substitutions'));
  const example = Math.max(list.findIndex(hasOwn), 0);
  return readSendRequest({ ...fields, to: [list[example]] }, rules).catch((thrown) => {
    throw inCallersWords(thrown, (field) => field.replace(/^to\[0\]/, `to[${example}]`));
  });
}

/** Before anything is written. Those whom the list names twice count twice here. */
function refuseTooMany(count: number, maxWaiting: number): void {
  const refuse = (code: 'too-many-recipients' | 'queue-too-small', limit: number): void => {
    if (count > limit) throw new EmailError(code, { field: 'to', detail: { count, limit } });
  };
  refuse('too-many-recipients', mailingLimit);
  refuse('queue-too-small', maxWaiting);
}
