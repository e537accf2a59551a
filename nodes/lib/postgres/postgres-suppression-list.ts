/** The port `SuppressionList` on PostgreSQL: one list for all machines of an app; addresses become hashes here. */
import type { Claims } from '../kernel/claims.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { hashesOf, postedHash } from '../store/suppression-rows.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import type { NewSuppression, SuppressionList } from '../suppression/suppression-list.ts';
import { requireExpiry } from '../suppression/suppression-policy.ts';
import type { Place, Queries } from './database.ts';
import { eventWriting } from './event-writing.ts';
import { gather } from './gather.ts';
import { type HashedEntry, putEntries } from './suppression-adding.ts';
import { listImports } from './suppression-import.ts';
import { suppressionLookup } from './suppression-lookup.ts';
import { countEntries, historyOf, pageOf } from './suppression-reading.ts';
import { erasePerson, pruneList, removeEntries } from './suppression-removing.ts';
import { type FindMails, type ListNews, listNews } from './suppression-told.ts';
import { inTurn, type ListPlace, openList } from './suppression-turn.ts';

export interface ListOptions {
  readonly keys: KeyRing;
  /** All spellings of a mailbox are one person, see `foldAddress`; false by default. */
  readonly foldAddresses?: boolean;
  /** One import on all machines. */
  readonly claims: Claims;
  readonly findMails: FindMails;
  /** What else is kept of somebody goes in the transaction in which they are erased: `$1` … `$4` of `ofPerson`. */
  readonly forget?: (tx: Queries, whose: readonly unknown[]) => Promise<void>;
}

/** In one call, so that others get their turn. */
const entriesOfCall = 500;
const mostCalls = 50;

/**
 * Throws EmailError `wrong-key` when the list was made with another `address-hash` key: it would find nobody. That is
 * looked at by every call. It ends with the database.
 */
export async function postgresSuppressionList(place: Place, options: ListOptions): Promise<SuppressionList> {
  const { keys, foldAddresses = false, claims, findMails, forget } = options;
  const hasher = addressHasher(keys.current('address-hash').secret);
  const listPlace: ListPlace = { ...place, fingerprint: hasher.fingerprint, folds: foldAddresses };
  await openList(listPlace);
  const hashes = (address: string) => hashesOf(postedHash(hasher.hash(address)));
  const hashed = (entry: NewSuppression): HashedEntry => ({ entry, hashes: hashes(entry.address) });
  const news = listNews(place.appId, eventWriting(keys, place.appId), findMails);
  const imports = listImports(listPlace, { claims, news, hashed });
  // what fails here is tried again at the next pruning, import or opening
  void imports.recover().catch(() => {});
  return {
    add: adding(listPlace, hashed, news),
    remove: (removal) =>
      inTurn(listPlace, async ({ tx }) => {
        const gone = await removeEntries(tx, listPlace, { ...removal, hashes: hashes(removal.address) });
        await news.removed(tx, removal, gone);
        return gone.length > 0;
      }),
    find: suppressionLookup(listPlace, hasher),
    history: (address) => historyOf(listPlace, hashes(address)),
    list: (wanted) => pageOf(listPlace, wanted),
    erase: (address, at) =>
      inTurn(listPlace, ({ tx }) => erasePerson(tx, listPlace, { hashes: hashes(address), at, forget })),
    count: () => countEntries(listPlace),
    async prune(now, evidenceBefore) {
      await pruneList(listPlace, now, evidenceBefore);
      await imports.recover();
    },
    startImport: imports.start,
  };
}

/** Calls that come while one is under way share the next turn. */
function adding(
  place: ListPlace,
  hashed: (entry: NewSuppression) => HashedEntry,
  news: ListNews,
): SuppressionList['add'] {
  const addSome = gather(async (calls: readonly (readonly NewSuppression[])[]) => {
    const entries = calls.flat();
    const put = await inTurn(place, async (turn) => {
      const places = await putEntries(turn, place, entries.map(hashed));
      const told = places.flatMap(({ index, ofErased }) =>
        entries.slice(index, index + 1).map((entry) => ({ entry, ofErased })),
      );
      await news.added(turn.tx, told);
      return new Set(places.map(({ index }) => index));
    });
    let next = 0;
    return calls.map((some) => some.filter(() => put.has(next++)));
  }, mostCalls);
  return async (entries) => {
    for (const entry of entries) requireExpiry(entry);
    const added: NewSuppression[] = [];
    for (let start = 0; start < entries.length; start += entriesOfCall)
      added.push(...(await addSome(entries.slice(start, start + entriesOfCall))));
    return added;
  };
}
