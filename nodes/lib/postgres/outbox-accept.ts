/** New requests in; their rows, contents and idempotency keys are written by one statement, or they are refused. */
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { Acceptance, NewPart, NewRequest } from '../outbound/outbox.ts';
import type { Queries } from './database.ts';
import { type AcceptedRequest, insertRequest, keyHash, requestValues } from './outbox-requests.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { openParts, type PartRow, selectParts, toRecord } from './outbox-rows.ts';
import { tallyBy } from './outbox-tally.ts';
import { sealPart } from './outbox-words.ts';
import { packBytes } from './packed-bytes.ts';

/** Bytes of one statement, about; a larger request goes alone. */
const mostBytes = 4_000_000;
const bytesOfPart = 500;

/** In the order given; an error refuses one alone. */
export async function acceptRequests(
  room: OutboxRoom,
  requests: readonly NewRequest[],
): Promise<readonly (Acceptance | EmailError)[]> {
  const answers: (Acceptance | EmailError)[] = [];
  while (answers.length < requests.length) {
    const some = firstOf(requests.slice(answers.length));
    answers.push(...(await acceptSome(room, some).catch((thrown) => some.map(() => asEmailError(thrown)))));
  }
  return answers;
}

function firstOf(requests: readonly NewRequest[]): readonly NewRequest[] {
  let bytes = 0;
  const end = requests.findIndex((request, index) => {
    bytes += weightOf(request);
    return index > 0 && bytes > mostBytes;
  });
  return end === -1 ? requests : requests.slice(0, end);
}

function weightOf({ content, parts }: NewRequest): number {
  const { text = '', html = '', attachments } = content;
  const files = attachments.reduce((sum, { content: file }) => sum + file.byteLength, 0);
  return text.length + html.length + files + parts.length * bytesOfPart;
}

/** All of a statement fail together: what is wrong with one of them must not be the others' fault. */
async function acceptSome(
  room: OutboxRoom,
  requests: readonly NewRequest[],
): Promise<(Acceptance | EmailError)[]> {
  const isMany = requests.length > 1;
  const inserted = await insertRequests(room, requests).catch((thrown: unknown) => {
    if (!isMany || asEmailError(thrown).code !== 'internal-error') throw thrown;
  });
  if (!inserted || (inserted.isFull && isMany)) return oneByOne(room, requests);
  const answers: (Acceptance | EmailError)[] = [];
  for (const request of requests) {
    const isAdded = inserted.added.has(request.id);
    answers.push(isAdded ? { kind: 'accepted' } : await repeated(room, request, inserted.isFull));
  }
  return answers;
}

async function oneByOne(room: OutboxRoom, requests: readonly NewRequest[]) {
  const answers: (Acceptance | EmailError)[] = [];
  for (const request of requests) answers.push(...(await acceptSome(room, [request])));
  return answers;
}

async function repeated(
  room: OutboxRoom,
  request: NewRequest,
  isFull: boolean,
): Promise<Acceptance | EmailError> {
  const first = await findFirst(room.database, room, request);
  if (first instanceof EmailError) return first;
  if (first) return { kind: 'repeated', requestId: first.id, parts: await partsOf(room, first.key) };
  if (isFull) return queueFull(room);
  // whoever used its key before was deleted meanwhile
  const [again] = await acceptSome(room, [request]);
  return again as Acceptance;
}

export function queueFull({ maxWaiting }: OutboxRoom): EmailError {
  return new EmailError('queue-full', { detail: { count: maxWaiting }, retryable: true });
}

export interface FirstRequest {
  readonly key: number;
  readonly id: string;
}

/** The request that came before with the same idempotency key, or the error that its body was another. */
export async function findFirst(
  queries: Queries,
  { appId }: OutboxRoom,
  { idempotency }: AcceptedRequest,
): Promise<FirstRequest | EmailError | undefined> {
  if (!idempotency) return undefined;
  const [first] = await queries.query<FirstRequest & { fingerprint: string }>(
    'SELECT key, id, fingerprint FROM email_app.request WHERE app = $1 AND idempotency = $2',
    [appId, keyHash(idempotency)],
  );
  if (!first || first.fingerprint === idempotency.fingerprint) return first;
  return new EmailError('idempotency-conflict', {
    field: 'idempotencyKey',
    detail: { value: idempotency.key },
  });
}

async function partsOf({ database, appId, seal }: OutboxRoom, request: number) {
  const rows = await database.query<PartRow>(
    `${selectParts} WHERE part.app = $1 AND part.request = $2 ORDER BY part.position`,
    [appId, request],
  );
  return openParts(rows, seal).map(toRecord);
}

const insertAll = `
  WITH ${insertRequest()},
  given_part AS (
    SELECT fresh.*, part.* FROM unnest($24::integer[], $25::integer[], $26::text[], $27::text[], $28::bytea[], $29::bytea[],
      $30::text[], $32::integer[], $33::integer[])
    AS part (request_place, position, part_id, message_id, correlation_id, person, state, part_from, part_length)
    JOIN fresh ON fresh.place = part.request_place
  ),
  parts AS (
    INSERT INTO email_app.part (app, request, position, id, message_id, correlation_id, person, sealed)
    SELECT $1, key, position, part_id, message_id, correlation_id, person,
      substring($31::bytea FROM part_from FOR part_length)
    FROM given_part
  ),
  turns AS (
    INSERT INTO email_app.turn (app, request, position, state, priority, due_at, owner)
    SELECT $1, key, position, state, priority, starts_at, CASE WHEN reports THEN owner ELSE '' END FROM given_part, room
  ),
  others AS (
    INSERT INTO email_app.part_other (app, person, request, position)
    SELECT DISTINCT $1, other.person, key, other.position
    FROM unnest($34::integer[], $35::integer[], $36::bytea[]) AS other (request_place, position, person)
    JOIN fresh ON fresh.place = other.request_place
  ),
  events AS (
    INSERT INTO email_app.event (app, at, type, request, position)
    SELECT $1, accepted_at, 'email.queued', key, position FROM given_part ORDER BY place, position
  ),
  ${tallyBy('accept', {
    held: `(SELECT count(*) FROM given_part WHERE state = 'held')`,
    queued: `(SELECT count(*) FROM given_part WHERE state = 'queued')`,
  })}
  SELECT is_free, array(SELECT id FROM added) AS ids FROM room`;

interface Inserted {
  readonly added: ReadonlySet<string>;
  /** There is no room for all of them. */
  readonly isFull: boolean;
}

async function insertRequests(room: OutboxRoom, requests: readonly NewRequest[]): Promise<Inserted> {
  const counts = requests.map(({ parts }) => parts.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [answer] = await room.database.query<{ is_free: boolean; ids: string[] }>(insertAll, [
    room.appId,
    room.instance,
    room.maxWaiting - total,
    ...requestValues(room, requests, counts),
    ...partValues(room, requests),
  ]);
  return { added: new Set(answer?.ids), isFull: !answer?.is_free };
}

/** Columns of parts, one array each; then all that they have of recipients beside the first. */
function partValues({ seal, personOf }: OutboxRoom, requests: readonly NewRequest[]): readonly unknown[] {
  const parts = requests.flatMap((request, index) => {
    const carried = request.parts.some(({ riders }) => riders.length > 0);
    const stateOf = ({ riders }: NewPart) => (carried && riders.length === 0 ? 'held' : 'queued');
    return request.parts.map((part, position) => ({
      ...part,
      place: index + 1,
      position,
      state: stateOf(part),
    }));
  });
  const sealed = packBytes(
    parts.map((part) => sealPart({ ...part, values: JSON.stringify(part.values) }, seal)),
  );
  const others = parts.flatMap(({ place, position, to, recipients, riders }) =>
    [...recipients, ...riders]
      .filter((address) => address !== to.address)
      .map((address) => ({ place, position, person: personOf(address) })),
  );
  return [
    parts.map(({ place }) => place),
    parts.map(({ position }) => position),
    parts.map(({ id }) => id),
    parts.map(({ messageId }) => messageId),
    parts.map(({ correlationId }) => (correlationId === undefined ? null : Buffer.from(correlationId))),
    parts.map(({ to }) => personOf(to.address)),
    parts.map(({ state }) => state),
    ...[sealed.bytes, sealed.from, sealed.lengths],
    others.map(({ place }) => place),
    others.map(({ position }) => position),
    others.map(({ person }) => person),
  ];
}
