/** The mailings of an app in the database: their copies wait in sealed chunks. */
import { EmailError } from '../kernel/errors.ts';
import type { MailingCopy } from '../outbound/mailings.ts';
import { openCopies } from '../postgres/mailing-chunk.ts';
import { writeLine } from '../store/mailing-lines.ts';
import { type DatabaseRoom, databaseShelf, insertRows, pagesOf } from './database-rows.ts';
import type { Kept, Shelves } from './kept.ts';

interface MailingRow extends Omit<Kept['mailing'], 'dueAt'> {
  readonly due_at: number;
}

const ofRequest = `UPDATE email_app.mailing SET message_class = request.message_class, expires_at = request.expires_at
  FROM email_app.request WHERE mailing.app = $1 AND request.app = $1 AND request.key = mailing.request`;

export function mailingShelf(room: DatabaseRoom): Shelves['mailing'] {
  const shelf = databaseShelf<MailingRow, Kept['mailing']>(room, {
    ...{ table: 'mailing', from: 'email_app.mailing', by: ['request'] },
    toKept: ({ request, id, priority, due_at: dueAt, copies, drawn }) => ({
      request,
      id,
      priority,
      dueAt,
      copies,
      drawn,
    }),
    toRows: () => ({}),
  });
  return {
    ...shelf,
    write: (mailings) =>
      room.database.transaction(async (tx) => {
        const rows = mailings.map(({ dueAt, ...mailing }) => ({
          ...mailing,
          due_at: dueAt,
          owner: '',
          message_class: '',
        }));
        await insertRows(tx, room, 'mailing', rows);
        await tx.query(ofRequest, [room.appId]);
      }),
  };
}

interface ChunkRow {
  readonly mailing: string;
  readonly request: number;
  readonly drawn: number;
  readonly place: number;
  readonly copies: number;
  readonly sealed: Buffer;
}

const chunks = `(SELECT chunk.*, mailing.request, mailing.drawn FROM email_app.mailing_chunk AS chunk
  JOIN email_app.mailing ON mailing.app = chunk.app AND mailing.id = chunk.mailing)`;

export function copyShelf(room: DatabaseRoom): Shelves['copy'] {
  return {
    async *read() {
      const next = new Map<string, number>();
      for await (const rows of pagesOf<ChunkRow>(room, {
        from: chunks,
        by: ['request', 'place'],
        rowsOfPage: 20,
      }))
        for (const row of rows) {
          requireNext(next.get(row.mailing) ?? row.drawn, row);
          next.set(row.mailing, row.place + row.copies);
          yield openChunk(row, room);
        }
    },
    write: (copies) =>
      room.database.transaction((tx) => insertRows(tx, room, 'mailing_chunk', chunksOf(copies, room))),
    async count() {
      const sql = 'SELECT coalesce(sum(copies - drawn), 0) AS copies FROM email_app.mailing WHERE app = $1';
      const [found] = await room.database.query<{ copies: number }>(sql, [room.appId]);
      return found?.copies ?? 0;
    },
  };
}

/** Several machines draw at once; one that was cut off leaves its chunk behind those of others. A file knows no such gap. */
function requireNext(expected: number, { mailing, place }: ChunkRow): void {
  if (place === expected) return;
  const why = `the copies of mailing ${mailing} are not in a row: start the app once more, until it has drawn some`;
  throw new EmailError('move-incomplete', { detail: { why } });
}

function openChunk({ mailing, request, place, sealed }: ChunkRow, { seals }: DatabaseRoom): Kept['copy'][] {
  const copies = openCopies(sealed, seals.outbox);
  if (!copies)
    throw new EmailError('move-incomplete', { detail: { why: `a chunk of mailing ${mailing} is damaged` } });
  return copies.map((copy, index) => ({ mailing, request, place: place + index, copy }));
}

function chunksOf(records: readonly Kept['copy'][], { seals }: DatabaseRoom) {
  return [...Map.groupBy(records, ({ mailing }) => mailing)].map(([mailing, some]) => {
    const copies = some.map(({ copy }) => copy);
    return {
      mailing,
      place: some[0]?.place,
      copies: copies.length,
      sealed: seals.outbox.seal(linesOf(copies)),
    };
  });
}

function linesOf(copies: readonly MailingCopy[]): Buffer {
  return Buffer.from(copies.map(writeLine).join('').slice(0, -1));
}
