/** What changes the list: entries come, go, lose their person, their evidence or their time. */
import type { Removal, SuppressionCause } from '../suppression/suppression-list.ts';
import { mayExpire } from '../suppression/suppression-policy.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import type { SuppressionFilter } from './suppression-filter.ts';
import { bytesOf, entryColumns, entryValues, type PostedEntry, type PostedHash } from './suppression-rows.ts';
import type { SuppressionState } from './suppression-state.ts';

const eventColumns = 'hash, action, topic, cause, method, at, email_id, ip, user_agent, detail';
const placeholders = '?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?';
const thisEntry = 'hash = ? AND topic = ? AND cause = ?';

/** True if the entry was not there; whoever calls it counts. */
export function entryAdding({ database }: StoreContext, filter: SuppressionFilter) {
  const insert = prepareStatement(
    database,
    `INSERT INTO suppression (${entryColumns}) VALUES (${placeholders}) ON CONFLICT DO NOTHING`,
  );
  const findShorter = prepareStatement(
    database,
    `SELECT 1 FROM suppression WHERE ${thisEntry} AND expires_at < ?`,
  );
  const replace = prepareStatement(
    database,
    `INSERT OR REPLACE INTO suppression (${entryColumns}) VALUES (${placeholders})`,
  );
  const keepEvent = eventKeeping(database);

  /** Its successor takes its place, so the size of the list stays what it was. */
  const replaceShorter = (entry: PostedEntry): boolean => {
    const key = [bytesOf(entry.hash), entry.listTopic ?? '', entry.cause] as const;
    if (!findShorter.get(...key, entry.expiresAt ?? Number.MAX_SAFE_INTEGER)) return false;
    keepEvent(...key);
    replace.run(...entryValues(entry));
    return true;
  };
  return (entry: PostedEntry): 'new' | 'replaced' | undefined => {
    filter.add(bytesOf(entry.hash));
    if (mayExpire(entry.cause) && replaceShorter(entry)) return 'replaced';
    return insert.run(...entryValues(entry)).changes === 1 ? 'new' : undefined;
  };
}

/** What an entry says becomes an event, since the entry goes. */
function eventKeeping(database: StoreContext['database']) {
  const keep = prepareStatement(
    database,
    `INSERT INTO suppression_event (${eventColumns})
      SELECT hash, 'added', topic, cause, method, at, email_id, ip, user_agent, detail
      FROM suppression WHERE ${thisEntry}`,
  );
  return (hash: Uint8Array, topic: string, cause: SuppressionCause): void =>
    void keep.run(hash, topic, cause);
}

/** An entry that goes leaves its event behind. */
function entryTaking(database: StoreContext['database']) {
  const keepEvent = eventKeeping(database);
  const remove = prepareStatement(database, `DELETE FROM suppression WHERE ${thisEntry}`);
  return (hash: Uint8Array, topic: string, cause: SuppressionCause): void => {
    keepEvent(hash, topic, cause);
    remove.run(hash, topic, cause);
  };
}

export interface PostedRemoval extends Omit<Removal, 'address'> {
  readonly hash: PostedHash;
}

export function removeOperation({ database }: StoreContext, state: SuppressionState) {
  const find = prepareStatement<{ cause: SuppressionCause }>(
    database,
    'SELECT cause FROM suppression WHERE hash = ? AND topic = ?',
  );
  const take = entryTaking(database);
  const note = prepareStatement(
    database,
    `INSERT INTO suppression_event (${eventColumns}) VALUES (?, 'removed', ?, ?, ?, ?, NULL, ?, ?, ?)`,
  );
  return ({ hash, listTopic: topic = '', cause: only, method, at, evidence, detail }: PostedRemoval) => {
    const bytes = bytesOf(hash);
    const found = find.all(bytes, topic).filter(({ cause }) => only === undefined || cause === only);
    for (const { cause } of found) {
      take(bytes, topic, cause);
      note.run(
        bytes,
        topic,
        cause,
        method,
        at,
        evidence?.ip ?? null,
        evidence?.userAgent ?? null,
        detail ?? null,
      );
    }
    if (found.length > 0) state.changed(-found.length);
    return found.length > 0;
  };
}

export function eraseOperation({ database }: StoreContext) {
  const nothingPersonal = 'email_id = NULL, ip = NULL, user_agent = NULL, detail = NULL WHERE hash = ?';
  const forgetEntries = prepareStatement(
    database,
    `UPDATE suppression SET address = NULL, ${nothingPersonal}`,
  );
  const forgetEvents = prepareStatement(database, `UPDATE suppression_event SET ${nothingPersonal}`);
  const note = prepareStatement(
    database,
    `INSERT INTO suppression_event (hash, action, topic, method, at) VALUES (?, 'erased', '', 'api', ?)`,
  );
  return ({ hash, at }: { hash: PostedHash; at: number }): boolean => {
    const bytes = bytesOf(hash);
    // FAST passes over the pages that a long text has to itself.
    database.exec('PRAGMA secure_delete = ON');
    const wasListed = Number(forgetEntries.run(bytes).changes) > 0;
    forgetEvents.run(bytes);
    database.exec('PRAGMA secure_delete = FAST');
    if (wasListed) note.run(bytes, at);
    return wasListed;
  };
}

export interface ListPruning {
  readonly now: number;
  readonly evidenceBefore: number;
  /** Rows of each kind at most in one go. */
  readonly limit: number;
}

interface EntryKey {
  readonly hash: Uint8Array;
  readonly topic: string;
  readonly cause: SuppressionCause;
}

/** True if there may be more to do. */
export function pruneOperation({ database }: StoreContext, state: SuppressionState) {
  const findExpired = prepareStatement<EntryKey>(
    database,
    `SELECT hash, topic, cause FROM suppression WHERE expires_at <= ? ${limitTo}`,
  );
  const take = entryTaking(database);
  const noEvidence = 'SET ip = NULL, user_agent = NULL WHERE';
  const kept = 'at < ? AND (ip IS NOT NULL OR user_agent IS NOT NULL)';
  const forgetOfEntries = prepareStatement(
    database,
    `UPDATE suppression ${noEvidence} (hash, topic, cause) IN
      (SELECT hash, topic, cause FROM suppression WHERE ${kept} ${limitTo})`,
  );
  const forgetOfEvents = prepareStatement(
    database,
    `UPDATE suppression_event ${noEvidence} key IN (SELECT key FROM suppression_event WHERE ${kept} ${limitTo})`,
  );
  return ({ now, evidenceBefore, limit }: ListPruning): boolean => {
    const expired = findExpired.all(now, limit);
    for (const { hash, topic, cause } of expired) take(hash, topic, cause);
    if (expired.length > 0) state.changed(-expired.length);
    const forgotten = [forgetOfEntries, forgetOfEvents].map((forget) => forget.run(evidenceBefore, limit));
    return expired.length === limit || forgotten.some(({ changes }) => Number(changes) === limit);
  };
}
