/** A mail of the log comes in; what is shown of it goes out: to everybody, or to whoever may open it. */
import type { PartRecord } from '../outbound/outbox.ts';
import { maskAddress } from './mask-address.ts';
import type { TimelineEntry } from './message-log.ts';

/** Where it told of itself may hold a secret of who is told. */
export function openedMessage({ notify: _, ...record }: PartRecord): Omit<PartRecord, 'notify'> {
  return record;
}

export function maskedMessage(record: PartRecord): object {
  const { id, requestId, index, count, state, from, to, messageClass, listTopic, messageId } = record;
  const { providerMessageId, correlationId, code, attempts, acceptedAt, settledAt, enhancedStatus } = record;
  return {
    ...{ id, requestId, index, count, state, from, to: { address: maskAddress(to.address) } },
    ...{ messageClass, listTopic, messageId, providerMessageId, correlationId },
    ...{ code, attempts, acceptedAt, settledAt, enhancedStatus },
    refused: record.refused.map((one) => ({ address: maskAddress(one.address), code: one.code })),
  };
}

/** What the log may tell of a fact that is about nobody. */
const plainFacts = ['startsAt', 'attempts', 'messageId', 'providerMessageId', 'enhancedStatus'] as const;

export function maskedEntry({ at, type, recipient, code, detail = {} }: TimelineEntry): object {
  const plain = plainFacts.flatMap((name) => (name in detail ? [[name, detail[name]]] : []));
  return {
    at,
    type,
    ...(recipient !== undefined && { recipient: maskAddress(recipient) }),
    ...(code !== undefined && { code }),
    ...(plain.length > 0 && { detail: Object.fromEntries(plain) }),
  };
}
