/** The outbox of an app in the database: requests, their contents, their copies and what was told of them. */
import type { MessageClass } from '../mail/mail-content.ts';
import type { PartState } from '../outbound/outbox.ts';
import {
  type OutcomeWords,
  openJson,
  openPart,
  type PartWords,
  type RequestWords,
  sealJson,
  sealPart,
} from '../postgres/outbox-words.ts';
import { type DatabaseRoom, databaseShelf, type Row } from './database-rows.ts';
import { orUndefined } from './file-rows.ts';
import type { Kept, Shelves } from './kept.ts';

interface RequestRow {
  readonly key: number;
  readonly id: string;
  readonly node: string;
  readonly reports: boolean;
  readonly priority: number;
  readonly message_class: MessageClass;
  readonly accepted_at: number;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly part_count: number;
  readonly idempotency: Buffer | null;
  readonly fingerprint: string | null;
  readonly sealed: Buffer;
  readonly message: Buffer | null;
}

export function requestShelf(room: DatabaseRoom): Shelves['request'] {
  const seal = room.seals.outbox;
  return databaseShelf<RequestRow, Kept['request']>(room, {
    ...{ table: 'request', from: 'email_app.request', by: ['key'] },
    toKept: ({ key, id, node, reports, priority, sealed, message, ...kept }) => ({
      ...openJson<RequestWords>(sealed, seal),
      ...{ key, id, node, reports, priority, messageClass: kept.message_class },
      ...{ acceptedAt: kept.accepted_at, startsAt: kept.starts_at, expiresAt: orUndefined(kept.expires_at) },
      ...{ partCount: kept.part_count, idempotency: orUndefined(kept.idempotency) },
      fingerprint: orUndefined(kept.fingerprint),
      message: message ? seal.open(message).toString() : undefined,
    }),
    toRows: (requests) => ({
      request: requests.map(({ key, id, node, reports, priority, message, ...kept }) => ({
        ...{ key, id, node, reports, priority, message_class: kept.messageClass },
        ...{ accepted_at: kept.acceptedAt, starts_at: kept.startsAt, expires_at: kept.expiresAt },
        ...{ part_count: kept.partCount, idempotency: kept.idempotency, fingerprint: kept.fingerprint },
        sealed: sealJson(wordsOf(kept), seal),
        message: message === undefined ? null : seal.seal(Buffer.from(message)),
      })),
    }),
  });
}

function wordsOf({ sender, subject, listTopic, callbackData, notify }: RequestWords): RequestWords {
  return { sender, subject, listTopic, callbackData, notify };
}

export function contentShelf(room: DatabaseRoom): Shelves['content'] {
  const seal = room.seals.outbox;
  return databaseShelf<{ request: number; bytes: Buffer }, Kept['content']>(room, {
    ...{ table: 'content', from: 'email_app.content', by: ['request'], rowsOfPage: 20 },
    toKept: ({ request, bytes }) => ({ request, bytes: seal.open(bytes) }),
    toRows: (contents) => ({
      content: contents.map(({ request, bytes }) => ({ request, bytes: seal.seal(bytes) })),
    }),
  });
}

interface PartRow {
  readonly request: number;
  readonly position: number;
  readonly id: string;
  readonly message_id: string;
  readonly correlation_id: Buffer | null;
  readonly sealed: Buffer;
  readonly node: string;
  readonly reports: boolean;
  readonly priority: number;
  readonly due_at: number;
  readonly paused_by: string | null;
  readonly turn_state: PartState | null;
  readonly outcome_state: PartState | null;
  readonly code: string | null;
  readonly attempts: number | null;
  readonly partly_taken: boolean | null;
  readonly route_message_id: string | null;
  readonly provider_message_id: string | null;
  readonly settled_at: number | null;
  readonly outcome_sealed: Buffer | null;
  readonly owed_to: string | null;
}

const samePart = (table: string) => `${table}.app = part.app AND ${table}.request = part.request
  AND ${table}.position = part.position`;

const wholeParts = `(SELECT part.app, part.request, part.position, part.id, part.message_id, part.correlation_id,
    part.sealed, request.node, request.reports, coalesce(turn.priority, request.priority) AS priority,
    coalesce(turn.due_at, request.starts_at) AS due_at, turn.paused_by, turn.state AS turn_state,
    outcome.state AS outcome_state, outcome.code, outcome.attempts, outcome.partly_taken,
    outcome.message_id AS route_message_id, outcome.provider_message_id, outcome.settled_at,
    outcome.sealed AS outcome_sealed, owed.node AS owed_to
  FROM email_app.part JOIN email_app.request ON request.app = part.app AND request.key = part.request
  LEFT JOIN email_app.turn ON ${samePart('turn')}
  LEFT JOIN email_app.outcome ON ${samePart('outcome')}
  LEFT JOIN email_app.owed ON ${samePart('owed')})`;

const noOutcome: OutcomeWords = { reason: '', refused: [], handed: {} };

export function partShelf(room: DatabaseRoom): Shelves['part'] {
  const seal = room.seals.outbox;
  return databaseShelf<PartRow, Kept['part']>(room, {
    ...{ table: 'part', from: wholeParts, by: ['request', 'position'] },
    toKept: ({ request, position, id, priority, ...kept }) => ({
      ...{ request, position, id, priority, dueAt: kept.due_at, pausedBy: orUndefined(kept.paused_by) },
      // where it is not settled, its flow waits for it
      owedTo: orUndefined(kept.turn_state && kept.reports ? kept.node : kept.owed_to),
      messageId: kept.route_message_id ?? kept.message_id,
      correlationId: kept.correlation_id?.toString(),
      words: openPart(kept.sealed, seal),
      state: kept.turn_state ?? kept.outcome_state ?? 'unknown',
      ...{ attempts: kept.attempts ?? 0, code: kept.code ?? '', partlyTaken: kept.partly_taken ?? false },
      ...{
        providerMessageId: orUndefined(kept.provider_message_id),
        settledAt: orUndefined(kept.settled_at),
      },
      outcome: kept.outcome_sealed ? openJson(kept.outcome_sealed, seal) : noOutcome,
    }),
    toRows: (parts) => {
      const waiting = parts.filter(isWaiting);
      const settled = parts.filter((part) => !isWaiting(part));
      return {
        part: parts.map((part) => partRow(part, room)),
        part_other: parts.flatMap((part) => otherRows(part, room)),
        turn: waiting.map(turnRow),
        outcome: [...settled, ...waiting.filter(({ code }) => code !== '')].map((part) =>
          outcomeRow(part, room),
        ),
        owed: settled.flatMap(({ request, position, owedTo, settledAt }) =>
          owedTo === undefined
            ? []
            : [{ request, position, node: owedTo, owner: '', settled_at: settledAt ?? 0 }],
        ),
      };
    },
  });
}

function isWaiting({ state }: Kept['part']): boolean {
  return state === 'held' || state === 'queued' || state === 'sending';
}

function partRow(
  { request, position, id, messageId, correlationId, words }: Kept['part'],
  room: DatabaseRoom,
): Row {
  return {
    ...{ request, position, id, message_id: messageId },
    correlation_id: correlationId === undefined ? null : Buffer.from(correlationId),
    person: room.hasher.hash(words.to.address).person,
    sealed: sealPart(words, room.seals.outbox),
  };
}

/** All but the first of its recipients. */
function otherRows({ request, position, words }: Kept['part'], { hasher }: DatabaseRoom): Row[] {
  const { to, recipients, riders } = words satisfies PartWords;
  const persons = [...recipients, ...riders]
    .filter((address) => address !== to.address)
    .map((address) => hasher.hash(address).person);
  const different = new Map(persons.map((person) => [person.toString('hex'), person]));
  return [...different.values()].map((person) => ({ person, request, position }));
}

/** Anybody may claim it: the instance that accepted it is no more. */
function turnRow({ request, position, state, priority, dueAt, pausedBy }: Kept['part']): Row {
  return { request, position, state, priority, due_at: dueAt, owner: '', paused_by: pausedBy };
}

function outcomeRow(part: Kept['part'], { seals }: DatabaseRoom): Row {
  const { request, position, state, code, attempts, partlyTaken, providerMessageId, settledAt, outcome } =
    part;
  return {
    ...{
      request,
      position,
      state: isWaiting(part) ? null : state,
      code,
      attempts,
      partly_taken: partlyTaken,
    },
    ...{ provider_message_id: providerMessageId, settled_at: settledAt },
    sealed: sealJson(outcome, seals.outbox),
  };
}

interface DeliveryRow {
  readonly request: number;
  readonly position: number;
  readonly state: number;
  readonly at: number;
  readonly sealed: Buffer;
}

export function deliveryShelf(room: DatabaseRoom): Shelves['delivery'] {
  const seal = room.seals.outbox;
  return databaseShelf<DeliveryRow, Kept['delivery']>(room, {
    ...{ table: 'part_delivery', from: 'email_app.part_delivery', by: ['request', 'position', 'recipient'] },
    toKept: ({ request, position, state, at, sealed }) => ({
      ...openJson<{ recipient: string; reason: string }>(sealed, seal),
      ...{ request, position, state, at },
    }),
    toRows: (deliveries) => ({
      part_delivery: deliveries.map(({ request, position, recipient, state, at, reason }) => {
        const { person, spelling = person } = room.hasher.hash(recipient);
        const sealed = sealJson({ recipient, reason }, seal);
        return { request, position, recipient: spelling, person, state, at, sealed };
      }),
    }),
  });
}

export function pauseShelf(room: DatabaseRoom): Shelves['pause'] {
  const seal = room.seals.outbox;
  return databaseShelf<{ domain: string; until: number; reason: Buffer }, Kept['pause']>(room, {
    ...{ table: 'domain_pause', from: 'email_app.domain_pause', by: ['domain'] },
    toKept: ({ domain, until, reason }) => ({ domain, until, reason: seal.open(reason).toString() }),
    toRows: (pauses) => ({
      domain_pause: pauses.map(({ reason, ...pause }) => ({
        ...pause,
        reason: seal.seal(Buffer.from(reason)),
      })),
    }),
  });
}
