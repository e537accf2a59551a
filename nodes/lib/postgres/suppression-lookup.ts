/** Addresses in, the entries that hold them out; the database is asked each time, so no machine knows less than another. */
import {
  type EntryRow,
  entryColumns,
  hashesOf,
  type PostedHash,
  postedHash,
  toSuppression,
} from '../store/suppression-rows.ts';
import type { AddressHasher } from '../suppression/address-hasher.ts';
import type { Suppression, SuppressionList } from '../suppression/suppression-list.ts';
import { gather } from './gather.ts';
import { type ListPlace, requireKey } from './suppression-turn.ts';

/** Hashes that are asked for at once; of one call, so that others get their turn. */
const hashesOfCall = 1000;
const mostCalls = 100;

type Rows = ReadonlyMap<string, readonly EntryRow[]>;

/** Throws EmailError as the database does, `store-corrupt` and `wrong-key`: nobody may be mailed then. */
export function suppressionLookup(place: ListPlace, hasher: AddressHasher): SuppressionList['find'] {
  const ask = gather(async (calls: readonly (readonly PostedHash[])[]) => {
    const rows = await readRows(place, new Set(calls.flat()));
    return calls.map(() => rows);
  }, mostCalls);
  return async (addresses, now) => {
    const askers = askersOf(addresses, hasher);
    const asked = [...askers.keys()];
    const found = new Map<string, Suppression[]>();
    for (let start = 0; start < asked.length; start += hashesOfCall) {
      const some = asked.slice(start, start + hashesOfCall);
      const rows = await ask(some);
      for (const hash of some) {
        const held = rowsOf(hash, rows, place.folds)
          .filter((row) => holds(row, now))
          .map(toSuppression);
        if (held.length > 0) note(found, askers.get(hash), held);
      }
    }
    return found;
  };
}

function holds({ expires_at }: EntryRow, now: number): boolean {
  return expires_at === null || expires_at > now;
}

function note(
  found: Map<string, Suppression[]>,
  askers: Iterable<string> = [],
  held: readonly Suppression[],
) {
  for (const address of askers) found.set(address, [...(found.get(address) ?? []), ...held]);
}

/** Who is asked for by each hash. */
function askersOf(addresses: readonly string[], hasher: AddressHasher): Map<PostedHash, Set<string>> {
  const askers = new Map<PostedHash, Set<string>>();
  for (const address of addresses) {
    for (const lookup of hasher.lookups(address)) {
      const hash = postedHash(lookup);
      askers.set(hash, (askers.get(hash) ?? new Set()).add(address));
    }
  }
  return askers;
}

const find = `SELECT state.fingerprint, ${entryColumns} FROM email_app.suppression_state AS state
  LEFT JOIN email_app.suppression AS listed ON listed.app = state.app AND listed.person = ANY ($2::bytea[])
  WHERE state.app = $1`;

type FoundRow = { readonly fingerprint: string } & (EntryRow | { readonly person: null });

/** By the person's hash. Also those who are found by their own spelling: their entry may be older than the rule for its provider. */
async function readRows(
  { database, appId, fingerprint }: ListPlace,
  hashes: ReadonlySet<PostedHash>,
): Promise<Rows> {
  const persons = new Set([...hashes].flatMap((hash) => personsOf(hash)));
  const asked = [...persons].map((text) => Buffer.from(text, 'latin1'));
  const found = await database.query<FoundRow>(find, [appId, asked]);
  requireKey(found[0], fingerprint);
  const rows = new Map<string, EntryRow[]>();
  for (const row of found) {
    if (row.person === null) continue;
    const person = textOf(row.person);
    rows.set(person, [...(rows.get(person) ?? []), row]);
  }
  return rows;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The shared spelling, and the own one if it is another. */
function personsOf(hash: PostedHash): string[] {
  return hashesOf(hash)
    .filter(({ length }) => length > 0)
    .map(textOf);
}

/** As `isOfPerson` says it in SQL. */
function rowsOf(hash: PostedHash, rows: Rows, folds: boolean): EntryRow[] {
  const persons = personsOf(hash);
  const own = persons.at(-1);
  const isMeant = ({ person, spelling }: EntryRow) =>
    folds || textOf(spelling) === own || (spelling.length === 0 && textOf(person) === own);
  return persons.flatMap((person) => rows.get(person) ?? []).filter(isMeant);
}
