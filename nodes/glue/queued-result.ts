import type { NodeMessageInFlow } from 'node-red';
import type { SendOutcome } from '../lib/app/send-order.ts';

/** "Reply when queued": the message with what was accepted; later outcomes come as events. */
export function queuedResult(
  message: NodeMessageInFlow,
  { requestId, count, copies }: SendOutcome,
): NodeMessageInFlow {
  const messages = copies.map(({ id, to, correlationId }) => ({ id, to: to.address, correlationId }));
  message.email = { status: 'queued', requestId, count, messages };
  return message;
}
