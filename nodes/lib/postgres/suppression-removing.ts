/** What takes entries from the list, or out of them who it was, or since when nobody need know. */

import type { GoneEntry } from '../store/suppression-news.ts';
import { erasedAddress, type Hashes } from '../store/suppression-rows.ts';
import type { Removal } from '../suppression/suppression-list.ts';
import type { Queries } from './database.ts';
import { nothingTold } from './event-tables.ts';
import { asEvent, eventColumns, withoutNul } from './suppression-adding.ts';
import { ofPerson, personValues } from './suppression-person.ts';
import { inTurn, type ListPlace } from './suppression-turn.ts';

/** `gone` are entries that leave the list by this statement: each leaves its event behind, and is counted. */
function taking(which: string, more = ''): string {
  return `WITH gone AS (DELETE FROM email_app.suppression AS listed WHERE ${which} RETURNING *),
    kept AS (INSERT INTO email_app.suppression_event (${eventColumns}) SELECT ${asEvent('gone')} FROM gone ${more}),
    counted AS (
      UPDATE email_app.suppression_state SET entries = entries - (SELECT count(*) FROM gone) WHERE app = $1
    )`;
}

const removed = `UNION ALL SELECT app, person, spelling, 'removed', topic, cause, $7, $8::bigint, NULL, $9, $10, $11 FROM gone`;
/** `$6`: those for one cause, by its name; else all (`*`), or all but the grave ones (empty). */
const ofCause = `(cause = $6 OR $6 = '*' OR ($6 = '' AND cause NOT IN ('complaint', 'hard-bounce')))`;
const remove = `${taking(`${ofPerson('listed')} AND topic = $5 AND ${ofCause}`, removed)}
  SELECT cause, email_id FROM gone`;

/** Those that went. */
export async function removeEntries(
  tx: Queries,
  { appId, folds }: ListPlace,
  { hashes, ...removal }: Removal & { readonly hashes: Hashes },
): Promise<readonly GoneEntry[]> {
  const { listTopic = '', cause, graveToo, method, at, evidence, detail } = removal;
  return tx.query<GoneEntry>(
    remove,
    [
      ...[appId, ...personValues(hashes, folds)],
      ...[listTopic, cause ?? (graveToo ? '*' : '')],
      ...[method, at, evidence?.ip ?? null, evidence?.userAgent ?? null, detail ?? null],
    ].map(withoutNul),
  );
}

const nothingPersonal = 'email_id = NULL, ip = NULL, user_agent = NULL, detail = NULL';
const forgetEntries = `UPDATE email_app.suppression AS listed
  SET address = ${erasedAddress}, ${nothingPersonal} WHERE ${ofPerson('listed')} RETURNING 1`;
const forgetHistory = `UPDATE email_app.suppression_event AS past SET ${nothingPersonal} WHERE ${ofPerson('past')}`;
const forgetTold = `UPDATE email_app.event AS told SET ${nothingTold} WHERE ${ofPerson('told')}`;
const noteErased = `WITH state AS (UPDATE email_app.suppression_state SET some_erased = true WHERE app = $1)
  INSERT INTO email_app.suppression_event (app, person, spelling, action, topic, method, at)
  VALUES ($1, $2, $3, 'erased', '', 'api', $4)`;

export interface Erasure {
  readonly hashes: Hashes;
  readonly at: number;
  /** Whatever else is kept of them. */
  readonly forget?: (tx: Queries, whose: readonly unknown[]) => Promise<void>;
}

/** True if they were on the list. */
export async function erasePerson(
  tx: Queries,
  { appId, folds }: ListPlace,
  { hashes, at, forget }: Erasure,
): Promise<boolean> {
  const whose = [appId, ...personValues(hashes, folds)];
  const { length } = await tx.query(forgetEntries, whose);
  await tx.query(forgetHistory, whose);
  await tx.query(forgetTold, whose);
  await forget?.(tx, whose);
  if (length > 0) await tx.query(noteErased, [appId, ...hashes, at]);
  return length > 0;
}

/** Rows at most in one go, so that others get their turn. */
const rowsOfPruning = 500;

const key = 'app, person, spelling, topic, cause';
const takeExpired = `${taking(`(${key}) IN (
  SELECT ${key} FROM email_app.suppression WHERE app = $1 AND expires_at <= $2 LIMIT ${rowsOfPruning})`)}
  SELECT 1 FROM gone`;

/** An ordered lock, so that two machines that prune at once do not wait for each other in a ring. */
function forgetEvidence(table: string, columns: string): string {
  return `UPDATE email_app.${table} SET ip = NULL, user_agent = NULL WHERE (${columns}) IN (
    SELECT ${columns} FROM email_app.${table}
      WHERE app = $1 AND at < $2 AND (ip IS NOT NULL OR user_agent IS NOT NULL)
      ORDER BY ${columns} LIMIT ${rowsOfPruning} FOR UPDATE) RETURNING 1`;
}

export async function pruneList(place: ListPlace, now: number, evidenceBefore: number): Promise<void> {
  const { appId, database } = place;
  await untilFewer(() => inTurn(place, ({ tx }) => tx.query(takeExpired, [appId, now])));
  for (const [table, columns] of [
    ['suppression', key],
    ['suppression_event', 'app, key'],
  ] as const) {
    const sql = forgetEvidence(table, columns);
    await untilFewer(() => database.query(sql, [appId, evidenceBefore]));
  }
}

async function untilFewer(some: () => Promise<readonly unknown[]>): Promise<void> {
  while ((await some()).length === rowsOfPruning);
}
