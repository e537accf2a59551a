import type { NodeMessageInFlow } from 'node-red';
import { type EmailResult, outputOf } from '../lib/outbound/email-result.ts';
import type { PartRecord } from '../lib/outbound/outbox.ts';

/** The user's message with `msg.email`, on the output of its state: sent, suppressed, failed. */
export function resultMessage(
  message: NodeMessageInFlow,
  record: PartRecord,
  email: EmailResult,
): (NodeMessageInFlow | null)[] {
  message.email = email;
  message.parts = partsOf(message, record);
  return [0, 1, 2].map((output) => (output === outputOf(record.state) ? message : null));
}

/** Lets a join recombine the results; an existing sequence is kept inside, and left alone by a single mail. */
function partsOf({ parts: before }: NodeMessageInFlow, record: PartRecord): NodeMessageInFlow['parts'] {
  const { requestId: id, index, count } = record;
  if (count === 1 && before) return before;
  return { id, index, count, ...(before && { parts: before }) };
}
