/** Rows of the event log come in; what they tell goes out: of a copy of a mail what the outbox's own rows tell of it. */
import { mailFacts } from '../event/mail-facts.ts';
import type { RowSeal } from '../keys/row-seal.ts';
import type { PartRecord } from '../outbound/outbox.ts';
import type { LoggedEvent } from './event-appending.ts';
import type { EventRow } from './event-reading.ts';
import type { SealedFact } from './event-writing.ts';

/** A copy as the outbox keeps it. */
export interface PartPlace {
  readonly request: number;
  readonly position: number;
}

/** In the order of the places; undefined for what is no longer kept. */
export type FindRecords = (places: readonly PartPlace[]) => Promise<readonly (PartRecord | undefined)[]>;

export interface ReadEvent {
  readonly row: EventRow;
  readonly event: LoggedEvent & {
    /** The outbox told of it: the app's route is what it is about. */
    readonly isOwn: boolean;
  };
}

/** Without those whose mail is no longer kept: nothing is left to tell. */
export async function openEvents(
  rows: readonly EventRow[],
  seal: RowSeal,
  find: FindRecords,
): Promise<readonly ReadEvent[]> {
  const places = rows.filter(isOfPart);
  const records = places.length > 0 ? await find(places) : [];
  const recordOf = new Map(places.map((row, index) => [row, records[index]]));
  return rows.flatMap((row) => {
    const record = recordOf.get(row as EventRow & PartPlace);
    if (!record && isOfPart(row)) return [];
    const { at, type, sequence, fact } = row;
    const sealed = fact ? (JSON.parse(seal.open(fact).toString()) as SealedFact) : {};
    const event = { ...(record && factsOfRecord(type, record)), ...sealed, at, type, sequence };
    return [{ row, event: { ...event, isOwn: record !== undefined } }];
  });
}

function isOfPart(row: EventRow): row is EventRow & PartPlace {
  return row.request !== null && row.position !== null;
}

function factsOfRecord(type: EventRow['type'], record: PartRecord): SealedFact {
  const { to, code, reason, attempts, messageId, providerMessageId, refused } = record;
  const facts = { ...mailFacts(record), recipient: to.address };
  if (type === 'email.queued') return given(facts);
  const detail = {
    ...{ reason, attempts, messageId, providerMessageId },
    ...(refused.length > 0 && { refused }),
  };
  return given({ ...facts, code, detail: given(detail) });
}

/** Without what is not known. */
function given<Facts extends object>(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;
}
