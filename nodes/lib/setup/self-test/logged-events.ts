/** The event log of a running app comes in; the one of SES's events that is waited for comes out. */
import type { EventLog, EventType } from '../../event/event-log.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { AwaitEvent, AwaitedEvent } from './queue-events.ts';

const types: Readonly<Record<AwaitedEvent['type'], EventType>> = {
  Bounce: 'email.bounced',
  Complaint: 'email.complained',
  Delivery: 'email.delivered',
};

/** ms */
const pause = 1000;

/** Of what is told from now on: an app that reads the queue leaves nothing in it for others. */
export async function loggedEvents(log: Pick<EventLog, 'read' | 'end'>, clock: Clock): Promise<AwaitEvent> {
  const begin = await log.end();
  return async ({ messageId, type }, signal) => {
    let after = begin;
    for (;;) {
      signal.throwIfAborted();
      const { events, position } = await log.read({ after, types: [types[type]], limit: 100 });
      if (events.some(({ provider, detail }) => provider === 'ses' && detail?.messageId === messageId))
        return;
      if (position === undefined) await new Promise<void>((resolve) => clock.after(pause, resolve));
      after = position ?? after;
    }
  };
}
