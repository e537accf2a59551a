/** The event log's operations by name, as the worker runs them. */
import type { EmailEvent, EventType, NewEvent } from '../event/event-log.ts';
import { EmailError } from '../kernel/errors.ts';
import { factOf, partOfEvent, type StoredEvent } from './event-rows.ts';
import { eventWriting, nothingTold } from './event-writing.ts';
import { withSecureDelete } from './forget-thoroughly.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import type { PostedHash } from './suppression-rows.ts';

/** An event as the thread knows it: id and app are added outside. */
export type LoggedEvent = Omit<EmailEvent, 'id' | 'app'> & {
  readonly sequence: number;
  /** The outbox told of it: the route is what it is about. */
  readonly isOwn?: boolean;
};

export interface PostedEvent {
  readonly event: NewEvent;
  /** Of whom it is about: the recipient, or who wrote a mail that was received. */
  readonly hash?: PostedHash;
}

export interface EventQuery {
  readonly after: number;
  readonly types?: readonly EventType[];
  readonly limit: number;
}

export interface EventPage {
  readonly events: readonly LoggedEvent[];
  /** Of the last row looked at, wanted or not. */
  readonly position?: number;
}

export interface EventPruning {
  readonly before: number;
  /** Goes on behind this row. */
  readonly after: number;
}

/** Rows looked at in one call, so that a reader of rare types holds up nobody. */
const mostRead = 1000;
const mostPruned = 2000;

export function eventOperations(context: StoreContext) {
  const { database } = context;
  const newest = prepareStatement<{ sequence: number | null }>(
    database,
    'SELECT max(sequence) AS sequence FROM event',
  );
  const write = prepareStatement(
    database,
    'INSERT INTO event_reader VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position',
  );
  const find = prepareStatement<{ position: number }>(
    database,
    'SELECT position FROM event_reader WHERE reader = ?',
  );
  return {
    'event.append': appendOperation(context),
    'event.read': readOperation(context),
    'event.prune': pruneOperation(context),
    'event.end': (_: undefined): number | undefined => newest.get()?.sequence ?? undefined,
    'event.position': (reader: string): number | undefined => find.get(reader)?.position,
    'event.setPosition': ({ reader, position }: { reader: string; position: number }): void => {
      write.run(reader, position);
    },
  };
}

function appendOperation(context: StoreContext) {
  const { reserve } = context;
  const write = eventWriting(context);
  return (events: readonly PostedEvent[]): LoggedEvent[] => {
    reserve.requireRoom();
    return events.flatMap(({ event, hash }) => {
      const sequence = write(event, hash);
      const { key: _, ...told } = event;
      return sequence === undefined ? [] : [{ ...told, sequence }];
    });
  };
}

function readOperation(context: StoreContext) {
  const { database, seal } = context;
  const rowsAfter = prepareStatement<StoredEvent>(
    database,
    `SELECT sequence, at, type, request, position, fact, sealed FROM event WHERE sequence > ? ORDER BY sequence ${limitTo}`,
  );
  const partOf = partOfEvent(context);
  const toEvent = (row: StoredEvent): LoggedEvent | undefined => {
    const { sequence, at, type, request, position } = row;
    const part = request !== null && position !== null ? partOf(type, { request, position }) : {};
    const isOwn = request !== null;
    return part && { sequence, isOwn, type, at, ...part, ...factOf(row, seal) };
  };
  return ({ after, types, limit }: EventQuery): EventPage => {
    const events: LoggedEvent[] = [];
    let position: number | undefined;
    for (const row of rowsAfter.all(after, mostRead)) {
      if (events.length === limit) break;
      position = row.sequence;
      const event = !types || types.includes(row.type) ? ifReadable(() => toEvent(row)) : undefined;
      if (event) events.push(event);
    }
    return { events, position };
  };
}

/** What does not open has nothing to tell: it must not keep readers from what came after it. */
function ifReadable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof EmailError) return undefined;
    throw thrown;
  }
}

/**
 * In steps, from the oldest: answers where the next one begins, or undefined at the end. Times may be a little out of
 * order: a young row among old ones waits for a later pruning. The newest row stays, for the next takes the number after
 * it, but tells nothing.
 */
function pruneOperation({ database }: StoreContext) {
  const lastOf = prepareStatement<{ sequence: number | null }>(
    database,
    `SELECT max(sequence) AS sequence FROM
      (SELECT sequence FROM event WHERE sequence > ? ORDER BY sequence ${limitTo})`,
  );
  const old = 'sequence > ? AND sequence <= ? AND at < ? AND sequence < (SELECT max(sequence) FROM event)';
  const lastOld = prepareStatement<{ sequence: number | null }>(
    database,
    `SELECT max(sequence) AS sequence FROM event WHERE ${old}`,
  );
  const remove = prepareStatement(database, `DELETE FROM event WHERE ${old}`);
  const blank = prepareStatement(
    database,
    `UPDATE event SET ${nothingTold} WHERE at < ? AND sequence = (SELECT max(sequence) FROM event)`,
  );
  // whoever has not read what is gone by now is no longer there
  const forgetReaders = prepareStatement(database, 'DELETE FROM event_reader WHERE position < ?');
  const pruneSome = ({ before, after }: EventPruning): number | undefined => {
    if (after === 0) blank.run(before);
    const last = lastOf.get(after, mostPruned)?.sequence;
    const gone = last && lastOld.get(after, last, before)?.sequence;
    if (!last || !gone) return undefined;
    remove.run(after, last, before);
    forgetReaders.run(gone);
    return last;
  };
  return (pruning: EventPruning): number | undefined => withSecureDelete(database, () => pruneSome(pruning));
}
