/** Outcomes in, recorded; the parts that are final now come out as records. */
import { errorSentences } from '../kernel/error-sentences.ts';
import { foundOut, type PartRecord, type RefusedRecipient, type Settlement } from '../outbound/outbox.ts';
import { ridersPassing, wordsWriting } from './outbox-riders.ts';
import { type PartRow, recordOf, selectParts } from './outbox-rows.ts';
import {
  type Handed,
  type OutcomeWords,
  openOutcome,
  openPart,
  type PartWords,
  sealJson,
  sealOutcome,
} from './outbox-sealed.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

type Rooms = Pick<StoreContext, 'database' | 'seal'>;

export function settleOperation(rooms: Rooms) {
  const find = partFinding(rooms);
  const record = outcomeRecording(rooms);
  return (settlements: readonly Settlement[]): PartRecord[] =>
    settlements.flatMap((settlement) => {
      const part = find(settlement.partId);
      if (part?.state !== 'sending') return [];
      const settled = record(part, settlement);
      return settlement.state === 'later' ? [] : [recordOf(settled.row, settled.words, rooms.seal)];
    });
}

export function cancelOperation(rooms: Rooms) {
  const find = partFinding(rooms);
  const record = outcomeRecording(rooms);
  const outcome = {
    state: 'cancelled',
    code: 'cancelled',
    reason: errorSentences.cancelled,
    attempted: false,
  } as const;
  return ({ partIds, now }: { partIds: readonly string[]; now: number }): PartRecord[] =>
    partIds.flatMap((partId) => {
      const part = find(partId);
      if (part?.state !== 'held' && part?.state !== 'queued') return [];
      const { row, words } = record(part, { ...outcome, partId, at: now });
      return [recordOf(row, words, rooms.seal)];
    });
}

/** As somebody found out; the node that asked is owed the result once more. */
export function resolveOperation(rooms: Rooms) {
  const find = partFinding(rooms);
  const record = outcomeRecording(rooms);
  const owe = prepareStatement(
    rooms.database,
    `UPDATE part SET owed_to = (SELECT iif(reports, node, NULL) FROM request WHERE request.key = part.request)
      WHERE key = ?`,
  );
  return ({ partIds, as, now }: { partIds: readonly string[]; as: 'sent' | 'failed'; now: number }) =>
    partIds.flatMap((partId): PartRecord[] => {
      const part = find(partId);
      if (part?.state !== 'unknown') return [];
      const { row, words } = record(part, { ...foundOut[as], state: as, attempted: false, partId, at: now });
      owe.run(part.key);
      return [recordOf(row, words, rooms.seal)];
    });
}

/** What was being handed over when the last run ended: nobody knows what became of it. */
export function recoverSending(context: StoreContext): void {
  const { database, openedAt: now, unknown: policy } = context;
  recordTold(context, now);
  if (policy === 'resend') {
    const requeue = `UPDATE part SET state = 'queued', due_at = ?, attempts = attempts + 1 WHERE state = 'sending'`;
    prepareStatement(database, requeue).run(now);
    return;
  }
  const record = outcomeRecording(context);
  const code = 'outcome-unknown';
  const outcome = { state: 'unknown', code, reason: errorSentences[code], attempted: true, at: now } as const;
  for (const part of prepareStatement<PartRow>(database, `${selectParts} WHERE state = 'sending'`).all())
    record(part, { ...outcome, partId: part.id });
}

/** The route's own reports were faster than its answer, which then was lost: it has the mail. */
function recordTold(rooms: Rooms, now: number): void {
  const told = `${selectParts} WHERE state = 'sending' AND part.key IN (SELECT part FROM part_delivery)`;
  const parts = prepareStatement<PartRow>(rooms.database, told).all();
  if (parts.length === 0) return;
  const record = outcomeRecording(rooms);
  const outcome = { state: 'sent', code: 'sent', attempted: true, at: now } as const;
  const reason = 'the route reported on it before this program stopped';
  for (const part of parts) record(part, { ...outcome, reason, partId: part.id });
}

export function partFinding({
  database,
}: Pick<StoreContext, 'database'>): (partId: string) => PartRow | undefined {
  const find = prepareStatement<PartRow>(database, `${selectParts} WHERE part.id = ?`);
  return (partId) => find.get(partId);
}

/** A part as it is after its outcome; the columns of what is sealed are those from before. */
interface Recorded {
  readonly row: PartRow;
  readonly words: PartWords & OutcomeWords;
}

function outcomeRecording(rooms: Rooms): (part: PartRow, settlement: Settlement) => Recorded {
  const { database, seal } = rooms;
  const passOnRiders = ridersPassing(rooms);
  const writeWords = wordsWriting(rooms);
  const tellUnknown = unknownTelling(rooms);
  const update = prepareStatement(
    database,
    `UPDATE part SET state = ?, attempts = ?, code = ?, reason = '', refused = '', handed = NULL, outcome = ?,
      provider_message_id = ?, message_id = ?, settled_at = ?, due_at = ifnull(?, due_at) WHERE key = ?`,
  );
  const narrow = prepareStatement(database, 'UPDATE part SET partly_taken = ? WHERE key = ?');

  return (part, settlement) => {
    const words = openPart(part, seal);
    const dropped = passOnRiders(part, words, settlement);
    const row = rowAfter(part, settlement);
    const outcome = wordsAfter({ ...words, ...openOutcome(part, seal) }, settlement, dropped);
    const dueAt = row.state === 'queued' ? Math.ceil(settlement.dueAt ?? settlement.at) : null;
    const ids = [row.provider_message_id, row.message_id] as const;
    const sealed = sealOutcome(outcome, seal);
    update.run(row.state, row.attempts, row.code, sealed, ...ids, row.settled_at, dueAt, part.key);
    if (row.state === 'unknown') tellUnknown(row, outcome.reason);
    if (row.state === 'queued' && settlement.recipients) {
      writeWords(part.key, { ...words, recipients: settlement.recipients, riders: [] });
      narrow.run(settlement.partlyTaken ? 1 : 0, part.key);
    }
    return { row, words: { ...words, ...outcome } };
  };
}

/** An unknown fate may still become another, which the copy then tells of: so this one is told here. */
function unknownTelling({ database, seal }: Rooms): (part: PartRow, reason: string) => void {
  const insert = prepareStatement(
    database,
    `INSERT INTO event (at, type, request, position, sealed) VALUES (?, 'email.failed', ?, ?, ?)`,
  );
  return ({ settled_at, request, position, code }, reason) =>
    void insert.run(settled_at, request, position, sealJson({ code, detail: { reason } }, seal));
}

function rowAfter(part: PartRow, settlement: Settlement): PartRow {
  const { state } = settlement;
  return {
    ...part,
    state: state === 'later' ? 'queued' : state,
    attempts: part.attempts + (settlement.attempted ? 1 : 0),
    code: settlement.code,
    provider_message_id: settlement.providerMessageId ?? part.provider_message_id,
    message_id: settlement.messageId ?? part.message_id,
    settled_at: state === 'later' ? null : settlement.at,
  };
}

function wordsAfter(
  before: PartWords & OutcomeWords,
  settlement: Settlement,
  dropped: readonly RefusedRecipient[],
): OutcomeWords {
  return {
    reason: settlement.reason,
    refused: [...before.refused, ...(settlement.refused ?? []), ...dropped],
    handed: addHanded(before, settlement),
  };
}

/** What a settlement without an attempt says of the way it would have gone is nothing. */
function addHanded(before: PartWords & OutcomeWords, settlement: Settlement): Handed {
  const { tagged: wasTagged, taken: takenBefore = [] } = before.handed;
  const { attempted, enhancedStatus } = settlement;
  const tagged = (attempted ? settlement.tagged : wasTagged) || undefined;
  const taken = [...takenBefore, ...takenNow(before, settlement)];
  return { tagged, enhancedStatus, taken: taken.length > 0 ? taken : undefined };
}

/** The rest is all that the part's own words name from then on. */
function takenNow(part: PartWords, { state, recipients, refused = [] }: Settlement): string[] {
  if (state !== 'later' || recipients === undefined) return [];
  const others = new Set([...recipients, ...refused.map(({ address }) => address)]);
  return [...part.recipients, ...part.riders].filter((address) => !others.has(address));
}
