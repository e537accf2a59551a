/** Raw mail comes in as its source sends it; it lies in the database, in chunks, when this resolves. */
import type { ReceiptFacts } from '../inbound/inbound-queue.ts';
import { EmailError } from '../kernel/errors.ts';
import type { RowSeal } from '../keys/row-seal.ts';
import type { Place } from './database.ts';
import { holdsItsLease } from './instance-tables.ts';

/** Bytes: what is held in memory of a mail. */
const chunkSize = 256 * 1024;

export interface NewMail {
  readonly id: string;
  readonly facts: ReceiptFacts;
  readonly seal: RowSeal;
}

export interface Arrival {
  add(piece: Uint8Array): Promise<void>;
  /** False if a mail of its source key is there; then nothing of this one is kept. */
  finish(digest: Uint8Array | undefined): Promise<boolean>;
  abandon(): Promise<void>;
}

const rememberKey = (
  from: string,
) => `INSERT INTO email_app.inbound_key (app, id, source, source_key, at, digest)
  SELECT $1, $2, $5, $6, $7, $8 ${from} WHERE $6::text IS NOT NULL ON CONFLICT DO NOTHING RETURNING 1`;
const isNew = '($6::text IS NULL OR EXISTS (SELECT FROM key))';

/** A mail of one chunk, as most are. */
const acceptSmall = `
  WITH key AS (${rememberKey('')}), mail AS (
    INSERT INTO email_app.inbound (app, id, state, size, facts) SELECT $1, $2, 'waiting', $3, $4 WHERE ${isNew} RETURNING 1
  ), chunk AS (
    INSERT INTO email_app.inbound_chunk (app, mail, place, bytes) SELECT $1, $2, $9, $10 FROM mail
  )
  SELECT EXISTS (SELECT FROM mail) AS is_new, true AS is_there`;

/** The row is locked first: whoever takes this instance for dead removes all of it, or nothing. */
const acceptLarge = `
  WITH arriving AS MATERIALIZED (
    SELECT id FROM email_app.inbound WHERE app = $1 AND id = $2 AND state = 'arriving' FOR UPDATE
  ), key AS (${rememberKey('FROM arriving')}), chunk AS (
    INSERT INTO email_app.inbound_chunk (app, mail, place, bytes) SELECT $1, $2, $9, $10 FROM arriving
  ), mail AS (
    UPDATE email_app.inbound SET state = 'waiting', holder = NULL, size = $3, facts = $4,
        arrival = nextval('email_app.inbound_arrival_seq')
      FROM arriving WHERE app = $1 AND inbound.id = arriving.id AND ${isNew} RETURNING 1
  )
  SELECT EXISTS (SELECT FROM mail) AS is_new, EXISTS (SELECT FROM arriving) AS is_there`;

const beginLarge = `
  WITH mail AS (
    INSERT INTO email_app.inbound (app, id, state, holder, size, facts)
      SELECT $1, $2, 'arriving', $3::text, 0, $4 WHERE ${holdsItsLease('$1', '$3::text')} RETURNING 1
  )
  INSERT INTO email_app.inbound_chunk (app, mail, place, bytes) SELECT $1, $2, $5, $6 FROM mail RETURNING 1`;

const goOn = `
  INSERT INTO email_app.inbound_chunk (app, mail, place, bytes)
    SELECT $1, $2, $3, $4 FROM email_app.inbound WHERE app = $1 AND id = $2 AND state = 'arriving' RETURNING 1`;

export function arrivalOf({ database, appId, instance }: Place, { id, facts, seal }: NewMail): Arrival {
  let waiting: Uint8Array[] = [];
  let length = 0;
  let size = 0;
  let place = 0;
  const chunk = () => seal.seal(Buffer.concat(waiting));
  const sealedFacts = () => seal.seal(Buffer.from(JSON.stringify(facts)));

  async function flush(): Promise<void> {
    const written =
      place === 0
        ? await database.query(beginLarge, [appId, id, instance, sealedFacts(), place, chunk()])
        : await database.query(goOn, [appId, id, place, chunk()]);
    if (written.length === 0) throw lostHold();
    place += 1;
    waiting = [];
    length = 0;
  }
  return {
    async add(piece) {
      waiting.push(piece);
      length += piece.byteLength;
      size += piece.byteLength;
      if (length >= chunkSize) await flush();
    },
    async finish(digest) {
      const { source, sourceKey, receivedAt } = facts;
      const values = [appId, id, size, sealedFacts(), source, sourceKey ?? null, receivedAt, digest ?? null];
      const accept = place === 0 ? acceptSmall : acceptLarge;
      const [found] = await database.query<{ is_new: boolean; is_there: boolean }>(accept, [
        ...values,
        place,
        chunk(),
      ]);
      if (!found?.is_there) throw lostHold();
      return found.is_new;
    },
    /** What stays goes when this instance is no more. */
    async abandon() {
      const sql = `DELETE FROM email_app.inbound WHERE app = $1 AND id = $2 AND state = 'arriving'`;
      if (place > 0) await database.query(sql, [appId, id]).catch(() => {});
    },
  };
}

/** This instance could not be heard for so long that others took it for dead. */
function lostHold(): EmailError {
  const detail = { value: 'email_app.inbound', why: 'the database could not be reached for too long' };
  return new EmailError('store-unavailable', { detail, retryable: true });
}
