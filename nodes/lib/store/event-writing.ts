/** Facts in, rows of the event log out: written by whoever records the fact, in the same transaction. */
import type { DatabaseSync } from 'node:sqlite';
import type { NewEvent } from '../event/event-log.ts';
import { prepareStatement } from './prepare-statement.ts';
import { hashesOf, type PostedHash } from './suppression-rows.ts';

/** `hash`: of whom the event is about. Answers the sequence of the row; undefined if one of that key was there. */
export type WriteEvent = (event: NewEvent, hash?: PostedHash) => number | undefined;

export function eventWriting(database: DatabaseSync): WriteEvent {
  const insert = prepareStatement(
    database,
    'INSERT INTO event (at, type, key, person, spelling, fact) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  return ({ type, at, key, ...fact }, hash) => {
    const [person, spelling] = hash === undefined ? [null, null] : hashesOf(hash);
    const values = [at, type, key ?? null, person, spelling, JSON.stringify(fact)] as const;
    const { changes, lastInsertRowid } = insert.run(...values);
    return changes === 1 ? Number(lastInsertRowid) : undefined;
  };
}

/** What a row loses with who it was about: that something happened stays. */
export const nothingTold = 'fact = NULL, key = NULL, person = NULL, spelling = NULL';
