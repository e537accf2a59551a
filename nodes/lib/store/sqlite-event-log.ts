/** The port `EventLog` on SQLite: positions are row numbers, and each call becomes an operation of the store's thread. */
import type { EmailEvent, EventLog, NewEvent } from '../event/event-log.ts';
import { personOfEvent } from '../event/person-of-event.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import type { LoggedEvent, PostedEvent } from './event-operations.ts';
import type { Store } from './open-store.ts';
import { postedHash } from './suppression-rows.ts';

/** Whose log it is: what each event says of the app. */
export interface EventOwner {
  readonly appId: string;
  readonly name: string;
  /** The kind of its route. */
  readonly provider?: string;
}

export interface SqliteEventLog extends EventLog {
  /** Another operation of the store wrote events. */
  appended(): void;
}

export function sqliteEventLog({ client }: Store, keys: KeyRing, owner: EventOwner): SqliteEventLog {
  const { appId, name, provider } = owner;
  const hasher = addressHasher(keys.current('address-hash').secret);
  const post = (event: NewEvent): PostedEvent => {
    const person = personOfEvent(event);
    return { event, hash: person === undefined ? undefined : postedHash(hasher.hash(person)) };
  };
  const listeners = new Set<() => void>();
  const appended = (): void => {
    for (const listener of listeners) listener();
  };
  /** The time makes it another one than that of a row with this number before the file was put back from a copy. */
  const toEvent = ({ sequence, isOwn, ...told }: LoggedEvent): EmailEvent => ({
    id: `${appId}-${sequence.toString(36)}-${told.at.toString(36)}`,
    app: name,
    ...(isOwn && provider && { provider }),
    ...told,
  });
  return {
    appended,
    async append(events) {
      const logged = await client.call('event.append', events.map(post));
      if (logged.length > 0) appended();
      return logged.map(toEvent);
    },
    async read({ after, types, limit }) {
      const page = await client.call('event.read', { after: numberOf(after), types, limit });
      return {
        events: page.events.map(toEvent),
        positions: page.events.map(({ sequence }) => String(sequence)),
        position: textOf(page.position),
      };
    },
    position: async (reader) => textOf(await client.call('event.position', reader)),
    setPosition: (reader, position) =>
      client.call('event.setPosition', { reader, position: numberOf(position) }),
    end: async () => textOf(await client.call('event.end', undefined)),
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async prune(before) {
      let after: number | undefined = 0;
      while (after !== undefined) after = await client.call('event.prune', { before, after });
    },
  };
}

function numberOf(position: string | undefined): number {
  return Number(position ?? 0);
}

function textOf(position: number | undefined): string | undefined {
  return position === undefined ? undefined : String(position);
}
