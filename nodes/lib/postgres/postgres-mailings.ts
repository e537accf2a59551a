/** The port `Mailings`: the copies go into a table, sealed in chunks, which are drawn from once the mailing is accepted. */
import { EmailError } from '../kernel/errors.ts';
import type { MailingDraft, MailingRequest, Mailings } from '../outbound/mailings.ts';
import type { Acceptance } from '../outbound/outbox.ts';
import { holdsItsLease } from './instance-tables.ts';
import { type Chunk, ChunkPacker } from './mailing-chunk.ts';
import { findFirst, queueFull } from './outbox-accept.ts';
import { insertRequest, requestValues } from './outbox-requests.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { packBytes } from './packed-bytes.ts';

export function postgresMailings(room: OutboxRoom): Mailings {
  return { draft: (requestId) => new ChunkedDraft(room, requestId) };
}

/** Bytes of chunks in one statement, about. */
const mostBytes = 1_000_000;

class ChunkedDraft implements MailingDraft {
  readonly #room: OutboxRoom;
  readonly #id: string;
  readonly #packer = new ChunkPacker();
  #waiting: Chunk[] = [];
  #bytes = 0;
  #isBegun = false;

  constructor(room: OutboxRoom, id: string) {
    this.#room = room;
    this.#id = id;
  }

  async write(copies: Parameters<MailingDraft['write']>[0]): Promise<void> {
    for (const copy of copies) {
      this.#keep(this.#packer.add([copy]));
      if (this.#bytes >= mostBytes) await this.#writeOut();
    }
  }

  async accept(request: MailingRequest): Promise<Acceptance> {
    this.#keep(this.#packer.rest());
    await this.#writeOut();
    const acceptance = await acceptMailing(this.#room, this.#id, request, this.#packer.count);
    if (acceptance.kind === 'repeated') await this.drop();
    return acceptance;
  }

  /** Nothing, if it was accepted and the answer was lost. */
  async drop(): Promise<void> {
    const { database, appId } = this.#room;
    await database.query(
      `WITH draft AS (DELETE FROM email_app.mailing_draft WHERE app = $1 AND id = $2 RETURNING id)
        DELETE FROM email_app.mailing_chunk USING draft WHERE app = $1 AND mailing = draft.id`,
      [appId, this.#id],
    );
  }

  #keep(chunks: readonly Chunk[]): void {
    this.#waiting.push(...chunks);
    this.#bytes += chunks.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  }

  async #writeOut(): Promise<void> {
    const { database, appId, instance, seal } = this.#room;
    if (!this.#isBegun) {
      this.#require(await database.query(insertDraft, [appId, this.#id, instance]));
      this.#isBegun = true;
    }
    const chunks = this.#waiting;
    if (chunks.length === 0) return;
    const { bytes, from, lengths } = packBytes(chunks.map((chunk) => seal.seal(chunk.bytes)));
    const written = await database.query(insertChunks, [
      ...[appId, this.#id, chunks.map(({ place }) => place), chunks.map(({ copies }) => copies)],
      ...[bytes, from, lengths],
    ]);
    this.#require(written);
    this.#waiting = [];
    this.#bytes = 0;
  }

  #require(written: readonly unknown[]): void {
    if (written.length === 0) throw sweptAway();
  }
}

const draftOf = (id: string) =>
  `EXISTS (SELECT FROM email_app.mailing_draft WHERE app = $1 AND id = ${id} FOR KEY SHARE)`;

const insertDraft = `
  INSERT INTO email_app.mailing_draft (app, id, instance) SELECT $1, $2, $3 WHERE ${holdsItsLease('$1', '$3')} RETURNING 1`;

/** Again, if an answer was lost. */
const insertChunks = `
  INSERT INTO email_app.mailing_chunk (app, mailing, place, copies, sealed)
  SELECT $1, $2, place, copies, substring($5::bytea FROM begin FOR length)
  FROM unnest($3::integer[], $4::integer[], $6::integer[], $7::integer[]) AS given (place, copies, begin, length)
  WHERE ${draftOf('$2')}
  ON CONFLICT (app, mailing, place) DO UPDATE SET sealed = excluded.sealed RETURNING 1`;

const isDrafted = draftOf('($4::text[])[1]');

const insertMailing = `
  WITH draft AS MATERIALIZED (SELECT ${isDrafted} AS is_there),
  ${insertRequest('(SELECT is_there FROM draft)')},
  mailings AS (
    INSERT INTO email_app.mailing (app, request, id, owner, message_class, priority, due_at, expires_at, copies, drawn)
    SELECT $1, key, id, CASE WHEN reports THEN owner ELSE '' END, message_class, priority, starts_at, expires_at,
      part_count, 0
    FROM fresh, room
  ),
  drafts AS (DELETE FROM email_app.mailing_draft USING added WHERE app = $1 AND mailing_draft.id = added.id)
  SELECT is_free, is_there, EXISTS (SELECT FROM added) AS is_added FROM room, draft`;

interface Inserted {
  readonly is_free: boolean;
  /** Its draft. */
  readonly is_there: boolean;
  readonly is_added: boolean;
}

async function acceptMailing(
  room: OutboxRoom,
  id: string,
  request: MailingRequest,
  copies: number,
): Promise<Acceptance> {
  const [answer] = await room.database.query<Inserted>(insertMailing, [
    ...[room.appId, room.instance, room.maxWaiting - copies],
    ...requestValues(room, [{ ...request, id }], [copies]),
  ]);
  if (answer?.is_added) return { kind: 'accepted' };
  const first = await findFirst(room.database, room, request);
  if (first instanceof EmailError) throw first;
  if (first) return { kind: 'repeated', requestId: first.id, parts: [] };
  throw answer?.is_there ? queueFull(room) : sweptAway();
}

/** With the instance that wrote it, which was taken for dead. */
function sweptAway(): EmailError {
  const why = 'it was out of reach for so long that the list of recipients was given up';
  return new EmailError('store-unavailable', { detail: { value: 'PostgreSQL', why }, retryable: true });
}
