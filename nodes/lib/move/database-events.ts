/** The event log of an app in the database: rows by transaction and number there, by number alone in a file. */
import type { EmailEvent } from '../event/event-log.ts';
import { isTallied } from '../message-log/tally-events.ts';
import { openJson, sealJson } from '../postgres/outbox-words.ts';
import { type DatabaseRoom, databaseShelf, insertRows, pagesOf } from './database-rows.ts';
import { orUndefined } from './file-rows.ts';
import type { Kept, Shelves } from './kept.ts';

interface EventPlace {
  readonly turn: number;
  readonly sequence: number;
}

interface EventRow extends EventPlace {
  readonly at: number;
  readonly type: string;
  readonly request: number | null;
  readonly position: number | null;
  readonly key: string | null;
  readonly person: Buffer | null;
  readonly spelling: Buffer | null;
  readonly fact: Buffer | null;
}

const inOrder = ['turn', 'sequence'] as const;

/** Their own numbers, as they are part of their ids, but where an earlier one has as large a number. */
function numbering(): (place: EventPlace) => number {
  let last = 0;
  return ({ sequence }) => {
    last = Math.max(last + 1, sequence);
    return last;
  };
}

export function eventShelf(room: DatabaseRoom): Shelves['event'] {
  const seal = room.seals.event;
  return {
    ...databaseShelf<EventRow, Kept['event']>(room, {
      ...{ table: 'event', from: 'email_app.event', by: inOrder },
      toKept: (row) => toKept(row, row.sequence),
      toRows: (events) => ({
        event: events.map(({ fact, ...event }) => ({
          ...eventColumns(event),
          mail: typeof fact?.emailId === 'string' ? fact.emailId : null,
          fact: fact && sealJson(fact, seal),
          untallied: isTallied({ type: event.type, ...fact } as EmailEvent) ? null : true,
        })),
      }),
    }),
    async *read() {
      const numberOf = numbering();
      for await (const rows of pagesOf<EventRow>(room, { from: 'email_app.event', by: inOrder }))
        yield rows.map((row) => toKept(row, numberOf(row)));
    },
  };

  function toKept({ at, type, fact, ...row }: EventRow, sequence: number): Kept['event'] {
    return {
      ...{ sequence, at, type, request: orUndefined(row.request), position: orUndefined(row.position) },
      ...{ key: orUndefined(row.key), person: orUndefined(row.person), spelling: orUndefined(row.spelling) },
      fact: fact ? openJson(fact, seal) : undefined,
    };
  }
}

function eventColumns({ sequence, at, type, request, position, key, person, spelling }: Kept['event']) {
  return { sequence, at, type, request, position, key, person, spelling };
}

interface ReaderRow extends EventPlace {
  readonly reader: string;
}

const newestUpTo = `SELECT turn, sequence FROM email_app.event WHERE app = $1 AND sequence <= $2
  ORDER BY turn DESC, sequence DESC LIMIT 1`;

export function readerShelf(room: DatabaseRoom): Shelves['reader'] {
  const shelf = databaseShelf<ReaderRow, Kept['reader']>(room, {
    ...{ table: 'event_reader', from: 'email_app.event_reader', by: ['reader'] },
    toKept: ({ reader, sequence }) => ({ reader, sequence }),
    toRows: () => ({}),
  });
  return {
    ...shelf,
    async *read() {
      const readers: ReaderRow[] = [];
      for await (const rows of pagesOf<ReaderRow>(room, { from: 'email_app.event_reader', by: ['reader'] }))
        readers.push(...rows);
      yield await numbersOf(room, readers);
    },
    async write(readers) {
      const { database, appId } = room;
      for (const { reader, sequence } of readers) {
        const [place = { turn: 0, sequence: 0 }] = await database.query<EventPlace>(newestUpTo, [
          appId,
          sequence,
        ]);
        await insertRows(database, room, 'event_reader', [
          { reader, turn: place.turn, sequence: place.sequence },
        ]);
      }
    },
  };
}

/** Of the last event that each has had. */
async function numbersOf(room: DatabaseRoom, readers: readonly ReaderRow[]): Promise<Kept['reader'][]> {
  const numberOf = numbering();
  const numbers = new Map(readers.map(({ reader }) => [reader, 0]));
  const from = '(SELECT app, turn, sequence FROM email_app.event)';
  for await (const places of pagesOf<EventPlace>(room, { from, by: inOrder, rowsOfPage: 5000 }))
    for (const place of places) {
      const number = numberOf(place);
      for (const at of readers) if (!isBefore(at, place)) numbers.set(at.reader, number);
    }
  return [...numbers].map(([reader, sequence]) => ({ reader, sequence }));
}

function isBefore(one: EventPlace, other: EventPlace): boolean {
  return one.turn < other.turn || (one.turn === other.turn && one.sequence < other.sequence);
}
