/** What is read of the list as it is: the history of one, and pages of all. */
import { readCursor, writeCursor } from '../store/suppression-cursor.ts';
import {
  type EntryRow,
  type EventRow,
  entryColumns,
  type Hashes,
  toEvent,
  toSuppression,
} from '../store/suppression-rows.ts';
import type { SuppressionEvent, SuppressionList, SuppressionPage } from '../suppression/suppression-list.ts';
import { ofPerson, personValues } from './suppression-person.ts';
import { type ListPlace, requireKey } from './suppression-turn.ts';

const columns = 'topic, cause, method, at, email_id, ip, user_agent, detail';
const history = `SELECT action, ${columns}, key FROM email_app.suppression_event AS past WHERE ${ofPerson('past')}
  UNION ALL SELECT 'added', ${columns}, 9223372036854775807 FROM email_app.suppression AS listed WHERE ${ofPerson('listed')}
  ORDER BY at, key`;

export async function historyOf(
  { database, appId, folds }: ListPlace,
  hashes: Hashes,
): Promise<SuppressionEvent[]> {
  const rows = await database.query<EventRow>(history, [appId, ...personValues(hashes, folds)]);
  return rows.map(toEvent);
}

const page = `SELECT ${entryColumns} FROM email_app.suppression
  WHERE app = $1 AND (person, spelling, topic, cause) > ($2, $3, $4, $5)
  ORDER BY person, spelling, topic, cause LIMIT $6`;

export async function pageOf(
  { database, appId }: ListPlace,
  { limit, after }: Parameters<SuppressionList['list']>[0],
): Promise<SuppressionPage> {
  const rows = await database.query<EntryRow>(page, [appId, ...readCursor(after), limit]);
  const last = rows.at(-1);
  return {
    entries: rows.map(toSuppression),
    next: last && rows.length === limit ? writeCursor(last) : undefined,
  };
}

export async function countEntries({ database, appId, fingerprint }: ListPlace): Promise<number> {
  const sql = 'SELECT fingerprint, entries FROM email_app.suppression_state WHERE app = $1';
  const [state] = await database.query<{ fingerprint: string; entries: number }>(sql, [appId]);
  return requireKey(state, fingerprint).entries;
}
