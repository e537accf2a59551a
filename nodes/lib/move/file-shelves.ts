/** All that an app's file keeps beside its outbox: events, the suppression list, webhooks, received mails, notices, notes. */

import type { EmailEvent } from '../event/event-log.ts';
import { isTallied } from '../message-log/tally-events.ts';
import { factOf, type StoredEvent } from '../store/event-rows.ts';
import { openText, sealJson, sealText } from '../store/outbox-sealed.ts';
import { inboundName } from '../store/recover-inbound.ts';
import {
  openPosted,
  openTarget,
  openWhy,
  type PostedColumns,
  sealPosted,
  sealTarget,
  type TargetColumns,
  type WhyColumns,
} from '../store/webhook-sealed.ts';
import { type FileRoom, fileShelf, orUndefined, row } from './file-rows.ts';
import type { Kept, Shelf, Shelves } from './kept.ts';

type EventRow = StoredEvent & {
  readonly key: string | null;
  readonly person: Uint8Array | null;
  readonly spelling: Uint8Array | null;
};

export function eventShelf(room: FileRoom): Shelves['event'] {
  const { seal, markOf } = room;
  return fileShelf<EventRow, Kept['event']>(room, {
    table: 'event',
    toKept: (event) => ({
      ...{ sequence: event.sequence, at: event.at, type: event.type },
      ...{ request: orUndefined(event.request), position: orUndefined(event.position) },
      // of a version that kept the keys as they were told
      key: event.key === null ? undefined : event.sealed ? event.key : markOf(event.key),
      ...{ person: orUndefined(event.person), spelling: orUndefined(event.spelling) },
      fact: event.sealed || event.fact !== null ? factOf(event, seal) : undefined,
    }),
    toRow: ({ fact, ...event }) => {
      const untallied = isTallied({ type: event.type, ...fact } as EmailEvent) ? null : 1;
      return row({ ...event, untallied, sealed: fact && sealJson(fact, seal) });
    },
  });
}

interface ReaderRow {
  readonly reader: string;
  readonly position: number;
}

export function readerShelf(room: FileRoom): Shelves['reader'] {
  return fileShelf<ReaderRow, Kept['reader']>(room, {
    table: 'event_reader',
    toKept: ({ reader, position: sequence }) => ({ reader, sequence }),
    toRow: ({ reader, sequence: position }) => ({ reader, position }),
  });
}

/** Of tables whose columns are the same in both stores. */
export function plainShelf<Record extends object>(
  room: FileRoom,
  table: 'suppression' | 'soft_bounce',
): Shelf<Record> {
  return fileShelf<Record, Record>(room, { table, toKept: (kept) => kept, toRow: row });
}

export function historyShelf(room: FileRoom): Shelves['history'] {
  return fileShelf<Kept['history'] & { readonly key: number }, Kept['history']>(room, {
    table: 'suppression_event',
    toKept: ({ key: _, ...event }) => event,
    toRow: row,
  });
}

export function accessShelf(room: FileRoom): Shelves['access'] {
  return fileShelf<Kept['access'] & { readonly key: number }, Kept['access']>(room, {
    table: 'access',
    toKept: ({ key: _, ...access }) => access,
    toRow: row,
  });
}

interface WebhookRow extends PostedColumns, TargetColumns, WhyColumns {
  readonly key: number;
  readonly id: string;
  readonly endpoint: string;
  readonly subject: string | null;
  readonly type: string;
  readonly origin: string;
  readonly accepted_at: number;
  readonly since: number;
  readonly due_at: number | null;
  readonly attempts: number;
  readonly dead_at: number | null;
  readonly code: string;
  readonly person: Uint8Array | null;
  readonly spelling: Uint8Array | null;
}

export function webhookShelf(room: FileRoom): Shelves['webhook'] {
  const { seal } = room;
  return fileShelf<WebhookRow, Kept['webhook']>(room, {
    table: 'webhook',
    toKept: (kept) => ({
      ...{ key: kept.key, id: kept.id, endpoint: kept.endpoint, subject: orUndefined(kept.subject) },
      ...{ type: kept.type, origin: kept.origin, target: openTarget(kept, seal) },
      ...{ acceptedAt: kept.accepted_at, since: kept.since, dueAt: orUndefined(kept.due_at) },
      ...{
        attempts: kept.attempts,
        deadAt: orUndefined(kept.dead_at),
        code: kept.code,
        why: openWhy(kept, seal),
      },
      ...{ person: orUndefined(kept.person), spelling: orUndefined(kept.spelling) },
      ...openPosted(kept, seal),
    }),
    toRow: (webhook) =>
      row({
        ...{ key: webhook.key, id: webhook.id, endpoint: webhook.endpoint, subject: webhook.subject },
        ...{ type: webhook.type, origin: webhook.origin, sealed_target: sealTarget(webhook.target, seal) },
        ...{ accepted_at: webhook.acceptedAt, since: webhook.since, due_at: webhook.dueAt },
        ...{ attempts: webhook.attempts, dead_at: webhook.deadAt, code: webhook.code },
        sealed_why: webhook.why === '' ? null : sealText(webhook.why, seal),
        ...{
          person: webhook.person,
          spelling: webhook.spelling,
          body: '',
          sealed: sealPosted(webhook, seal),
        },
      }),
  });
}

interface InboundRow {
  readonly id: string;
  readonly state: 'waiting' | 'begun' | 'aside';
  readonly attempts: number;
  readonly acted: number;
  readonly aside_at: number | null;
  readonly why: string | null;
  readonly facts: string;
  readonly bytes: Uint8Array | null;
}

/** Bytes; larger ones are files. */
const largestInline = 64 * 1024;

export function receivedShelf(room: FileRoom): Shelves['received'] {
  const { client } = room;
  return fileShelf<InboundRow, Kept['received']>(room, {
    table: 'inbound',
    rowsOfPage: 10,
    toKept: async ({ id, state, attempts, acted, aside_at, why, facts, bytes }) => ({
      ...{
        id,
        attempts,
        acted,
        isAside: state === 'aside',
        asideAt: orUndefined(aside_at),
        why: orUndefined(why),
      },
      facts: JSON.parse(facts),
      bytes: bytes ?? (await client.call('dump.readFile', inboundName(id))),
    }),
    async toRow({ id, isAside, attempts, acted, asideAt, why, facts, bytes }) {
      const isFile = bytes.byteLength > largestInline;
      if (isFile) await client.call('dump.writeFile', { name: inboundName(id), bytes });
      const state = isAside ? 'aside' : 'waiting';
      const size = bytes.byteLength;
      const columns = { id, state, size, attempts, acted, aside_at: asideAt, why };
      return row({ ...columns, facts: JSON.stringify(facts), bytes: isFile ? null : bytes });
    },
  });
}

interface SourceKeyRow {
  readonly source: string;
  readonly source_key: string;
  readonly id: string;
  readonly at: number;
  readonly digest: Uint8Array | null;
}

export function sourceKeyShelf(room: FileRoom): Shelves['sourceKey'] {
  return fileShelf<SourceKeyRow, Kept['sourceKey']>(room, {
    table: 'inbound_key',
    toKept: ({ source_key: sourceKey, digest, ...rest }) => ({
      ...rest,
      sourceKey,
      digest: orUndefined(digest),
    }),
    toRow: ({ sourceKey: source_key, ...rest }) => row({ ...rest, source_key, digest: rest.digest }),
  });
}

interface NoticeRow {
  readonly id: string;
  readonly kind: string;
  readonly arrived_at: number;
  readonly due_at: number | null;
  readonly attempts: number;
  readonly set_aside: string | null;
  readonly body: string;
  readonly sealed: Uint8Array | null;
}

export function noticeShelf(room: FileRoom): Shelves['notice'] {
  const { seal } = room;
  return fileShelf<NoticeRow, Kept['notice']>(room, {
    table: 'notice',
    toKept: ({ id, kind, arrived_at, due_at, attempts, set_aside, body, sealed }) => ({
      ...{
        id,
        kind,
        arrivedAt: arrived_at,
        dueAt: orUndefined(due_at),
        attempts,
        setAside: orUndefined(set_aside),
      },
      body: sealed ? openText(sealed, seal) : body || undefined,
    }),
    toRow: ({ arrivedAt: arrived_at, dueAt: due_at, setAside: set_aside, body, ...rest }) =>
      row({
        ...rest,
        arrived_at,
        due_at,
        set_aside,
        body: '',
        sealed: body === undefined ? null : sealText(body, seal),
      }),
  });
}
