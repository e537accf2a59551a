/** What mails said is forgotten, in steps: first what each copy was filled in with, then the content that they share. */
import { wordsWriting } from './outbox-riders.ts';
import type { PartRow } from './outbox-rows.ts';
import { openPart } from './outbox-sealed.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface Forgetting {
  readonly before: number;
  /** Of these alone, by their ids. */
  readonly requestIds?: readonly string[];
  /** Where the step before this one ended. */
  readonly after?: ForgettingPlace;
}

/** Of the request looked at last, by its key; with a position, not all of its copies are done. */
export interface ForgettingPlace {
  readonly request: number;
  readonly position?: number;
}

interface Old {
  readonly request: number;
  readonly spool: string | null;
  /** All of its copies were settled in time, and none is unknown. */
  readonly is_over: number;
}

/** In one step, so that other calls get their turn. */
const mostRequests = 200;
const mostParts = 500;

/** Answers where the next step begins; undefined at the end. */
export function forgetOperation(context: StoreContext) {
  const find = findingOld(context);
  const forgetContent = contentForgetting(context);
  const empty = emptyingValues(context);
  return (forgetting: Forgetting): ForgettingPlace | undefined => {
    const { after } = forgetting;
    const found = find(forgetting);
    const isDue = ({ request, is_over }: Old) => is_over === 1 || request === after?.request;
    let partsLeft = mostParts;
    for (const old of found.filter(isDue)) {
      const begun = old.request === after?.request ? after.position : undefined;
      const { count, position } = empty(old.request, begun, partsLeft);
      partsLeft -= count;
      if (partsLeft <= 0) return { request: old.request, position };
      forgetContent(old);
    }
    const last = found.at(-1);
    return found.length === mostRequests && last ? { request: last.request } : undefined;
  };
}

function contentForgetting({ database, spool, afterCommit }: StoreContext): (content: Old) => void {
  const remove = prepareStatement(database, 'DELETE FROM content WHERE request = ?');
  return ({ request, spool: name }) => {
    remove.run(request);
    if (name !== null) afterCommit.push(() => spool.remove(name));
  };
}

function findingOld({ database }: StoreContext): (forgetting: Forgetting) => readonly Old[] {
  const columns = `content.request, spool, content.request <> ?2 AND NOT EXISTS (
      SELECT 1 FROM mailing WHERE mailing.request = content.request)
    AND NOT EXISTS (SELECT 1 FROM part WHERE part.request = content.request
      AND (settled_at IS NULL OR settled_at >= ?1 OR state = 'unknown')) AS is_over`;
  const all = prepareStatement<Old>(
    database,
    `SELECT ${columns} FROM content WHERE content.request >= ?3
      AND content.request <= (SELECT key FROM request WHERE accepted_at < ?1 ORDER BY accepted_at DESC LIMIT 1)
      ORDER BY content.request LIMIT ?4 + 0`,
  );
  const named = prepareStatement<Old>(
    database,
    `SELECT ${columns} FROM request JOIN content ON content.request = request.key
      WHERE request.id IN (SELECT value FROM json_each(?5)) AND content.request >= ?3
      ORDER BY content.request LIMIT ?4 + 0`,
  );
  return ({ before, requestIds, after }) => {
    const begun = after?.position === undefined ? -1 : after.request;
    const from = begun >= 0 ? begun : after ? after.request + 1 : 0;
    const values = [before, begun, from, mostRequests] as const;
    return requestIds ? named.all(...values, JSON.stringify(requestIds)) : all.all(...values);
  };
}

/** Where it ended, when there may be more. */
function emptyingValues(context: StoreContext) {
  const { database, seal } = context;
  const partsOf = prepareStatement<PartRow>(
    database,
    `SELECT * FROM part WHERE request = ? AND position > ? ORDER BY position ${limitTo}`,
  );
  const write = wordsWriting(context);
  return (request: number, after = -1, limit = mostParts): { count: number; position: number } => {
    const parts = partsOf.all(request, after, limit);
    for (const part of parts) {
      const words = openPart(part, seal);
      if (words.values !== nothing) write(part.key, { ...words, values: nothing });
    }
    return { count: parts.length, position: parts.at(-1)?.position ?? after };
  };
}

const nothing = '{}';
