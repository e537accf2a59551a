import type { NodeMessageInFlow } from 'node-red';
import { type EmailResult, outputOf } from '../lib/outbound/email-result.ts';
import type { PartRecord } from '../lib/outbound/outbox.ts';

/**
 * The user's message with `msg.email`, on the output of its state: sent, suppressed, failed. The results of two inputs are
 * two sequences, though they may be of one request.
 */
export function resultMessage(
  message: NodeMessageInFlow,
  record: PartRecord,
  email: EmailResult,
  sequence = record.requestId,
): (NodeMessageInFlow | null)[] {
  message.email = email;
  message.parts = partsOf(message, record, sequence);
  return [0, 1, 2].map((output) => (output === outputOf(record.state) ? message : null));
}

/** Lets a join recombine the results; an existing sequence is kept inside, and left alone by a single mail. */
function partsOf(
  { parts: before }: NodeMessageInFlow,
  { index, count }: PartRecord,
  id: string,
): NodeMessageInFlow['parts'] {
  if (count === 1 && before) return before;
  return { id, index, count, ...(before && { parts: before }) };
}
