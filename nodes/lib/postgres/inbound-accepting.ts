/** Mails come in from their sources; each is taken once, as long as there is room. */
import { createHash, type Hash, randomUUID } from 'node:crypto';
import type { InboundQueue, ReceiptFacts } from '../inbound/inbound-queue.ts';
import { EmailError } from '../kernel/errors.ts';
import type { RowSeal } from '../keys/row-seal.ts';
import type { Place } from './database.ts';
import { type Arrival, arrivalOf } from './inbound-arriving.ts';
import { SharedRoom } from './shared-room.ts';

interface KnownMail {
  readonly id: string;
  readonly digest: Buffer | null;
}

export interface InboundRoom extends Place {
  readonly seal: RowSeal;
  readonly maxBytes: number;
}

/** The last mail may go beyond the room: whether one fits never depends on its size, so that none is passed over for ever. */
export function inboundAccepting(place: InboundRoom): InboundQueue['accept'] {
  const room = new SharedRoom(() => bytesLeft(place));
  return async (raw, facts, limit) => {
    const hash = choosesKeys(facts) ? createHash('sha256') : undefined;
    const known = await findKnown(place, facts);
    if (known) {
      for await (const _ of measured(raw, limit, hash));
      return sameMail(known, facts, hash);
    }
    if (!(await room.take(1))) throw full(place.maxBytes);
    let taken = 1;
    const grow = (bytes: number) => {
      taken += bytes;
      room.grow(bytes);
    };
    const id = newId(facts.receivedAt);
    const arrival = arrivalOf(place, { id, facts, seal: place.seal });
    try {
      const isNew = await receive(measured(raw, limit, hash, grow), arrival, () => hash?.copy().digest());
      if (isNew) return { id, isNew };
      return sameMail(await findKnown(place, facts), facts, hash);
    } finally {
      room.landed(taken);
    }
  };
}

/** Nothing is kept of what is not new, or fails. */
async function receive(
  raw: AsyncIterable<Uint8Array>,
  arrival: Arrival,
  digest: () => Uint8Array | undefined,
): Promise<boolean> {
  let isNew = false;
  try {
    for await (const piece of raw) await arrival.add(piece);
    isNew = await arrival.finish(digest());
    return isNew;
  } finally {
    if (!isNew) await arrival.abandon();
  }
}

async function* measured(
  raw: AsyncIterable<Uint8Array>,
  limit: number,
  hash: Hash | undefined,
  grow: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of raw) {
    size += piece.byteLength;
    if (size > limit)
      throw new EmailError('mail-too-large', { detail: { limit: (limit / 1_000_000).toFixed(1) } });
    hash?.update(piece);
    grow(piece.byteLength);
    yield piece;
  }
}

function choosesKeys({ source, sourceKey }: ReceiptFacts): boolean {
  return source === 'http' && sourceKey !== undefined;
}

async function findKnown({ database, appId }: Place, facts: ReceiptFacts): Promise<KnownMail | undefined> {
  const { source, sourceKey } = facts;
  if (sourceKey === undefined) return undefined;
  const sql = `SELECT id, digest FROM email_app.inbound_key WHERE app = $1 AND source = $2 AND source_key = $3`;
  const [found] = await database.query<KnownMail>(sql, [appId, source, sourceKey]);
  return found;
}

function sameMail(known: KnownMail | undefined, { sourceKey = '' }: ReceiptFacts, hash: Hash | undefined) {
  if (!known) {
    // it came, and its key went, in the moment between two looks
    const detail = { value: 'email_app.inbound_key', why: 'too many changed the same at once' };
    throw new EmailError('store-unavailable', { detail, retryable: true });
  }
  const digest = hash?.copy().digest();
  if (known.digest && digest && !known.digest.equals(digest))
    throw new EmailError('idempotency-conflict', { detail: { value: sourceKey } });
  return { id: known.id, isNew: false };
}

async function bytesLeft({ database, appId, maxBytes }: InboundRoom): Promise<number> {
  const sql = 'SELECT coalesce(sum(size), 0)::bigint AS bytes FROM email_app.inbound WHERE app = $1';
  const [found] = await database.query<{ bytes: number }>(sql, [appId]);
  return maxBytes - (found?.bytes ?? 0);
}

function full(maxBytes: number): EmailError {
  const limit = Math.floor(maxBytes / 1_000_000);
  return new EmailError('inbound-full', { detail: { limit }, retryable: true });
}

/** Later ones sort behind earlier ones: an index in order of arrival costs a write where a random one costs many. */
function newId(receivedAt: number): string {
  return `${receivedAt.toString(36).padStart(9, '0')}-${randomUUID()}`;
}
