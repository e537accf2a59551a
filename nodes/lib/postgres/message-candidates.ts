/** Which copies are looked at for a query, newest first, a limited number at a time; an index leads to each of them. */
import type { MessageQuery } from '../message-log/message-log.ts';
import type { PartState } from '../outbound/outbox.ts';
import { isSeldom } from './log-tables.ts';
import { plainText } from './outbox-outcomes.ts';
import type { OutboxRoom } from './outbox-room.ts';
import type { PartPlace } from './outbox-rows.ts';

/** The copy looked at last, and when its request was accepted. */
export interface SearchPlace extends PartPlace {
  readonly at: number;
}

export type PlacedSearch = Omit<MessageQuery, 'after'> & { readonly after?: SearchPlace };

/** As little of a copy as it takes to pass over it. */
export interface Candidate extends SearchPlace {
  readonly state: PartState;
}

type Found = readonly [sql: string, ...values: unknown[]];

export function findCandidates(
  { database, appId, personOf }: OutboxRoom,
  search: PlacedSearch,
  limit: number,
): Promise<readonly Candidate[]> {
  const { id, recipient, states = [], to } = search;
  const [sql, ...values] = wayOf();
  return database.query<Candidate>(sql, [appId, ...placeOf(search), limit, ...values]);

  function wayOf(): Found {
    if (id !== undefined) return [byId, withoutBrackets(id), Buffer.from(id)];
    if (recipient !== undefined) return [byPerson, personOf(recipient)];
    const isByState = to === undefined && states.length > 0 && !states.includes('sent');
    return isByState ? [byState, states, states.some(isWaiting)] : [inTime, ...timesOf(search)];
  }
}

function isWaiting(state: PartState): boolean {
  return state === 'held' || state === 'queued' || state === 'sending';
}

const highest = Number.MAX_SAFE_INTEGER;

/** A position is an `integer`. */
function placeOf({ after }: PlacedSearch): readonly [request: number, position: number] {
  return [after?.request ?? highest, after?.position ?? 2 ** 31 - 1];
}

/** When the request looked at last was accepted, the first time that counts, and what all that is left stands before. */
function timesOf({ from = 0, to = highest, after }: PlacedSearch): readonly number[] {
  const before = after && after.at < to ? [after.at, after.request] : [to, -1];
  return [after?.at ?? highest, from, ...before];
}

function withoutBrackets(id: string): string | null {
  return plainText(id.replace(/^<(.*)>$/, '$1'));
}

const stateOf = (table: string) => `(SELECT state FROM email_app.${table}
    WHERE app = $1 AND request = found.request AND position = found.position)`;
// each of these few is looked up by its key: a join could read all of a table
const acceptedAt = '(SELECT accepted_at FROM email_app.request WHERE app = $1 AND key = found.request)';
const state = `coalesce(${stateOf('turn')}, ${stateOf('outcome')}, 'unknown') AS state`;

const newest = 'ORDER BY request DESC, position DESC LIMIT $4';
const older = '(request, position) < ($2, $3)';

const candidatesOf = (found: string) => `
  SELECT ${acceptedAt} AS at, request, position, ${state} FROM (${found} ${newest}) AS found ${newest}`;

/** `$5`: an id as text, `$6`: as bytes. */
const byId = candidatesOf(`
  SELECT request, position FROM (
    SELECT request, position FROM email_app.part WHERE app = $1 AND id = $5
    UNION SELECT request, position FROM email_app.part WHERE app = $1 AND message_id = $5
    UNION SELECT request, position FROM email_app.outcome WHERE app = $1 AND message_id = $5
    UNION SELECT request, position FROM email_app.outcome WHERE app = $1 AND provider_message_id = $5
    UNION (SELECT request, position FROM email_app.part WHERE app = $1 AND correlation_id = $6 AND ${older} ${newest})
    UNION (SELECT request, position FROM email_app.part WHERE app = $1 AND ${older}
      AND request = (SELECT key FROM email_app.request WHERE app = $1 AND id = $5) ${newest})
  ) AS named WHERE ${older}`);

const ofPerson = (table: string) => `(SELECT request, position FROM email_app.${table}
  WHERE app = $1 AND person = $5 AND ${older} ${newest})`;

const byPerson = candidatesOf(`${ofPerson('part')} UNION ${ofPerson('part_other')}`);

/** Of each seldom state the newest; and of what waits, which is not many, whatever its state. */
const byState = candidatesOf(`
  SELECT ended.* FROM unnest($5::text[]) AS wanted (state), LATERAL (
    SELECT request, position FROM email_app.outcome
      WHERE app = $1 AND state = wanted.state AND ${isSeldom} AND ${older} ${newest}
  ) AS ended
  UNION ALL (SELECT request, position FROM email_app.turn WHERE app = $1 AND $6 AND ${older} ${newest})`);

const latest = 'ORDER BY at DESC, request DESC, position DESC LIMIT $4';

/** What is left of the request looked at last, which was accepted at `$5`; then those before `($7, $8)`, from `$6` on. */
const inTime = `
  SELECT at, request, position, ${state} FROM (
    (SELECT $5::bigint AS at, request, position FROM email_app.part
      WHERE app = $1 AND request = $2 AND position < $3 ${newest})
    UNION ALL
    (SELECT accepted_at AS at, key AS request, copy.position FROM email_app.request, LATERAL (
        SELECT position FROM email_app.part WHERE app = $1 AND part.request = key ORDER BY position DESC LIMIT $4
      ) AS copy
      WHERE app = $1 AND accepted_at >= $6 AND (accepted_at, key) < ($7, $8)
      ORDER BY accepted_at DESC, key DESC, copy.position DESC LIMIT $4)
    ${latest}
  ) AS found ${latest}`;
