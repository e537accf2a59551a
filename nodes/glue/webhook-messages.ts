import type { NodeMessageInFlow } from 'node-red';
import { messageFromSnapshot } from '../lib/outbound/message-snapshot.ts';
import type { QueuedWebhook } from '../lib/webhook/webhook-queue.ts';
import type { WebhookResult } from '../lib/webhook/webhook-result.ts';

/** A message whose webhook waits longer than this many others leaves the memory; its result is rebuilt. */
const mostHeld = 1000;

/** The messages that brought the webhooks which are not settled yet. */
export interface WebhookMessages {
  hold(id: string, message: NodeMessageInFlow): void;
  drop(id: string): void;
  /** The message with its result, on the output it leaves by: delivered, given up. */
  resultOf(webhook: QueuedWebhook, result: WebhookResult): (NodeMessageInFlow | null)[];
}

export function webhookMessages(): WebhookMessages {
  const held = new Map<string, NodeMessageInFlow>();
  return {
    hold(id, message) {
      held.set(id, message);
      const [oldest] = held.keys();
      if (held.size > mostHeld && oldest !== undefined) held.delete(oldest);
    },
    drop: (id) => held.delete(id),
    resultOf({ id, message: snapshot }, result) {
      const live = held.get(id);
      held.delete(id);
      const message = live ?? (messageFromSnapshot(snapshot) as NodeMessageInFlow);
      message.email = { ...asRecord(message.email), webhook: result, ...(!live && { resumed: true }) };
      return result.status === 'delivered' ? [message, null] : [null, message];
    },
  };
}

function asRecord(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
