/** Parts are listed by the hash of their recipient, many at once and in its order, out of the way of those who send. */
import type { Store } from './open-store.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

/** Takes some ten milliseconds: the more there are, the more of them share a page of the list. */
const mostListed = 8000;

/** Until all are listed that were there when it was called. Throws what the store throws. */
export async function listPersons(client: Store['client']): Promise<void> {
  while (await client.call('message.list', undefined));
}

/** Answers whether there may be more. */
export function listOperation({ database }: Pick<StoreContext, 'database'>): (_: undefined) => boolean {
  const begin = prepareStatement<{ part: number }>(database, 'SELECT part FROM part_listed');
  const end = prepareStatement<{ part: number | null; rows: number }>(
    database,
    `SELECT max(key) AS part, count(*) AS rows FROM (SELECT key FROM part WHERE key > ? ORDER BY key ${limitTo})`,
  );
  const list = prepareStatement(
    database,
    `INSERT INTO part_person SELECT person, key FROM part
      WHERE key > ? AND key <= ? AND person IS NOT NULL ORDER BY person, key`,
  );
  const note = prepareStatement(database, 'UPDATE part_listed SET part = ?');
  return (_: undefined): boolean => {
    const from = begin.get()?.part ?? 0;
    const last = end.get(from, mostListed);
    if (!last?.part) return false;
    list.run(from, last.part);
    note.run(last.part);
    return last.rows === mostListed;
  };
}
