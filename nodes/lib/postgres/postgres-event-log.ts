/** The port `EventLog` on PostgreSQL: many machines write it, and none of them waits for another. */
import type { EmailEvent, EventLog, NewEvent } from '../event/event-log.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { EventOwner } from '../store/sqlite-event-log.ts';
import { type Bell, openBell } from './bell.ts';
import type { Place } from './database.ts';
import { appendEvents, type LoggedEvent } from './event-appending.ts';
import { newestEvent, pruneEvents } from './event-pruning.ts';
import { readEvents } from './event-reading.ts';
import { type FindRecords, openEvents } from './event-records.ts';
import { beforeAll, type EventPlace, placeOf, positionOf, settleTurns } from './event-turns.ts';
import { eventWriting } from './event-writing.ts';
import { gather } from './gather.ts';

export interface EventLogOptions {
  readonly keys: KeyRing;
  readonly owner: EventOwner;
  readonly clock: Clock;
  /** What the outbox keeps of the copies that events are about. */
  readonly find: FindRecords;
}

export interface PostgresEventLog extends EventLog {
  /** Another statement wrote events, and is committed. */
  appended(): void;
  /** Some that are there could not be read yet: it is told again when they may be. `cameOn`: others were read. */
  lookAgain(cameOn: boolean): void;
  /** What a dead instance appended may not have been told. */
  recoverDead(instance: string): Promise<void>;
  close(): void;
}

const channel = 'email_app_event';
/** Calls of `append` that go together. */
const mostCalls = 500;

/** Before anything is appended anywhere in this process. */
export async function openEventLog(place: Place, options: EventLogOptions): Promise<PostgresEventLog> {
  await settleTurns(place);
  const { keys, owner, clock, find } = options;
  const writing = eventWriting(keys, place.appId);
  const bell = openBell(place, channel);
  const waking = wakingOf(bell, clock);
  const append = gather(
    (calls: readonly (readonly NewEvent[])[]) => appendEvents(place, calls, writing),
    mostCalls,
  );
  return {
    ...readerPlaces(place),
    onAppended: waking.onAppended,
    lookAgain: waking.lookAgain,
    appended: () => bell.ring(),
    recoverDead: async () => bell.ring(),
    async append(events) {
      const logged = await append(events);
      if (logged.length > 0) bell.ring();
      return logged.map((event) => toEvent(event, owner));
    },
    async read({ after, types, limit }) {
      const query = { after: after === undefined ? beforeAll : placeOf(after), types, limit };
      const { rows, last, isHeld } = await readEvents(place, query);
      if (isHeld && rows.length < limit) waking.lookAgain(last !== undefined);
      const read = await openEvents(rows, writing.seal, find);
      return {
        events: read.map(({ event: { isOwn, ...told } }) => toEvent(told, owner, isOwn)),
        positions: read.map(({ row }) => positionOf(row)),
        position: last && positionOf(last),
      };
    },
    prune: (before) => pruneEvents(place, before),
    close: waking.close,
  };
}

/** The time makes it another one than that of a row with this number before the database was put back from a copy. */
function toEvent({ sequence, ...told }: LoggedEvent, owner: EventOwner, isOwn = false): EmailEvent {
  const { appId, name, provider } = owner;
  return {
    id: `${appId}-${sequence.toString(36)}-${told.at.toString(36)}`,
    app: name,
    ...(isOwn && provider && { provider }),
    ...told,
  };
}

function readerPlaces(place: Place): Pick<EventLog, 'position' | 'setPosition' | 'end'> {
  const { database, appId } = place;
  const textOf = (found: EventPlace | undefined) => found && positionOf(found);
  return {
    async position(reader) {
      const sql = 'SELECT turn, sequence FROM email_app.event_reader WHERE app = $1 AND reader = $2';
      const [found] = await database.query<EventPlace>(sql, [appId, reader]);
      return textOf(found);
    },
    async setPosition(reader, position) {
      const { turn, sequence } = placeOf(position);
      await database.query(
        `INSERT INTO email_app.event_reader (app, reader, turn, sequence) VALUES ($1, $2, $3, $4)
          ON CONFLICT (app, reader) DO UPDATE SET turn = excluded.turn, sequence = excluded.sequence`,
        [appId, reader, turn, sequence],
      );
    },
    end: async () => textOf(await newestEvent(place)),
  };
}

/** ms: what cannot be read yet mostly can in a moment, but another database's transaction may take hours. */
const firstLook = 20;
const latestLook = 2000;

/** Readers are told of what was appended, and that they look again for what could not be read yet. */
function wakingOf(bell: Bell, clock: Clock) {
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const stop = bell.hear(tell);
  let wait = firstLook;
  let callOff: (() => void) | undefined;
  return {
    onAppended(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lookAgain(cameOn: boolean): void {
      if (cameOn) wait = firstLook;
      callOff ??= clock.after(wait, () => {
        callOff = undefined;
        wait = Math.min(2 * wait, latestLook);
        tell();
      });
    },
    close(): void {
      callOff?.();
      stop();
      bell.close();
    },
  };
}
