import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { wantsReceipt } from '../lib/event/wanted-receipt.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import { eventInMessage } from '../lib/webhook/body/event-in-message.ts';
import type { WebhookOrder } from '../lib/webhook/body/webhook-body.ts';
import type { WebhookTarget } from '../lib/webhook/webhook-queue.ts';
import type { Fields } from './read-app-config.ts';
import { fieldReader } from './read-fields.ts';

export interface Posting {
  readonly order: WebhookOrder;
  /** Where to, if not to the node's own URL. */
  readonly target?: WebhookTarget;
}

/** What a message asks to be posted; undefined for one that nobody wants to hear of. */
export type ReadPosting = (message: NodeMessageInFlow) => Promise<Posting | undefined>;

export function postingReader(RED: NodeAPI, node: Node, config: Fields): ReadPosting {
  const readOther = otherReader(RED, node, config);
  return async (message) => {
    const event = eventInMessage(message.email);
    if (config.target === 'notify') {
      if (!event?.notify || !wantsReceipt(event)) return undefined;
      const { url, authId } = event.notify;
      return { order: { kind: 'event', event, message }, target: { url, authId } };
    }
    return { order: event ? { kind: 'event', event, message } : await readOther(message) };
  };
}

function otherReader(
  RED: NodeAPI,
  node: Node,
  config: Fields,
): (message: NodeMessageInFlow) => Promise<WebhookOrder> {
  // A flow written by hand may leave out what has a default.
  const fields = { eventType: 'topic', eventData: 'payload', ...config };
  const read = fieldReader(RED, node, fields, ['eventType', 'eventData']);
  return async (message) => {
    const { eventType: type, eventData: data } = await read(message);
    if (typeof type !== 'string' || type.trim() === '') {
      throw new EmailError('bad-webhook', {
        field: 'eventType',
        detail: { why: 'it must be a text that is not empty' },
      });
    }
    return { kind: 'other', type, data, at: systemClock.now(), subject: subjectOf(message.email), message };
  };
}

/** Webhooks about the same mail stay in their order. */
function subjectOf(email: unknown): string | undefined {
  const { emailId, id } = (typeof email === 'object' && email !== null ? email : {}) as Fields;
  const subject = emailId ?? id;
  return typeof subject === 'string' ? subject : undefined;
}
