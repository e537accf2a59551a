/** Temporary failures of an address in a row, one for each mail; a delivery ends the row. */
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import { hashesOf, type PostedHash } from './suppression-rows.ts';

export interface SoftBounce {
  readonly hash: PostedHash;
  /** Email id: several reports on one mail count once. */
  readonly mail: string;
  /** ms since the epoch */
  readonly at: number;
  /** Older ones do not count. */
  readonly since: number;
}

export function softBounceOperations({ database }: StoreContext) {
  const add = prepareStatement(
    database,
    'INSERT INTO soft_bounce (person, mail, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const count = prepareStatement<{ found: number }>(
    database,
    'SELECT count(*) AS found FROM soft_bounce WHERE person = ? AND at >= ?',
  );
  const forget = prepareStatement(database, 'DELETE FROM soft_bounce WHERE person = ?');
  const prune = prepareStatement(database, 'DELETE FROM soft_bounce WHERE at < ?');
  return {
    /** Answers how many there are by now. */
    'softBounce.add': ({ hash, mail, at, since }: SoftBounce): number => {
      const [person] = hashesOf(hash);
      add.run(person, mail, at);
      return count.get(person, since)?.found ?? 0;
    },
    'softBounce.forget': (hash: PostedHash): void => {
      forget.run(hashesOf(hash)[0]);
    },
    'softBounce.prune': (before: number): void => {
      prune.run(before);
    },
  };
}
