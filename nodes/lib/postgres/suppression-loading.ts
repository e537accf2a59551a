/** The rows of an import: staged apart from the list, decided by one commit, then put on the list step by step. */
import { entryColumns } from '../store/suppression-rows.ts';
import type { ImportOutcome } from '../suppression/suppression-import.ts';
import { columnsOf, givenEntries, type HashedEntry, puttingOf } from './suppression-adding.ts';
import type { ListNews } from './suppression-told.ts';
import { inTurn, type ListPlace, type ListTurn } from './suppression-turn.ts';

/** Whoever else changes the list waits for one step at most. */
const rowsOfStep = 5000;
const rowsOfSweep = 20_000;

const stage = `INSERT INTO email_app.suppression_staged (app, import, ${entryColumns})
  SELECT $1, load.id, ${entryColumns.replaceAll(/\b(\w+)/g, 'entry.$1')}
    FROM email_app.suppression_import AS load, ${givenEntries(3)}
    WHERE load.app = $1 AND load.id = $2 AND load.at IS NULL ORDER BY n RETURNING 1`;

/** In place of another that was given up. */
export async function beginLoad({ database, appId }: ListPlace, id: string): Promise<void> {
  await database.query(
    `INSERT INTO email_app.suppression_import (app, id) VALUES ($1, $2)
      ON CONFLICT (app) DO UPDATE SET (id, at, worked_to, worked, added, erased, is_done) = ($2, NULL, 0, 0, 0, 0, false)`,
    [appId, id],
  );
}

/** False if another import has taken its place. */
export async function stageEntries(
  { database, appId }: ListPlace,
  id: string,
  entries: readonly HashedEntry[],
): Promise<boolean> {
  const staged = await database.query(stage, [appId, id, ...columnsOf(entries)]);
  return staged.length === entries.length;
}

/** False if another import has taken its place. */
export async function decideLoad({ database, appId }: ListPlace, id: string, at: number): Promise<boolean> {
  const sql = `UPDATE email_app.suppression_import SET at = $3 WHERE app = $1 AND id = $2 AND at IS NULL RETURNING 1`;
  return (await database.query(sql, [appId, id, at])).length > 0;
}

/** Not once it was decided. */
export async function dropLoad({ database, appId }: ListPlace, id: string): Promise<void> {
  const sql = 'DELETE FROM email_app.suppression_import WHERE app = $1 AND id = $2 AND at IS NULL';
  await database.query(sql, [appId, id]);
}

/** Whoever has the claim for imports knows that nobody goes on with one that is not decided. */
export async function dropUndecided({ database, appId }: ListPlace): Promise<void> {
  await database.query('DELETE FROM email_app.suppression_import WHERE app = $1 AND at IS NULL', [appId]);
}

interface Standing extends ImportOutcome {
  readonly id: string;
  readonly at: number;
  readonly worked_to: number;
  readonly worked: number;
  readonly is_done: boolean;
}

const readStanding = `SELECT id, at, worked_to, worked, added, erased, is_done
  FROM email_app.suppression_import WHERE app = $1 AND at IS NOT NULL`;

const putStaged = `WITH slice AS MATERIALIZED (
    SELECT ${entryColumns}, key AS n FROM email_app.suppression_staged
      WHERE app = $1 AND import = $4 AND key > $5 ORDER BY key LIMIT ${rowsOfStep}
  ), ${puttingOf('slice AS entry')}
  UPDATE email_app.suppression_import SET
    worked_to = coalesce((SELECT max(n) FROM slice), worked_to),
    worked = worked + (SELECT count(*) FROM slice),
    added = added + (SELECT count(*) FROM put),
    erased = erased + (SELECT count(*) FROM given WHERE of_erased),
    is_done = (SELECT count(*) FROM slice) < ${rowsOfStep}
    WHERE app = $1 AND id = $4 RETURNING id, at, worked_to, worked, added, erased, is_done`;

/** Puts what was decided on the list, whoever decided it; several machines may do so at once. */
export async function workThrough(
  place: ListPlace,
  news: ListNews,
  onProgress?: (worked: number) => void,
): Promise<ImportOutcome> {
  for (;;) {
    const standing = await inTurn(place, (turn) => step(turn, place, news));
    if (!standing) return { added: 0, erased: 0 };
    onProgress?.(standing.worked);
    if (standing.is_done) return { added: standing.added, erased: standing.erased };
  }
}

async function step({ tx, someErased }: ListTurn, { appId, folds }: ListPlace, news: ListNews) {
  const [before] = await tx.query<Standing>(readStanding, [appId]);
  if (!before || before.is_done) return before;
  const values = [appId, someErased, folds, before.id, before.worked_to];
  const [standing] = await tx.query<Standing>(putStaged, values);
  if (standing?.is_done) await news.imported(tx, standing.at, standing.added);
  return standing;
}

/** False where there is nothing to make up for. */
export async function isUnfinished({ database, appId }: ListPlace): Promise<boolean> {
  const [found] = await database.query<{ is_there: boolean }>(
    `SELECT EXISTS (SELECT FROM email_app.suppression_import WHERE app = $1 AND NOT is_done)
      OR EXISTS (SELECT FROM email_app.suppression_staged WHERE app = $1) AS is_there`,
    [appId],
  );
  return found?.is_there === true;
}

const sweep = `DELETE FROM email_app.suppression_staged WHERE (app, import, key) IN (
  SELECT app, import, key FROM email_app.suppression_staged AS staged
    WHERE app = $1 AND NOT EXISTS (
      SELECT FROM email_app.suppression_import AS load WHERE load.app = $1 AND load.id = staged.import AND NOT is_done)
    LIMIT ${rowsOfSweep}) RETURNING 1`;

/** Rows that no import needs any more. */
export async function sweepStaged({ database, appId }: ListPlace): Promise<void> {
  while ((await database.query(sweep, [appId])).length === rowsOfSweep);
}
