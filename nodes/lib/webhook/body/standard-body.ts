/** An event or a message of the flow's own comes in; the body that Standard Webhooks asks for goes out. Pure. */
import { EmailError } from '../../kernel/errors.ts';
import type { WebhookOrder } from './webhook-body.ts';
import { writeJson } from './write-json.ts';

/** Standard Webhooks, “Payload structure”: `type`, `timestamp` and `data`. */
export function standardBody(order: WebhookOrder): string {
  const { type, timestamp, data } = factsOf(order);
  const text = writeJson(data, 'data');
  if (text === undefined) {
    throw new EmailError('bad-webhook', { field: 'data', detail: { why: 'there is none' } });
  }
  return `{"type":${JSON.stringify(type)},"timestamp":${JSON.stringify(timestamp)},"data":${text}}`;
}

export interface WebhookFacts {
  readonly type: string;
  /** ISO 8601, UTC */
  readonly timestamp: string;
  readonly data: unknown;
}

/** Of an event all of it, but where the mail's receipts go. */
export function factsOf(order: WebhookOrder): WebhookFacts {
  if (order.kind === 'other') return { type: order.type, timestamp: isoTime(order.at), data: order.data };
  const { notify: _, ...data } = order.event;
  return { type: data.type, timestamp: isoTime(data.at), data };
}

/** What a function node made may hold any number. */
export function isoTime(at: number): string {
  const time = new Date(at);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new EmailError('bad-webhook', { field: 'at', detail: { why: 'it is no time' } });
}
