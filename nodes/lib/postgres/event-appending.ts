/** Events of many calls come in; one statement writes them, and each call gets those of its own that were new. */
import type { EmailEvent, NewEvent } from '../event/event-log.ts';
import type { Place } from './database.ts';
import {
  type EventColumns,
  type EventWriting,
  eventArrays,
  eventColumns,
  eventValues,
} from './event-writing.ts';

/** An event as the database knows it: id and app are added outside. */
export type LoggedEvent = Omit<EmailEvent, 'id' | 'app'> & { readonly sequence: number };

/** The rows get their numbers in the order in which they are given. */
const append = `
  INSERT INTO email_app.event (app, ${eventColumns})
    SELECT $1, ${eventColumns} FROM unnest(${eventArrays(2)}) WITH ORDINALITY AS given (${eventColumns}, n) ORDER BY n
    ON CONFLICT (app, key) WHERE key IS NOT NULL DO NOTHING
    RETURNING sequence, key`;

interface NewRow {
  readonly sequence: number;
  readonly key: string | null;
}

export async function appendEvents(
  { database, appId }: Place,
  calls: readonly (readonly NewEvent[])[],
  writing: EventWriting,
): Promise<readonly (readonly LoggedEvent[])[]> {
  const rows = calls.flat().map(writing.columnsOf);
  if (rows.length === 0) return calls.map(() => []);
  const fresh = await database.query<NewRow>(append, [appId, ...eventValues(rows)]);
  const sequences = sequencesOf(rows, fresh);
  let next = 0;
  return calls.map((events) =>
    events.flatMap(({ key: _, ...told }) => {
      const sequence = sequences[next++];
      return sequence === undefined ? [] : [{ ...told, sequence }];
    }),
  );
}

/** Those that were there are left out of `fresh`; the others come in their order. */
function sequencesOf(
  rows: readonly EventColumns[],
  fresh: readonly NewRow[],
): readonly (number | undefined)[] {
  const ordered = [...fresh].sort((a, b) => a.sequence - b.sequence);
  let next = 0;
  return rows.map(({ key }) => {
    const row = ordered[next];
    if (!row || row.key !== key) return undefined;
    next += 1;
    return row.sequence;
  });
}
