/** Events are counted by their hour and type, a few thousand rows at a time, as the store's thread runs it. */
import type { EventType } from '../event/event-log.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

/**
 * What happened since the store was made is in `event_total`, which goes on growing while hours are pruned. An event that is
 * `untallied` proves nothing, which its row alone does not tell: what is in it is sealed.
 */
export const tallyTables = `
  ALTER TABLE event ADD COLUMN untallied INTEGER;
  CREATE TABLE event_tally (
    hour INTEGER NOT NULL,
    type TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, type)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE event_total (
    type TEXT PRIMARY KEY,
    count INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE event_tallied (sequence INTEGER NOT NULL) STRICT;
  INSERT INTO event_tallied VALUES (0);`;

export interface TallyRow {
  /** ms since the epoch */
  readonly hour: number;
  readonly type: EventType;
  readonly count: number;
}

/** Takes a few milliseconds. */
const mostRolled = 4000;

export function tallyOperations(context: StoreContext) {
  const { database } = context;
  const read = prepareStatement<TallyRow>(
    database,
    'SELECT hour, type, count FROM event_tally WHERE hour >= ? ORDER BY hour',
  );
  const totals = prepareStatement<Omit<TallyRow, 'hour'>>(database, 'SELECT type, count FROM event_total');
  const prune = prepareStatement(database, 'DELETE FROM event_tally WHERE hour < ?');
  return {
    'tally.roll': rollOperation(context),
    'tally.read': (from: number): TallyRow[] => read.all(from),
    'tally.totals': (_: undefined): Omit<TallyRow, 'hour'>[] => totals.all(),
    'tally.prune': (before: number): void => {
      prune.run(before);
    },
  };
}

/** Answers whether there may be more. */
function rollOperation({ database }: StoreContext) {
  const begin = prepareStatement<{ sequence: number }>(database, 'SELECT sequence FROM event_tallied');
  const end = prepareStatement<{ sequence: number | null; rows: number }>(
    database,
    `SELECT max(sequence) AS sequence, count(*) AS rows FROM
      (SELECT sequence FROM event WHERE sequence > ? ORDER BY sequence LIMIT ${mostRolled})`,
  );
  const add = (table: string, columns: string, values: string) =>
    prepareStatement(
      database,
      `INSERT INTO ${table} (${columns}, count)
        SELECT ${values}, count(*) FROM event
          WHERE sequence > ? AND sequence <= ? AND untallied IS NULL GROUP BY ${values}
        ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    );
  const addToHours = add('event_tally', 'hour, type', 'at - at % 3600000, type');
  const addToTotals = add('event_total', 'type', 'type');
  const note = prepareStatement(database, 'UPDATE event_tallied SET sequence = ?');
  return (_: undefined): boolean => {
    const from = begin.get()?.sequence ?? 0;
    const last = end.get(from);
    if (!last?.sequence) return false;
    addToHours.run(from, last.sequence);
    addToTotals.run(from, last.sequence);
    note.run(last.sequence);
    return last.rows === mostRolled;
  };
}
