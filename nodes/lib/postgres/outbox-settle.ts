/** Outcomes in, recorded; the parts that are final now come out as records. */
import type { PartRecord, Settlement } from '../outbound/outbox.ts';
import type { Queries } from './database.ts';
import type { PartsInHand } from './outbox-in-hand.ts';
import { partAfter } from './outbox-outcome.ts';
import { type Writing, type Written, writeOutcomes } from './outbox-outcomes.ts';
import { passOnRiders, writeWords } from './outbox-riders.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { type KeptPart, type PartPlace, readParts, toRecord } from './outbox-rows.ts';

/** The record of each settlement's part; undefined where it is queued again, or was not being sent. */
export type Settled = readonly (PartRecord | undefined)[];

interface Settling {
  readonly part: KeptPart;
  readonly settlement: Settlement;
}

/** Answers in the order given; what is settled twice is settled as first said. */
export async function settleParts(
  room: OutboxRoom,
  inHand: PartsInHand,
  settlements: readonly Settlement[],
): Promise<Settled> {
  const first = new Map<string, Settling>();
  for (const settlement of settlements) {
    const part = inHand.get(settlement.partId);
    if (part && !first.has(part.id)) first.set(part.id, { part, settlement });
  }
  const all = [...first.values()];
  const ids = all.map(({ part }) => part.id);
  try {
    const written = await writeAll(room, all);
    for (const { part, settlement } of all.filter(
      ({ part }) => !written.has(part.id) && inHand.isDoubted(part.id),
    ))
      written.set(part.id, await writtenBefore(room, part, settlement));
    inHand.giveBack(ids);
    return settlements.map((settlement) => {
      const isFirst = first.get(settlement.partId)?.settlement === settlement;
      const part = isFirst ? written.get(settlement.partId) : undefined;
      return part && part.state !== 'queued' ? toRecord(part) : undefined;
    });
  } catch (error) {
    inHand.doubt(ids);
    throw error;
  }
}

type WrittenParts = Map<string, KeptPart | undefined>;

/** By their ids: those that were in hand and are settled now, as they are. */
async function writeAll(room: OutboxRoom, all: readonly Settling[]): Promise<WrittenParts> {
  const isAlone = ({ part, settlement }: Settling) =>
    part.words.riders.length === 0 && settlement.recipients === undefined;
  const written: WrittenParts = new Map();
  const keep = (parts: readonly KeptPart[]) => {
    for (const part of parts) written.set(part.id, part);
  };
  const writing: Writing = { lane: 'settle', from: ['sending'], holder: room.instance };
  keep(await writeMany(room.database, room, all.filter(isAlone).map(afterSettling), writing));
  for (const one of all.filter((each) => !isAlone(each))) keep(await settleCarrier(room, one));
  return written;
}

function afterSettling({ part, settlement }: Settling): Written {
  return { part: partAfter(part, settlement), dueAt: Math.ceil(settlement.dueAt ?? settlement.at) };
}

/** Answers those that were written. */
export async function writeMany(
  queries: Queries,
  room: OutboxRoom,
  given: readonly Written[],
  writing: Writing,
): Promise<KeptPart[]> {
  if (given.length === 0) return [];
  const nameOf = ({ request, position }: PartPlace) => `${request} ${position}`;
  const done = new Set((await writeOutcomes(queries, room, given, writing)).map(nameOf));
  return given
    .map(({ part }) => part)
    .filter(({ request, position }) => done.has(nameOf({ request: request.key, position })));
}

function settleCarrier(room: OutboxRoom, { part, settlement }: Settling): Promise<KeptPart[]> {
  const writing: Writing = { lane: 'other', from: ['sending'], holder: room.instance };
  const dueAt = Math.ceil(settlement.dueAt ?? settlement.at);
  return room.database.transaction(async (tx) => {
    if (!(await lockTurn(tx, room, part, writing))) return [];
    return endCarrier(tx, room, { part, settlement, dueAt }, writing);
  });
}

interface CarrierEnd extends Settling {
  readonly dueAt?: number;
}

/** Of a part whose turn is locked; with riders, or narrowed to some of its recipients. */
export async function endCarrier(
  tx: Queries,
  room: OutboxRoom,
  { part, settlement, dueAt }: CarrierEnd,
  writing: Writing,
): Promise<KeptPart[]> {
  const dropped = await passOnRiders(tx, room, part, settlement);
  const after = partAfter(part, settlement, dropped);
  const place = { request: part.request.key, position: part.position };
  if (settlement.state === 'later' && settlement.recipients) await writeWords(tx, room, place, after.words);
  return writeMany(tx, room, [{ part: after, dueAt }], writing);
}

async function lockTurn(
  tx: Queries,
  { appId }: OutboxRoom,
  { request, position }: KeptPart,
  { from, holder }: Writing,
): Promise<boolean> {
  const found = await tx.query(
    `SELECT 1 FROM email_app.turn WHERE app = $1 AND request = $2 AND position = $3 AND state = ANY($4::text[])
      AND holder IS NOT DISTINCT FROM $5 FOR UPDATE`,
    [appId, request.key, position, from, holder],
  );
  return found.length > 0;
}

/** The answer to the same settlement was lost with the connection: then it may have been written, and its result is owed. */
async function writtenBefore(
  room: OutboxRoom,
  { request, position }: KeptPart,
  { state, at }: Settlement,
): Promise<KeptPart | undefined> {
  const [part] = await readParts(room.database, room, [{ request: request.key, position }]);
  return part?.state === state && part.settledAt === at ? part : undefined;
}
