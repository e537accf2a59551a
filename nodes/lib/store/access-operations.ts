/** Who opened what, as the store's thread writes and reads it. */
import type { Access } from '../message-log/access-log.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export function accessOperations({ database }: StoreContext) {
  const insert = prepareStatement(
    database,
    'INSERT INTO access (at, user, what, subject) VALUES (?, ?, ?, ?)',
  );
  const newest = prepareStatement<Access>(
    database,
    `SELECT at, user, what, subject FROM access ORDER BY key DESC ${limitTo}`,
  );
  const prune = prepareStatement(database, 'DELETE FROM access WHERE at < ?');
  return {
    'access.note': ({ at, user, what, subject }: Access): void => {
      insert.run(at, user, what, subject);
    },
    'access.list': (limit: number): Access[] => newest.all(limit).map((row) => ({ ...row })),
    'access.prune': (before: number): void => {
      prune.run(before);
    },
  };
}
