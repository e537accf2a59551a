/** A message's `msg.email` comes in; the event that it is, if it is one, goes out. */
import { type EmailEvent, eventTypes } from '../../event/event-log.ts';
import { isPlainRecord } from '../../kernel/plain-record.ts';

export function eventInMessage(email: unknown): EmailEvent | undefined {
  if (!isPlainRecord(email)) return undefined;
  const { id, type, at, app } = email;
  const known: readonly unknown[] = eventTypes;
  const isEvent =
    known.includes(type) && typeof id === 'string' && typeof app === 'string' && Number.isFinite(at);
  // what a node on the way added of its own is none of the event
  const { webhook: _webhook, resumed: _resumed, ...event } = email;
  return isEvent ? (event as unknown as EmailEvent) : undefined;
}
