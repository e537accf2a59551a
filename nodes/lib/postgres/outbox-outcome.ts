/** A part and what became of it in; the part as it is afterwards out. */
import type { RefusedRecipient, Settlement } from '../outbound/outbox.ts';
import type { KeptPart } from './outbox-rows.ts';
import type { Handed } from './outbox-words.ts';

export type Outcome = Omit<Settlement, 'partId'>;

/** `dropped`: riders whom no copy is left for. */
export function partAfter(
  part: KeptPart,
  outcome: Outcome,
  dropped: readonly RefusedRecipient[] = [],
): KeptPart {
  const { state, code, reason, refused = [] } = outcome;
  const isNarrowed = state === 'later' && outcome.recipients !== undefined;
  return {
    ...part,
    words: isNarrowed ? { ...part.words, recipients: outcome.recipients ?? [], riders: [] } : part.words,
    partlyTaken: isNarrowed ? outcome.partlyTaken === true : part.partlyTaken,
    state: state === 'later' ? 'queued' : state,
    code,
    attempts: part.attempts + (outcome.attempted ? 1 : 0),
    providerMessageId: outcome.providerMessageId ?? part.providerMessageId,
    routeMessageId: outcome.messageId ?? part.routeMessageId,
    settledAt: state === 'later' ? undefined : outcome.at,
    outcome: {
      reason,
      refused: [...part.outcome.refused, ...refused, ...dropped],
      handed: handedAfter(part, outcome),
    },
  };
}

/** What a settlement without an attempt says of the way it would have gone is nothing. */
function handedAfter(part: KeptPart, outcome: Outcome): Handed {
  const { tagged: wasTagged, taken: before = [] } = part.outcome.handed;
  const tagged = (outcome.attempted ? outcome.tagged : wasTagged) || undefined;
  const taken = [...before, ...takenNow(part, outcome)];
  return { tagged, enhancedStatus: outcome.enhancedStatus, taken: taken.length > 0 ? taken : undefined };
}

/** The rest is all that the part's own words name from then on. */
function takenNow({ words }: KeptPart, { state, recipients, refused = [] }: Outcome): string[] {
  if (state !== 'later' || recipients === undefined) return [];
  const others = new Set([...recipients, ...refused.map(({ address }) => address)]);
  return [...words.recipients, ...words.riders].filter((address) => !others.has(address));
}
