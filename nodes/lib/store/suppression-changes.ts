/** What changes the list: entries come, go, lose their person, their evidence or their time. */
import type { NewSuppression, Removal, SuppressionCause } from '../suppression/suppression-list.ts';
import { isGrave, mayExpire } from '../suppression/suppression-policy.ts';
import { nothingTold } from './event-writing.ts';
import { spaceCleaning, withSecureDelete } from './forget-thoroughly.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import type { SuppressionFilter } from './suppression-filter.ts';
import { ofPerson, type SuppressionPerson } from './suppression-person.ts';
import {
  entryColumns,
  entryValues,
  erasedAddress,
  type Hashes,
  hashesOf,
  isErased,
  type PostedHash,
} from './suppression-rows.ts';
import type { SuppressionState } from './suppression-state.ts';
import { webhookForgetting } from './webhook-settle.ts';

const eventColumns = 'person, spelling, action, topic, cause, method, at, email_id, ip, user_agent, detail';
const placeholders = '?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?';
const thisEntry = 'person = ? AND spelling = ? AND topic = ? AND cause = ?';
const keyColumns = 'person, spelling, topic, cause';

interface EntryKey {
  readonly person: Uint8Array;
  readonly spelling: Uint8Array;
  readonly topic: string;
  readonly cause: SuppressionCause;
}

/** In the order of `keyColumns`. */
function valuesOf({ person, spelling, topic, cause }: EntryKey) {
  return [person, spelling, topic, cause] as const;
}

export interface AddedEntry {
  /** Undefined if it was there already. Whoever calls it counts. */
  readonly outcome: 'new' | 'replaced' | undefined;
  /** The person was erased: the entry is kept without them. */
  readonly ofErased: boolean;
}

interface ChangeRooms {
  readonly state: SuppressionState;
  readonly person: SuppressionPerson;
}

interface AddingRooms extends ChangeRooms {
  readonly filter: SuppressionFilter;
}

export function entryAdding({ database }: StoreContext, { filter, state, person }: AddingRooms) {
  const findErased = prepareStatement(
    database,
    `SELECT 1 FROM suppression WHERE ${ofPerson} AND ${isErased} LIMIT 1`,
  );
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
  const replaceShorter = (entry: NewSuppression, hashes: Hashes, ofErased: boolean): boolean => {
    const [person, spelling] = hashes;
    const key = { person, spelling, topic: entry.listTopic ?? '', cause: entry.cause };
    if (!findShorter.get(...valuesOf(key), entry.expiresAt ?? Number.MAX_SAFE_INTEGER)) return false;
    keepEvent(key);
    withSecureDelete(database, () => replace.run(...entryValues(entry, hashes, ofErased)));
    return true;
  };
  return (entry: NewSuppression, hashes: Hashes): AddedEntry => {
    filter.add(hashes[0]);
    const ofErased = state.someErased() && findErased.get(...person.valuesOf(hashes)) !== undefined;
    if (mayExpire(entry.cause) && replaceShorter(entry, hashes, ofErased))
      return { outcome: 'replaced', ofErased };
    const isNew = insert.run(...entryValues(entry, hashes, ofErased)).changes === 1;
    return { outcome: isNew ? 'new' : undefined, ofErased };
  };
}

/** What an entry says becomes an event, since the entry goes. */
function eventKeeping(database: StoreContext['database']) {
  const keep = prepareStatement(
    database,
    `INSERT INTO suppression_event (${eventColumns})
      SELECT person, spelling, 'added', topic, cause, method, at, email_id, ip, user_agent, detail
      FROM suppression WHERE ${thisEntry}`,
  );
  return (key: EntryKey): void => void keep.run(...valuesOf(key));
}

/** An entry that goes leaves its event behind. */
function entryTaking(database: StoreContext['database']) {
  const keepEvent = eventKeeping(database);
  const remove = prepareStatement(database, `DELETE FROM suppression WHERE ${thisEntry}`);
  return (key: EntryKey): void => {
    keepEvent(key);
    remove.run(...valuesOf(key));
  };
}

export interface PostedRemoval extends Removal {
  readonly hash: PostedHash;
}

/** An entry that went. */
export interface RemovedEntry extends EntryKey {
  /** Of the mail that had led to it. */
  readonly email_id: string | null;
}

export function removeOperation({ database }: StoreContext, { state, person }: ChangeRooms) {
  const find = prepareStatement<RemovedEntry>(
    database,
    `SELECT ${keyColumns}, email_id FROM suppression WHERE ${ofPerson} AND topic = ?4`,
  );
  const take = entryTaking(database);
  const note = prepareStatement(
    database,
    `INSERT INTO suppression_event (${eventColumns}) VALUES (?, ?, 'removed', ?, ?, ?, ?, NULL, ?, ?, ?)`,
  );
  return ({
    listTopic: topic = '',
    method,
    at,
    evidence,
    detail,
    ...which
  }: PostedRemoval): RemovedEntry[] => {
    const found = find
      .all(...person.valuesOf(hashesOf(which.hash)), topic)
      .filter(({ cause }) => (which.cause ? cause === which.cause : which.graveToo || !isGrave(cause)));
    for (const key of found) {
      take(key);
      note.run(
        key.person,
        key.spelling,
        topic,
        key.cause,
        method,
        at,
        evidence?.ip ?? null,
        evidence?.userAgent ?? null,
        detail ?? null,
      );
    }
    if (found.length > 0) state.changed(-found.length);
    return found;
  };
}

export function eraseOperation(context: StoreContext, { state, person }: ChangeRooms) {
  const { database } = context;
  const cleanSpace = spaceCleaning(context);
  const nothingPersonal = `email_id = NULL, ip = NULL, user_agent = NULL, detail = NULL WHERE ${ofPerson}`;
  const forgetEntries = prepareStatement(
    database,
    `UPDATE suppression SET address = ${erasedAddress}, ${nothingPersonal}`,
  );
  const forgetEvents = prepareStatement(database, `UPDATE suppression_event SET ${nothingPersonal}`);
  const forgetTold = prepareStatement(database, `UPDATE event SET ${nothingTold} WHERE ${ofPerson}`);
  const forgetWebhooks = webhookForgetting(database);
  const note = prepareStatement(
    database,
    `INSERT INTO suppression_event (person, spelling, action, topic, method, at)
      VALUES (?, ?, 'erased', '', 'api', ?)`,
  );
  return ({ hash, at }: { hash: PostedHash; at: number }): boolean => {
    const hashes = hashesOf(hash);
    const whose = person.valuesOf(hashes);
    const wasListed = Number(forgetEntries.run(...whose).changes) > 0;
    forgetEvents.run(...whose);
    forgetTold.run(...whose);
    forgetWebhooks(whose);
    cleanSpace();
    if (!wasListed) return false;
    note.run(...hashes, at);
    state.noteErased();
    return true;
  };
}

export interface ListPruning {
  readonly now: number;
  readonly evidenceBefore: number;
  /** Rows of each kind at most in one go. */
  readonly limit: number;
}

/** True if there may be more to do. */
export function pruneOperation({ database }: StoreContext, state: SuppressionState) {
  const findExpired = prepareStatement<EntryKey>(
    database,
    `SELECT ${keyColumns} FROM suppression WHERE expires_at <= ? ${limitTo}`,
  );
  const take = entryTaking(database);
  const noEvidence = 'SET ip = NULL, user_agent = NULL WHERE';
  const kept = 'at < ? AND (ip IS NOT NULL OR user_agent IS NOT NULL)';
  const forgetOfEntries = prepareStatement(
    database,
    `UPDATE suppression ${noEvidence} (${keyColumns}) IN
      (SELECT ${keyColumns} FROM suppression WHERE ${kept} ${limitTo})`,
  );
  const forgetOfEvents = prepareStatement(
    database,
    `UPDATE suppression_event ${noEvidence} key IN (SELECT key FROM suppression_event WHERE ${kept} ${limitTo})`,
  );
  return ({ now, evidenceBefore, limit }: ListPruning): boolean => {
    const expired = findExpired.all(now, limit);
    for (const key of expired) take(key);
    if (expired.length > 0) state.changed(-expired.length);
    const forgotten = [forgetOfEntries, forgetOfEvents].map((forget) => forget.run(evidenceBefore, limit));
    return expired.length === limit || forgotten.some(({ changes }) => Number(changes) === limit);
  };
}
