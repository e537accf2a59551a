/** An event comes in; the address of whom it is about goes out: with them it is forgotten. Pure. */
import type { NewEvent } from './event-log.ts';

/** Undefined for one that is about nobody, and for what is no address. */
export function personOfEvent({
  type,
  from,
  recipient,
}: Pick<NewEvent, 'type' | 'from' | 'recipient'>): string | undefined {
  const person: unknown = type === 'inbound.received' ? from : recipient;
  return typeof person === 'string' && person.includes('@') ? person : undefined;
}
