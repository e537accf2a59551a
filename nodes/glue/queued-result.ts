import type { NodeMessageInFlow } from 'node-red';
import type { Acceptance, NewRequest } from '../lib/outbound/outbox.ts';

/** "Reply when queued": the message with what was accepted; later outcomes come as events. */
export function queuedResult(
  message: NodeMessageInFlow,
  request: NewRequest,
  acceptance: Acceptance,
): NodeMessageInFlow {
  const parts = acceptance.kind === 'repeated' ? acceptance.parts : request.parts;
  message.email = {
    status: 'queued',
    messages: parts.map(({ id, to, correlationId }) => ({ id, to: to.address, correlationId })),
  };
  return message;
}
