/** SES's notices in a queue come in; the one that is waited for comes out. */

import type { Clock } from '../../kernel/clock.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { isPlainRecord } from '../../kernel/plain-record.ts';
import type { Queues } from '../ports/aws-ports.ts';

export interface AwaitedEvent {
  /** Of SES: what it answered when the mail was handed over. */
  readonly messageId: string;
  readonly type: 'Bounce' | 'Complaint' | 'Delivery';
}

/** Resolves once the event came; rejects, or never resolves, once `signal` is aborted. */
export type AwaitEvent = (event: AwaitedEvent, signal: AbortSignal) => Promise<void>;

const waitSeconds = 5;
/** In case the queue answers at once. */
const pause = 1000;

/** Looks without taking away: what is read comes back for the app itself. */
export function queueEvents(queues: Pick<Queues, 'receiveMessage'>, url: string, clock: Clock): AwaitEvent {
  const seen = new Set<string>();
  return async ({ messageId, type }, signal) => {
    while (!seen.has(`${type} ${messageId}`)) {
      signal.throwIfAborted();
      for (const body of await queues.receiveMessage(url, waitSeconds)) {
        const event = readSesEvent(body);
        if (event) seen.add(`${event.type} ${event.messageId}`);
      }
      if (!seen.has(`${type} ${messageId}`))
        await new Promise<void>((resolve) => clock.after(pause, resolve));
    }
  };
}

/** An event, alone or as `Message` in SNS's envelope; `eventType` or, by identity feedback, `notificationType`. */
export function readSesEvent(body: string): { type: string; messageId: string } | undefined {
  const outer = parseRecord(body);
  const event = typeof outer?.Message === 'string' ? parseRecord(outer.Message) : outer;
  const type = event?.eventType ?? event?.notificationType;
  const messageId = isPlainRecord(event?.mail) ? event.mail.messageId : undefined;
  return typeof type === 'string' && typeof messageId === 'string' ? { type, messageId } : undefined;
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  const parsed = parseJson(text);
  return isPlainRecord(parsed) ? parsed : undefined;
}
