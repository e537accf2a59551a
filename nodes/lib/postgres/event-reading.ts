/** A place in the event log and what is wanted come in; one page of rows behind it goes out. */
import type { EventType } from '../event/event-log.ts';
import type { Place } from './database.ts';
import { eventHorizon } from './event-tables.ts';
import type { EventPlace } from './event-turns.ts';

export interface EventQuery {
  readonly after: EventPlace;
  readonly types?: readonly EventType[];
  readonly limit: number;
}

export interface EventRow extends EventPlace {
  readonly at: number;
  readonly type: EventType;
  readonly request: number | null;
  readonly position: number | null;
  readonly fact: Buffer | null;
}

export interface EventRows {
  readonly rows: readonly EventRow[];
  /** Of the last row looked at, wanted or not. */
  readonly last?: EventPlace;
  /** There is more already, which cannot be read yet. */
  readonly isHeld: boolean;
}

/** Rows looked at in one call, where some are not wanted. */
const mostRead = 1000;

/** One row at least, whose `last_turn` is empty if nothing was found. */
const readPage = `
  WITH page AS MATERIALIZED (
    SELECT turn, sequence, type FROM email_app.event
      WHERE app = $1 AND (turn, sequence) > ($2, $3) AND turn < ${eventHorizon}
      ORDER BY turn, sequence LIMIT $4
  ), wanted AS (
    SELECT turn, sequence FROM page WHERE $5::text[] IS NULL OR type = ANY ($5) ORDER BY turn, sequence LIMIT $6
  ), last AS (
    SELECT turn AS last_turn, sequence AS last_sequence FROM page ORDER BY turn DESC, sequence DESC LIMIT 1
  )
  SELECT last.*, event.*, EXISTS (
      SELECT FROM email_app.event WHERE app = $1 AND turn >= ${eventHorizon}
    ) AS is_held
    FROM (VALUES (1)) AS one LEFT JOIN last ON true LEFT JOIN wanted ON true
      LEFT JOIN email_app.event ON app = $1 AND event.turn = wanted.turn AND event.sequence = wanted.sequence
    ORDER BY event.turn, event.sequence`;

interface PageRow {
  readonly last_turn: number | null;
  readonly last_sequence: number | null;
  readonly is_held: boolean;
}

type FoundRow = PageRow & { readonly [Name in keyof EventRow]: EventRow[Name] | null };

export async function readEvents({ database, appId }: Place, query: EventQuery): Promise<EventRows> {
  const { after, types, limit } = query;
  const looked = types ? Math.max(mostRead, limit) : limit;
  const values = [appId, after.turn, after.sequence, looked, types ?? null, limit];
  const found = await database.query<FoundRow>(readPage, values);
  const rows = found.filter((row): row is PageRow & EventRow => row.turn !== null);
  const [{ last_turn = null, last_sequence = null, is_held = false } = {}] = found;
  if (last_turn === null || last_sequence === null) return { rows, isHeld: is_held };
  const last = rows.length === limit ? rows.at(-1) : { turn: last_turn, sequence: last_sequence };
  return { rows, last, isHeld: is_held };
}
