/** Facts in, rows of the event log out: written by whoever records the fact, in the same transaction. */
import type { NewEvent } from '../event/event-log.ts';
import { isTallied } from '../message-log/tally-events.ts';
import { sealJson } from './outbox-sealed.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import { hashesOf, type PostedHash } from './suppression-rows.ts';

/** `hash`: of whom the event is about. Answers the sequence of the row; undefined if one of that key was there. */
export type WriteEvent = (event: NewEvent, hash?: PostedHash) => number | undefined;

export function eventWriting({
  database,
  seal,
  markOf,
}: Pick<StoreContext, 'database' | 'seal' | 'markOf'>): WriteEvent {
  const insert = prepareStatement(
    database,
    'INSERT INTO event (at, type, key, untallied, person, spelling, sealed) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  // keys name recipients, so only marks of them are kept; those of older rows stand there as they were told
  const isKnown = prepareStatement(database, 'SELECT 1 FROM event WHERE key = ?');
  return ({ type, at, key, ...fact }, hash) => {
    const [person, spelling] = hash === undefined ? [null, null] : hashesOf(hash);
    if (key !== undefined && isKnown.get(key)) return undefined;
    const mark = key === undefined ? null : markOf(key);
    const untallied = isTallied({ type, ...fact }) ? null : 1;
    const values = [at, type, mark, untallied, person, spelling, sealJson(fact, seal)] as const;
    const { changes, lastInsertRowid } = insert.run(...values);
    return changes === 1 ? Number(lastInsertRowid) : undefined;
  };
}

/** What a row loses with who it was about: that something happened stays. */
export const nothingTold = 'fact = NULL, sealed = NULL, key = NULL, person = NULL, spelling = NULL';
