/** What a person does to mails of the log: ids come in, how many of them it changed goes out. */
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { addressKey, domainOf } from '../mail/address.ts';
import { newMessageId } from '../mail/message-id.ts';
import type { NewPart, NewRequest, Outbox, PartRecord } from '../outbound/outbox.ts';
import type { KeptMessage, MessageLog } from './message-log.ts';
import { badQuery } from './read-query.ts';

export interface ActionRooms {
  readonly messageLog: Pick<MessageLog, 'open'>;
  readonly outbox: Pick<Outbox, 'accept' | 'cancel' | 'retryNow' | 'resend' | 'resolve'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: () => string;
  /** Of parts that are final now. */
  readonly onSettled: (records: readonly PartRecord[]) => void;
  /** There may be more to send. */
  readonly onQueued: () => void;
}

export type MessageAction = (ids: readonly string[], rooms: ActionRooms) => Promise<number>;

const mostIds = 1000;

/** Throws EmailError `bad-query`. */
export function readIds(given: unknown): readonly string[] {
  const isId = (one: unknown): one is string => typeof one === 'string' && one !== '' && one.length <= 200;
  if (Array.isArray(given) && given.length > 0 && given.length <= mostIds && given.every(isId)) return given;
  throw badQuery('ids', `it must be a list of 1 to ${mostIds} ids`);
}

/** Throws EmailError `bad-query`. */
export function readResolution(given: unknown): 'sent' | 'failed' {
  if (given === 'sent' || given === 'failed') return given;
  throw badQuery('as', 'it must be sent or failed');
}

export const messageActions = {
  cancel: (ids, { outbox, clock, onSettled }) => settling(outbox.cancel(ids, clock.now()), onSettled),
  retry: (ids, { outbox, clock, onQueued }) => queueing(outbox.retryNow(ids, clock.now()), onQueued),
  resend: (ids, { outbox, clock, onQueued }) => queueing(outbox.resend(ids, clock.now()), onQueued),
  again: sendAgain,
} as const satisfies Readonly<Record<string, MessageAction>>;

export function resolveUnknown(
  ids: readonly string[],
  as: 'sent' | 'failed',
  { outbox, clock, onSettled }: ActionRooms,
): Promise<number> {
  return settling(outbox.resolve(ids, as, clock.now()), onSettled);
}

async function settling(work: Promise<PartRecord[]>, onSettled: ActionRooms['onSettled']): Promise<number> {
  const records = await work;
  onSettled(records);
  return records.length;
}

async function queueing(work: Promise<number>, onQueued: () => void): Promise<number> {
  const count = await work;
  if (count > 0) onQueued();
  return count;
}

/**
 * Each as a new mail of the same content, checked against the suppression list as any other before it leaves; its
 * results come as events. What is not kept any more is passed over, unless it was the only one: then `content-gone`.
 */
async function sendAgain(ids: readonly string[], rooms: ActionRooms): Promise<number> {
  let count = 0;
  for (const id of ids) {
    const kept = await openKept(id, rooms, ids.length === 1);
    if (!kept) continue;
    await rooms.outbox.accept(anew(kept, rooms));
    rooms.onQueued();
    count += 1;
  }
  return count;
}

async function openKept(
  id: string,
  { messageLog }: ActionRooms,
  isOnly: boolean,
): Promise<KeptMessage | undefined> {
  try {
    return await messageLog.open(id);
  } catch (thrown) {
    if (!isOnly && thrown instanceof EmailError && thrown.code === 'content-gone') return undefined;
    throw thrown;
  }
}

function anew(
  { record, content, recipients, values }: KeptMessage,
  { clock, newId }: ActionRooms,
): NewRequest {
  const now = clock.now();
  const { node, messageClass, listTopic, callbackData, notify, to, subject, correlationId } = record;
  const own = new Set((content.visibleTo ?? [to]).map(({ address }) => addressKey(address)));
  const isOwn = (address: string) =>
    own.has(addressKey(address)) || addressKey(address) === addressKey(to.address);
  const part: NewPart = {
    id: newId(),
    to,
    recipients: recipients.filter(isOwn),
    riders: recipients.filter((address) => !isOwn(address)),
    values,
    subject,
    correlationId,
    messageId: newMessageId(newId, domainOf(content.from.address)),
  };
  const labels = { messageClass, listTopic, callbackData, notify, priority: content.priority };
  const times = { acceptedAt: now, dueAt: now };
  return { id: newId(), node, reports: false, content, ...labels, ...times, parts: [part] };
}
