/** Outcomes in, recorded; the parts that are final now come out as records. */
import type { DatabaseSync } from 'node:sqlite';
import { errorSentences } from '../kernel/error-sentences.ts';
import type { PartRecord, RefusedRecipient, Settlement } from '../outbound/outbox.ts';
import { ridersPassing } from './outbox-riders.ts';
import { type Handed, type PartRow, readHanded, selectParts, toRecord } from './outbox-rows.ts';
import { prepareStatement } from './prepare-statement.ts';

export function settleOperation(database: DatabaseSync) {
  const find = partFinding(database);
  const record = outcomeRecording(database);
  return (settlements: readonly Settlement[]): PartRecord[] =>
    settlements.flatMap((settlement) => {
      const part = find(settlement.partId);
      if (part?.state !== 'sending') return [];
      const settled = record(part, settlement);
      return settlement.state === 'later' ? [] : [toRecord(settled)];
    });
}

export function cancelOperation(database: DatabaseSync) {
  const find = partFinding(database);
  const record = outcomeRecording(database);
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
      return [toRecord(record(part, { ...outcome, partId, at: now }))];
    });
}

/** What was being handed over when the last run ended: nobody knows what became of it. */
export function recoverSending(database: DatabaseSync, now: number, policy: 'hold' | 'resend'): void {
  recordTold(database, now);
  if (policy === 'resend') {
    const requeue = `UPDATE part SET state = 'queued', due_at = ?, attempts = attempts + 1 WHERE state = 'sending'`;
    prepareStatement(database, requeue).run(now);
    return;
  }
  const record = outcomeRecording(database);
  const code = 'outcome-unknown';
  const outcome = { state: 'unknown', code, reason: errorSentences[code], attempted: true, at: now } as const;
  for (const part of prepareStatement<PartRow>(database, `${selectParts} WHERE state = 'sending'`).all())
    record(part, { ...outcome, partId: part.id });
}

/** The route's own reports were faster than its answer, which then was lost: it has the mail. */
function recordTold(database: DatabaseSync, now: number): void {
  const told = `${selectParts} WHERE state = 'sending' AND part.key IN (SELECT part FROM part_delivery)`;
  const parts = prepareStatement<PartRow>(database, told).all();
  if (parts.length === 0) return;
  const record = outcomeRecording(database);
  const outcome = { state: 'sent', code: 'sent', attempted: true, at: now } as const;
  const reason = 'the route reported on it before this program stopped';
  for (const part of parts) record(part, { ...outcome, reason, partId: part.id });
}

export function partFinding(database: DatabaseSync): (partId: string) => PartRow | undefined {
  const find = prepareStatement<PartRow>(database, `${selectParts} WHERE part.id = ?`);
  return (partId) => find.get(partId);
}

type RecordOutcome = (part: PartRow, settlement: Settlement) => PartRow;

function outcomeRecording(database: DatabaseSync): RecordOutcome {
  const passOnRiders = ridersPassing(database);
  const update = prepareStatement(
    database,
    `UPDATE part SET state = ?, attempts = ?, code = ?, reason = ?, refused = ?, provider_message_id = ?,
      message_id = ?, settled_at = ?, handed = ?, due_at = ifnull(?, due_at) WHERE key = ?`,
  );
  const narrow = prepareStatement(
    database,
    `UPDATE part SET recipients = ?, riders = '[]', partly_taken = ? WHERE key = ?`,
  );

  return (part, settlement) => {
    const dropped = passOnRiders(part, settlement);
    const after = applySettlement(part, settlement, dropped);
    const { state, attempts, code, reason, refused, provider_message_id, message_id } = after;
    const dueAt = state === 'queued' ? Math.ceil(settlement.dueAt ?? settlement.at) : null;
    const ids = [provider_message_id, message_id] as const;
    const { settled_at, handed } = after;
    update.run(state, attempts, code, reason, refused, ...ids, settled_at, handed, dueAt, part.key);
    if (state === 'queued' && settlement.recipients)
      narrow.run(JSON.stringify(settlement.recipients), settlement.partlyTaken ? 1 : 0, part.key);
    return after;
  };
}

function applySettlement(
  part: PartRow,
  settlement: Settlement,
  dropped: readonly RefusedRecipient[],
): PartRow {
  const { state } = settlement;
  return {
    ...part,
    state: state === 'later' ? 'queued' : state,
    attempts: part.attempts + (settlement.attempted ? 1 : 0),
    code: settlement.code,
    reason: settlement.reason,
    refused: addRefused(part.refused, [...(settlement.refused ?? []), ...dropped]),
    provider_message_id: settlement.providerMessageId ?? part.provider_message_id,
    message_id: settlement.messageId ?? part.message_id,
    settled_at: state === 'later' ? null : settlement.at,
    handed: addHanded(part, settlement),
  };
}

/** What a settlement without an attempt says of the way it would have gone is nothing. */
function addHanded(part: PartRow, settlement: Settlement): string | null {
  const { tagged: wasTagged, taken: before = [] } = readHanded(part);
  const { attempted, enhancedStatus } = settlement;
  const tagged = (attempted ? settlement.tagged : wasTagged) || undefined;
  const taken = [...before, ...takenNow(part, settlement)];
  const handed: Handed = { tagged, enhancedStatus, taken: taken.length > 0 ? taken : undefined };
  const text = JSON.stringify(handed);
  return text === '{}' ? null : text;
}

/** The rest is all that the part's own columns name from then on. */
function takenNow(part: PartRow, { state, recipients, refused = [] }: Settlement): string[] {
  if (state !== 'later' || recipients === undefined) return [];
  const others = new Set([...recipients, ...refused.map(({ address }) => address)]);
  const all = [part.recipients, part.riders].flatMap((list): string[] => JSON.parse(list));
  return all.filter((address) => !others.has(address));
}

function addRefused(known: string, added: readonly RefusedRecipient[]): string {
  return added.length === 0 ? known : JSON.stringify([...JSON.parse(known), ...added]);
}
