/** Which mails are looked at for a query, newest first, a limited number at a time; and which of them it means. */
import { addressKey } from '../mail/address.ts';
import type { MessagePage, MessageQuery } from '../message-log/message-log.ts';
import type { PartRecord, PartState } from '../outbound/outbox.ts';
import { seldomStates } from './log-tables.ts';
import { type PartRow, selectParts, toRecord } from './outbox-rows.ts';
import { openOutcome, openPart } from './outbox-sealed.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

/** The row looked at last: by its place in time, or by its key where an index led to it. */
export interface SearchPlace {
  readonly at: number;
  readonly request: number;
  readonly position: number;
  readonly key: number;
}

export type PostedSearch = Omit<MessageQuery, 'after'> & { readonly after?: SearchPlace };

export type FoundPage = Omit<MessagePage, 'next'> & { readonly next?: SearchPlace };

/** As little of a row as it takes to pass over it. */
interface Candidate extends SearchPlace {
  readonly state: PartState;
}

type Candidates = (search: PostedSearch, limit: number) => readonly Candidate[];

/** Rows passed over in one call, and rows opened to be compared: a few milliseconds either way. */
const mostPassed = 1000;
const mostOpened = 250;

export function searchOperation(context: StoreContext): (search: PostedSearch) => FoundPage {
  const wayFor = searchWays(context);
  const pick = picking(context);
  const undrawn = countingUndrawn(context);
  return (search) => {
    const { find, most } = wayFor(search);
    const candidates = find(search, most);
    const { messages, last } = pick(candidates, search);
    const isEnd = candidates.length < most && last === candidates.at(-1);
    return {
      messages,
      ...(last && !isEnd && { next: placeOf(last), lookedBackTo: last.at }),
      ...(search.after === undefined && undrawn(search)),
    };
  };
}

function searchWays(context: StoreContext) {
  const inTime = candidatesInTime(context);
  const byId = candidatesById(context);
  const byPerson = candidatesByPerson(context);
  const byState = candidatesByState(context);
  const wayFor = ({ id, recipient, states, to }: PostedSearch): Candidates => {
    if (id !== undefined) return byId;
    if (recipient !== undefined) return byPerson;
    return to === undefined && states?.every((state) => isSeldom.test(state)) ? byState : inTime;
  };
  return (search: PostedSearch): { find: Candidates; most: number } => {
    const mustOpen = search.subject !== undefined || search.recipient !== undefined;
    return { find: wayFor(search), most: mustOpen ? mostOpened : mostPassed };
  };
}

/** As many as are wanted, and the one looked at last. */
function picking(context: StoreContext) {
  const open = opening(context);
  return (candidates: readonly Candidate[], search: PostedSearch) => {
    const messages: PartRecord[] = [];
    let last: Candidate | undefined;
    for (const candidate of candidates) {
      if (messages.length === search.limit) break;
      last = candidate;
      const record = mayBeMeant(candidate, search) ? open(candidate, search) : undefined;
      if (record) messages.push(record);
    }
    return { messages, last };
  };
}

function placeOf({ at, request, position, key }: Candidate): SearchPlace {
  return { at, request, position, key };
}

function mayBeMeant(
  { state, at }: Candidate,
  { states, from = 0, to = Number.POSITIVE_INFINITY }: PostedSearch,
) {
  return at >= from && at < to && (states === undefined || states.includes(state));
}

/** The record of a candidate if the query means it. */
function opening({ database, seal }: StoreContext) {
  const find = prepareStatement<PartRow>(database, `${selectParts} WHERE part.key = ?`);
  return ({ key }: Candidate, { subject, recipient }: PostedSearch): PartRecord | undefined => {
    const row = find.get(key);
    if (!row || (recipient !== undefined && !wentTo(row, recipient))) return undefined;
    const record = toRecord(row, seal);
    const isMeant = subject === undefined || foldText(record.subject).includes(foldText(subject));
    return isMeant ? record : undefined;
  };
  function wentTo(row: PartRow, recipient: string): boolean {
    return recipientsOf(row, seal).some((address) => addressKey(address) === addressKey(recipient));
  }
}

/** Everybody it was to be handed over for, at whichever attempt. */
export function recipientsOf(row: PartRow, seal: StoreContext['seal']): string[] {
  const { recipients, riders } = openPart(row, seal);
  return [...recipients, ...riders, ...(openOutcome(row, seal).handed.taken ?? [])];
}

function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

const columns = 'accepted_at AS at, part.request, part.position, part.key, state';

/** By the time of acceptance: what is left of the request looked at last, then those before it. */
function candidatesInTime({ database }: StoreContext): Candidates {
  const rest = prepareStatement<Candidate>(
    database,
    `SELECT ${columns} FROM request CROSS JOIN part ON part.request = request.key
      WHERE request.key = ? AND part.position < ? ORDER BY part.position DESC ${limitTo}`,
  );
  const earlier = prepareStatement<Candidate>(
    database,
    `SELECT ${columns} FROM request CROSS JOIN part ON part.request = request.key
      WHERE accepted_at >= ?1 AND accepted_at < ?2 AND accepted_at <= ?3 AND (accepted_at < ?3 OR request.key < ?4)
      ORDER BY accepted_at DESC, request.key DESC, part.position DESC LIMIT ?5 + 0`,
  );
  return ({ from = 0, to = Number.MAX_SAFE_INTEGER, after }, limit) => {
    const begun = after ? rest.all(after.request, after.position, limit) : [];
    const { at, request } = after ?? { at: Number.MAX_SAFE_INTEGER, request: Number.MAX_SAFE_INTEGER };
    return [...begun, ...earlier.all(from, to, at, request, limit - begun.length)];
  };
}

const isSeldom = /^(unknown|failed|suppressed|expired|cancelled)$/;

/** Of each state the newest, and of these together the newest. */
function candidatesByState({ database }: StoreContext): Candidates {
  const find = prepareStatement<Candidate>(
    database,
    `SELECT ${columns} FROM part JOIN request ON request.key = part.request
      WHERE state = ? AND ${seldomStates} AND part.key < ? ORDER BY part.key DESC ${limitTo}`,
  );
  return ({ states = [], after }, limit) => {
    const before = after?.key ?? Number.MAX_SAFE_INTEGER;
    const found = states.flatMap((state) => find.all(state, before, limit));
    return found.sort((one, other) => other.key - one.key).slice(0, limit);
  };
}

/** A request's parts are written in their order, so their keys are in it, too. */
function candidatesById({ database }: StoreContext): Candidates {
  const find = prepareStatement<Candidate>(
    database,
    `SELECT ${columns} FROM (
      SELECT key AS found FROM part WHERE id = ?1
      UNION SELECT key FROM part WHERE message_id = ?1
      UNION SELECT key FROM part WHERE provider_message_id = ?1
      UNION SELECT * FROM (SELECT key FROM part WHERE correlation_id = ?1 AND key < ?2 ORDER BY key DESC LIMIT ?4 + 0)
      UNION SELECT * FROM (SELECT key FROM part WHERE request = (SELECT key FROM request WHERE id = ?1)
        AND position < ?3 ORDER BY position DESC LIMIT ?4 + 0)
    ) CROSS JOIN part ON part.key = found JOIN request ON request.key = part.request
      WHERE part.key < ?2 ORDER BY part.key DESC LIMIT ?4 + 0`,
  );
  return ({ id = '', after }, limit) => {
    const { key, position } = after ?? { key: Number.MAX_SAFE_INTEGER, position: Number.MAX_SAFE_INTEGER };
    return find.all(withoutBrackets(id), key, position, limit);
  };
}

function withoutBrackets(id: string): string {
  return id.replace(/^<(.*)>$/, '$1');
}

/** Of those that are listed; behind them stand the older ones, which have no hash of their recipient. */
function candidatesByPerson({ database, personOf }: StoreContext): Candidates {
  const find = prepareStatement<Candidate>(
    database,
    `SELECT ${columns} FROM part_person AS listed CROSS JOIN part ON part.key = listed.part
      JOIN request ON request.key = part.request
      WHERE listed.person = ? AND listed.part < ? ORDER BY listed.part DESC ${limitTo}`,
  );
  const inTheClear = prepareStatement<Candidate>(
    database,
    `SELECT ${columns} FROM part JOIN request ON request.key = part.request
      WHERE person IS NULL AND part.key < ? ORDER BY part.key DESC ${limitTo}`,
  );
  return ({ recipient = '', after }, limit) => {
    const before = after?.key ?? Number.MAX_SAFE_INTEGER;
    const hashed = find.all(personOf(recipient), before, limit);
    return [...hashed, ...inTheClear.all(hashed.at(-1)?.key ?? before, limit - hashed.length)];
  };
}

/** Their recipients lie in files: nobody looks there. The id of a copy begins as that of its request, see `copyId`. */
function countingUndrawn({ database }: StoreContext) {
  const count = prepareStatement<{ copies: number | null }>(
    database,
    `SELECT sum(copies - drawn) AS copies FROM mailing CROSS JOIN request ON request.key = mailing.request
      WHERE accepted_at >= ?1 AND accepted_at < ?2 AND (?3 IS NULL OR request.id = ?3
        OR (length(?3) = 36 AND substr(request.id, 1, 28) = substr(?3, 1, 28)))`,
  );
  return ({ states, id, from = 0, to = Number.MAX_SAFE_INTEGER }: PostedSearch): Undrawn => {
    if (states?.includes('queued') === false) return {};
    const copies = count.get(from, to, id ?? null)?.copies;
    return copies ? { notDrawn: copies } : {};
  };
}

type Undrawn = Pick<FoundPage, 'notDrawn'>;
