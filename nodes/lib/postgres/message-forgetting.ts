/**
 * What mails said is forgotten, in steps: first what each copy was filled in with, then the content that they share. Several
 * machines may do it at once, for what is settled stays as it is.
 */
import type { OutboxRoom } from './outbox-room.ts';
import type { PartPlace } from './outbox-rows.ts';
import { openPart, type PartWords, sealPart } from './outbox-words.ts';
import { packBytes } from './packed-bytes.ts';

/** Requests looked at in one statement, and copies written in one. */
const mostRequests = 200;
const mostParts = 500;

interface Old {
  readonly request: number;
  readonly copies: number;
  /** All of its copies were settled in time, and none is unknown. */
  readonly isOver: boolean;
}

// an expression that reads one row at most is looked up by its key; EXISTS could read all of a table
const hasNo = (table: string, condition = '') =>
  `(SELECT 1 FROM email_app.${table} WHERE app = $1 AND request = page.request ${condition} LIMIT 1) IS NULL`;

/** `$2`: the request looked at last; `$3`: settled before. */
const findOld = (page: string) => `
  WITH page AS MATERIALIZED (${page} ORDER BY content.request LIMIT ${mostRequests})
  SELECT request, (SELECT part_count FROM email_app.request WHERE app = $1 AND key = page.request) AS copies,
    ${hasNo('turn')} AND ${hasNo('mailing')}
      AND ${hasNo('outcome', `AND (settled_at >= $3 OR state = 'unknown')`)} AS "isOver"
  FROM page ORDER BY request`;

const findAll = findOld(`
  SELECT content.request FROM email_app.content WHERE app = $1 AND content.request > $2 AND content.request <= (
    SELECT key FROM email_app.request WHERE app = $1 AND accepted_at < $3 ORDER BY accepted_at DESC, key DESC LIMIT 1)`);

const findNamed = findOld(`
  SELECT content.request FROM email_app.request
    JOIN email_app.content ON content.app = $1 AND content.request = request.key
    WHERE request.app = $1 AND request.id = ANY($4::text[]) AND content.request > $2`);

export async function forgetContents(
  room: OutboxRoom,
  before: number,
  requestIds?: readonly string[],
): Promise<void> {
  const { database, appId } = room;
  const [find, ...named] = requestIds ? [findNamed, requestIds] : [findAll];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const found: readonly Old[] = await database.query<Old>(find, [appId, after, before, ...named]);
    for (const requests of inSteps(found.filter(({ isOver }) => isOver))) await forgetSome(room, requests);
    after = found.length === mostRequests ? found.at(-1)?.request : undefined;
  }
}

/** Those that have few copies go together. */
function inSteps(all: readonly Old[]): number[][] {
  const steps: number[][] = [];
  let room = 0;
  for (const { request, copies } of all) {
    if (copies > room) {
      steps.push([]);
      room = mostParts;
    }
    steps.at(-1)?.push(request);
    room -= copies;
  }
  return steps;
}

async function forgetSome(room: OutboxRoom, requests: readonly number[]): Promise<void> {
  let last: PartPlace | undefined = { request: 0, position: -1 };
  while (last) last = await emptySome(room, requests, last);
  // the last that goes: what is left half done is found again
  await room.database.query('DELETE FROM email_app.content WHERE app = $1 AND request = ANY($2::bigint[])', [
    room.appId,
    requests,
  ]);
}

const readSome = `
  SELECT wanted.request, part.position, part.sealed FROM unnest($2::bigint[]) AS wanted (request), LATERAL (
    SELECT position, sealed FROM email_app.part
      WHERE app = $1 AND part.request = wanted.request AND (part.request, position) > ($3, $4)
      ORDER BY position LIMIT ${mostParts}
  ) AS part ORDER BY wanted.request, part.position LIMIT ${mostParts}`;

/** Answers where to go on. */
async function emptySome(
  room: OutboxRoom,
  requests: readonly number[],
  { request, position }: PartPlace,
): Promise<PartPlace | undefined> {
  const { database, appId, seal } = room;
  const values = [appId, requests, request, position];
  const rows = await database.query<PartPlace & { readonly sealed: Buffer }>(readSome, values);
  const parts = rows.map(({ sealed, ...place }) => ({ ...place, words: openPart(sealed, seal) }));
  await emptyValues(
    room,
    parts.filter(({ words }) => words.values !== nothing),
  );
  return rows.length === mostParts ? rows.at(-1) : undefined;
}

const nothing = '{}';

const writeWords = `
  UPDATE email_app.part SET sealed = substring($4::bytea FROM begin FOR length)
  FROM unnest($2::bigint[], $3::integer[], $5::integer[], $6::integer[]) AS given (request, position, begin, length)
  WHERE part.app = $1 AND part.request = given.request AND part.position = given.position`;

async function emptyValues(
  { database, appId, seal }: OutboxRoom,
  parts: readonly (PartPlace & { readonly words: PartWords })[],
): Promise<void> {
  if (parts.length === 0) return;
  const sealed = packBytes(parts.map(({ words }) => sealPart({ ...words, values: nothing }, seal)));
  const places = [parts.map(({ request }) => request), parts.map(({ position }) => position)];
  await database.query(writeWords, [appId, ...places, sealed.bytes, sealed.from, sealed.lengths]);
}
