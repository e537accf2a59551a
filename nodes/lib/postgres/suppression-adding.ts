/** Entries, given or staged, come in; those that are not on the list yet are put there by one statement. */
import { entryColumns, entryValues, erasedAddress, type Hashes } from '../store/suppression-rows.ts';
import type { NewSuppression } from '../suppression/suppression-list.ts';
import { isOfPerson } from './suppression-person.ts';
import type { ListPlace, ListTurn } from './suppression-turn.ts';

export interface HashedEntry {
  readonly entry: NewSuppression;
  readonly hashes: Hashes;
}

export const eventColumns =
  'app, person, spelling, action, topic, cause, method, at, email_id, ip, user_agent, detail';

/** An entry is its own event as long as it stands; this is the event when it goes. */
export function asEvent(row: string): string {
  const columns = eventColumns.split(', ').map((name) => (name === 'action' ? `'added'` : `${row}.${name}`));
  return columns.join(', ');
}

const columnTypes = [
  ...['bytea', 'bytea', 'text', 'text', 'text', 'bigint', 'bigint'],
  ...['text', 'text', 'text', 'text', 'text'],
];

/** Entries as rows with their place `n`: their columns are the parameters from this one on. */
export function givenEntries(firstParameter: number): string {
  const arrays = columnTypes.map((type, index) => `$${firstParameter + index}::${type}[]`);
  return `unnest(${arrays.join(', ')}) WITH ORDINALITY AS entry (${entryColumns}, n)`;
}

/** One array for each of `entryColumns`. */
export function columnsOf(entries: readonly HashedEntry[]): unknown[][] {
  const rows = entries.map(({ entry, hashes }) => entryValues(entry, hashes, false).map(withoutNul));
  return columnTypes.map((_, column) => rows.map((row) => row[column]));
}

/** PostgreSQL keeps no NUL in a text. */
export function withoutNul(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}

const key = 'person, spelling, topic, cause';
const personal = ['email_id', 'ip', 'user_agent', 'detail'];
const replaced = ['method', 'at', 'expires_at', 'address', ...personal];
const ownSpelling = `CASE entry.spelling WHEN '' THEN entry.person ELSE entry.spelling END`;
const never = '9223372036854775807';

const ofErased = `$2::boolean AND EXISTS (SELECT FROM email_app.suppression AS held WHERE held.app = $1
  AND ${isOfPerson('held', 'entry.person', ownSpelling, '$3::boolean')} AND (held.address IS NULL OR held.address = '@'))`;

/** Only what may expire can be there for a shorter time; asked for one by one, lest the whole list is read. */
const shorter = `
  SELECT ${asEvent('listed')} FROM given CROSS JOIN LATERAL (
    SELECT * FROM email_app.suppression AS listed
      WHERE app = $1 AND (person, spelling, topic, cause) = (given.person, given.spelling, given.topic, given.cause)
        AND expires_at < coalesce(given.expires_at, ${never})
      LIMIT 1
  ) AS listed WHERE given.cause IN ('soft-bounce', 'manual')`;

/**
 * Common tables for a statement: `given` are the entries (of those with one key the one that holds longest), `put` those
 * that came on the list. `$1` is the app, `$2` whether anybody was erased, `$3` whether addresses are folded; of the erased
 * nothing is kept but what holds them. The list's turn is taken, so nobody else comes between.
 */
export function puttingOf(entries: string): string {
  return `given AS MATERIALIZED (
      SELECT DISTINCT ON (${key}) *, ${ofErased} AS of_erased FROM ${entries}
        ORDER BY ${key}, expires_at DESC NULLS FIRST, n
    ), shorter AS (
      INSERT INTO email_app.suppression_event (${eventColumns}) ${shorter} RETURNING 1
    ), put AS (
      INSERT INTO email_app.suppression AS listed (app, ${entryColumns})
        SELECT $1, ${key}, method, at, expires_at, CASE WHEN of_erased THEN ${erasedAddress} ELSE address END,
          ${personal.map((column) => `CASE WHEN NOT of_erased THEN ${column} END`).join(', ')} FROM given
        ON CONFLICT (app, ${key}) DO UPDATE SET
          (${replaced.join(', ')}) = ROW (${replaced.map((column) => `excluded.${column}`).join(', ')})
          WHERE listed.expires_at < coalesce(excluded.expires_at, ${never})
        RETURNING ${key}
    ), counted AS (
      UPDATE email_app.suppression_state
        SET entries = entries + (SELECT count(*) FROM put) - (SELECT count(*) FROM shorter) WHERE app = $1
    )`;
}

const putGiven = `WITH ${puttingOf(givenEntries(4))} SELECT n, of_erased FROM given JOIN put USING (${key}) ORDER BY n`;

export interface PutEntry {
  /** Its place among those given. */
  readonly index: number;
  /** The person was erased: the entry is kept without them. */
  readonly ofErased: boolean;
}

/** Those that came on the list. */
export async function putEntries(
  { tx, someErased }: ListTurn,
  { appId, folds }: ListPlace,
  entries: readonly HashedEntry[],
): Promise<PutEntry[]> {
  const rows = await tx.query<{ n: number; of_erased: boolean }>(putGiven, [
    ...[appId, someErased, folds],
    ...columnsOf(entries),
  ]);
  return rows.map(({ n, of_erased: ofErased }) => ({ index: n - 1, ofErased }));
}
