/** The port `EventTally` on SQLite; whose mails there are is listed when events are counted. */
import type { EventTally } from '../message-log/event-tally.ts';
import { tallyEvents, tallyHours } from '../message-log/tally-events.ts';
import type { Store } from './open-store.ts';
import { listPersons } from './person-listing.ts';

export function sqliteEventTally({ client }: Store): EventTally {
  return {
    async roll() {
      while (await client.call('tally.roll', undefined));
      await listPersons(client);
    },
    read: async (from) => tallyHours(await client.call('tally.read', from)),
    totals: async () => tallyEvents(await client.call('tally.totals', undefined)),
    prune: (before) => client.call('tally.prune', before),
  };
}
