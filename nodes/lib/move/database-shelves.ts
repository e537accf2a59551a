/** All that an app keeps in the database beside its outbox and events: the list, webhooks, received mails, notices. */
import type { ReceiptFacts } from '../inbound/inbound-queue.ts';
import { openJson, sealJson } from '../postgres/outbox-words.ts';
import type { WebhookWords } from '../postgres/webhook-words.ts';
import { type DatabaseRoom, databaseShelf, type Row } from './database-rows.ts';
import { orUndefined } from './file-rows.ts';
import type { Kept, Shelf, Shelves } from './kept.ts';

const entryKey = ['person', 'spelling', 'topic', 'cause'] as const;
const entryColumns = [
  ...entryKey,
  'method',
  'at',
  'expires_at',
  'address',
  'email_id',
  'ip',
  'user_agent',
  'detail',
];
const historyColumns = [
  'person',
  'spelling',
  'action',
  'topic',
  'cause',
  'method',
  'at',
  'email_id',
  'ip',
  'user_agent',
  'detail',
];

/** Of a table whose columns are the same in both stores. */
function plainShelf<Record extends object>(
  room: DatabaseRoom,
  { table, columns, by }: { table: string; columns: readonly string[]; by: readonly string[] },
): Shelf<Record> {
  const only = (row: object) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name)));
  return databaseShelf<Row, Record>(room, {
    ...{ table, from: `email_app.${table}`, by },
    toKept: (row) => only(row) as Record,
    toRows: (records) => ({ [table]: records.map(only) }),
  });
}

export function suppressionShelf(room: DatabaseRoom): Shelves['suppression'] {
  return plainShelf(room, { table: 'suppression', columns: entryColumns, by: entryKey });
}

export function historyShelf(room: DatabaseRoom): Shelves['history'] {
  return plainShelf(room, { table: 'suppression_event', columns: historyColumns, by: ['key'] });
}

export function softBounceShelf(room: DatabaseRoom): Shelves['softBounce'] {
  return plainShelf(room, {
    table: 'soft_bounce',
    columns: ['person', 'mail', 'at'],
    by: ['person', 'mail'],
  });
}

interface WebhookRow {
  readonly key: number;
  readonly id: string;
  readonly endpoint: string;
  readonly type: string;
  readonly origin: string;
  readonly accepted_at: number;
  readonly since: number;
  readonly due_at: number;
  readonly attempts: number;
  readonly dead_at: number | null;
  readonly code: string;
  readonly person: Buffer | null;
  readonly spelling: Buffer | null;
  readonly target: Buffer | null;
  readonly why: Buffer | null;
  readonly body: Buffer;
}

export function webhookShelf(room: DatabaseRoom, words: WebhookWords): Shelves['webhook'] {
  const first = firstOfSubject();
  return databaseShelf<WebhookRow, Kept['webhook']>(room, {
    ...{ table: 'webhook', from: 'email_app.webhook', by: ['key'] },
    toKept: (row) => {
      const { key, id, endpoint, type, origin, since, attempts, code, dead_at, due_at } = row;
      const { body, subject, message } = words.queuedOf(row, endpoint);
      const isDue = dead_at === null && first(row, subject);
      return {
        ...{ key, id, endpoint, type, origin, since, attempts, code, body, subject, message },
        ...{
          target: words.openTarget(row.target),
          acceptedAt: row.accepted_at,
          deadAt: orUndefined(dead_at),
        },
        ...{ dueAt: isDue ? due_at : undefined, why: words.openText(row.why) },
        ...{ person: orUndefined(row.person), spelling: orUndefined(row.spelling) },
      };
    },
    toRows: (webhooks) => ({
      webhook: webhooks.map((webhook) => {
        const { key, since, dueAt, acceptedAt, attempts, deadAt, code, why, person, spelling, ...told } =
          webhook;
        return {
          ...words.columnsOf({ ...told, acceptedAt, person: undefined }),
          ...{ key, since, due_at: dueAt ?? acceptedAt, attempts, dead_at: deadAt, code, person, spelling },
          why: why === '' ? null : words.sealText(why),
        };
      }),
    }),
  });
}

/** Of one subject only the first that lives is due; asked in the order of the queue. */
function firstOfSubject(): (
  webhook: Pick<WebhookRow, 'key' | 'endpoint'>,
  subject: string | undefined,
) => boolean {
  const firsts = new Map<string, number>();
  return ({ key, endpoint }, subject) => {
    if (subject === undefined) return true;
    const name = `${endpoint} ${subject}`;
    const first = firsts.get(name) ?? key;
    firsts.set(name, first);
    return first === key;
  };
}

interface InboundRow {
  readonly id: string;
  readonly state: 'waiting' | 'begun' | 'aside';
  readonly attempts: number;
  readonly acted: number;
  readonly aside_at: number | null;
  readonly why: Buffer | null;
  readonly facts: Buffer;
}

/** Bytes. */
const chunkSize = 256 * 1024;
const arrived = `(SELECT * FROM email_app.inbound WHERE state <> 'arriving')`;

export function receivedShelf(room: DatabaseRoom): Shelves['received'] {
  const { database, appId } = room;
  const seal = room.seals.inbound;
  const bytesOf = async (mail: string) => {
    const sql = 'SELECT bytes FROM email_app.inbound_chunk WHERE app = $1 AND mail = $2 ORDER BY place';
    const chunks = await database.query<{ bytes: Buffer }>(sql, [appId, mail]);
    return Buffer.concat(chunks.map(({ bytes }) => seal.open(bytes)));
  };
  return {
    ...databaseShelf<InboundRow, Kept['received']>(room, {
      ...{ table: 'inbound', from: arrived, by: ['arrival'], rowsOfPage: 10 },
      toKept: async ({ id, state, attempts, acted, aside_at, why, facts }) => ({
        ...{ id, isAside: state === 'aside', attempts, acted, asideAt: orUndefined(aside_at) },
        why: why ? seal.open(why).toString() : undefined,
        facts: openJson<ReceiptFacts>(facts, seal),
        bytes: await bytesOf(id),
      }),
      toRows: (mails) => ({
        inbound: mails.map(({ id, isAside, attempts, acted, asideAt, why, facts, bytes }) => ({
          ...{ id, state: isAside ? 'aside' : 'waiting', size: bytes.byteLength, attempts, acted },
          ...{ aside_at: asideAt, why: why === undefined ? null : seal.seal(Buffer.from(why)) },
          facts: sealJson(facts, seal),
        })),
        inbound_chunk: mails.flatMap(({ id, bytes }) =>
          chunksOf(bytes).map((chunk, place) => ({ mail: id, place, bytes: seal.seal(chunk) })),
        ),
      }),
    }),
    async count() {
      const sql = `SELECT count(*) AS mails FROM email_app.inbound WHERE app = $1 AND state <> 'arriving'`;
      return (await database.query<{ mails: number }>(sql, [appId]))[0]?.mails ?? 0;
    },
  };
}

function chunksOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.byteLength / chunkSize));
  return Array.from({ length: count }, (_, place) =>
    bytes.subarray(place * chunkSize, (place + 1) * chunkSize),
  );
}

interface SourceKeyRow extends Omit<Kept['sourceKey'], 'sourceKey'> {
  readonly source_key: string;
}

export function sourceKeyShelf(room: DatabaseRoom): Shelves['sourceKey'] {
  return databaseShelf<SourceKeyRow, Kept['sourceKey']>(room, {
    ...{ table: 'inbound_key', from: 'email_app.inbound_key', by: ['source', 'source_key'] },
    toKept: ({ source, source_key: sourceKey, id, at, digest }) => ({
      source,
      sourceKey,
      id,
      at,
      digest: digest ?? undefined,
    }),
    toRows: (keys) => ({
      inbound_key: keys.map(({ source, sourceKey, id, at, digest }) => ({
        source,
        source_key: sourceKey,
        id,
        at,
        digest,
      })),
    }),
  });
}

interface NoticeRow {
  readonly id: string;
  readonly kind: string;
  readonly arrived_at: number;
  readonly due_at: number | null;
  readonly attempts: number;
  readonly set_aside: Buffer | null;
  readonly body: Buffer | null;
}

export function noticeShelf(room: DatabaseRoom): Shelves['notice'] {
  const seal = room.seals.notice;
  const open = (sealed: Buffer | null) => (sealed ? seal.open(sealed).toString() : undefined);
  const sealed = (text: string | undefined) => (text === undefined ? null : seal.seal(Buffer.from(text)));
  return databaseShelf<NoticeRow, Kept['notice']>(room, {
    ...{ table: 'notice', from: 'email_app.notice', by: ['key'] },
    toKept: ({ id, kind, arrived_at, due_at, attempts, set_aside, body }) => ({
      ...{ id, kind, arrivedAt: arrived_at, dueAt: orUndefined(due_at), attempts },
      ...{ setAside: open(set_aside), body: open(body) },
    }),
    toRows: (notices) => ({
      notice: notices.map(({ id, kind, arrivedAt, dueAt, attempts, setAside, body }) => ({
        ...{ id, kind, arrived_at: arrivedAt, due_at: dueAt, attempts },
        ...{ set_aside: sealed(setAside), body: sealed(body) },
      })),
    }),
  });
}
