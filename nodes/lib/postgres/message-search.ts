/** Looking for mails: some copies are passed over by what their rows tell, the others are opened and compared. */
import { addressKey } from '../mail/address.ts';
import type { MessagePage } from '../message-log/message-log.ts';
import { type Candidate, findCandidates, type PlacedSearch, type SearchPlace } from './message-candidates.ts';
import { plainText } from './outbox-outcomes.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { type KeptPart, readParts, toRecord } from './outbox-rows.ts';

export type FoundPage = Omit<MessagePage, 'next'> & { readonly next?: SearchPlace };

/** Rows passed over in one call, and rows opened to be compared: some milliseconds either way. */
const mostPassed = 1000;
const mostOpened = 250;

export async function searchMessages(room: OutboxRoom, search: PlacedSearch): Promise<FoundPage> {
  const most = mustOpen(search) ? mostOpened : mostPassed;
  const [candidates, undrawn] = await Promise.all([
    findCandidates(room, search, most),
    search.after === undefined ? countUndrawn(room, search) : {},
  ]);
  const { found, last } = await pick(room, candidates, search);
  const end = candidates.at(-1);
  const isEnd = candidates.length < most && last === end;
  return {
    messages: found.map(toRecord),
    ...(last && !isEnd && { next: last, lookedBackTo: last.at }),
    ...undrawn,
  };
}

function mustOpen({ subject, recipient }: PlacedSearch): boolean {
  return subject !== undefined || recipient !== undefined;
}

/** As many as are wanted, and the one looked at last. */
async function pick(room: OutboxRoom, candidates: readonly Candidate[], search: PlacedSearch) {
  const { limit } = search;
  const possible = candidates.filter((candidate) => mayBeMeant(candidate, search));
  const opened = mustOpen(search) ? possible : possible.slice(0, limit);
  const parts = await readParts(room.database, room, opened);
  const found = parts.filter((part) => isMeant(part, search)).slice(0, limit);
  const final = found.length === limit ? found.at(-1) : undefined;
  const isFinal = ({ request, position }: Candidate) =>
    request === final?.request.key && position === final.position;
  const last = opened.length < possible.length ? opened.at(-1) : candidates.at(-1);
  return { found, last: final ? opened.find(isFinal) : last };
}

function mayBeMeant(
  { state, at }: Candidate,
  { states, from = 0, to = Number.POSITIVE_INFINITY }: PlacedSearch,
): boolean {
  return at >= from && at < to && (states === undefined || states.includes(state));
}

function isMeant(part: KeptPart, { subject, recipient }: PlacedSearch): boolean {
  const isThere = (address: string) => addressKey(address) === addressKey(recipient ?? '');
  if (recipient !== undefined && !recipientsOf(part).some(isThere)) return false;
  const text = part.words.subject ?? part.request.words.subject;
  return subject === undefined || foldText(text).includes(foldText(subject));
}

/** Everybody it was to be handed over for, at whichever attempt. */
export function recipientsOf({ words, outcome }: KeptPart): string[] {
  return [...words.recipients, ...words.riders, ...(outcome.handed.taken ?? [])];
}

function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Nobody looks into their chunks. The id of a copy begins as that of its request, see `copyId`. */
const undrawn = `
  SELECT sum(copies - drawn) AS copies FROM email_app.mailing
    JOIN email_app.request ON request.app = $1 AND request.key = mailing.request
    WHERE mailing.app = $1 AND accepted_at >= $2 AND accepted_at < $3 AND ($4::text IS NULL OR request.id = $4
      OR (length($4) = 36 AND left(request.id, 28) = left($4, 28)))`;

async function countUndrawn(
  { database, appId }: OutboxRoom,
  { states, id, from = 0, to = Number.MAX_SAFE_INTEGER }: PlacedSearch,
): Promise<Pick<FoundPage, 'notDrawn'>> {
  if (states?.includes('queued') === false) return {};
  const [row] = await database.query<{ copies: number | null }>(undrawn, [appId, from, to, plainText(id)]);
  return row?.copies ? { notDrawn: row.copies } : {};
}
