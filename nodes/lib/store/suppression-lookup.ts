/** Addresses in, the entries that hold them out; those that the filter rules out cost no message to the store's thread. */
import { AddressFilter } from '../suppression/address-filter.ts';
import type { AddressHash, AddressHasher } from '../suppression/address-hasher.ts';
import type { Suppression } from '../suppression/suppression-list.ts';
import type { Store } from './open-store.ts';
import type { FoundEntry } from './suppression-operations.ts';
import { type PostedHash, postedHash } from './suppression-rows.ts';

type Client = Store['client'];
type Found = ReadonlyMap<string, readonly Suppression[]>;

/** Hashes in one call, so that other calls get their turn. */
const hashesOfCall = 1000;
const nobody: Found = new Map();

export class SuppressionLookup {
  readonly #client: Client;
  readonly #hasher: AddressHasher;
  /** Undefined until it knows every entry: every lookup goes to the table till then. */
  #filter: AddressFilter | undefined;
  #isFilling = false;

  constructor(client: Client, hasher: AddressHasher, filter: SharedArrayBuffer | undefined) {
    this.#client = client;
    this.#hasher = hasher;
    this.#filter = filter && new AddressFilter(filter);
  }

  async find(addresses: readonly string[], now: number): Promise<Found> {
    const { refusal } = this.#client;
    if (refusal) throw refusal;
    const asked = this.#possible(addresses);
    return asked.size === 0 ? nobody : group(asked, await this.#ask([...asked.keys()], now));
  }

  /** Makes the filter anew in the background if there is none or the list has outgrown it. */
  refresh(): void {
    if (this.#isFilling) return;
    this.#isFilling = true;
    void this.#fill()
      // Without the store there is no finding either; with it, the old filter goes on giving right answers.
      .catch(() => {})
      .finally(() => {
        this.#isFilling = false;
      });
  }

  async #fill(): Promise<void> {
    let more: boolean;
    do {
      const step = await this.#client.call('suppression.fill', undefined);
      if (step.filter) this.#take(step.filter);
      more = step.more;
    } while (more);
  }

  #take(buffer: SharedArrayBuffer): void {
    if (this.#filter?.buffer !== buffer) this.#filter = new AddressFilter(buffer);
  }

  /** Who is asked for by each hash that may be on the list. */
  #possible(addresses: readonly string[]): Map<PostedHash, string[]> {
    const asked = new Map<PostedHash, string[]>();
    for (const address of addresses) {
      for (const hash of this.#hasher.lookups(address)) {
        if (!this.#mayHold(hash)) continue;
        const text = postedHash(hash);
        const askers = asked.get(text);
        if (askers) askers.push(address);
        else asked.set(text, [address]);
      }
    }
    return asked;
  }

  /** By the spelling, too: the entry may be older than the rule for its provider. */
  #mayHold({ person, spelling }: AddressHash): boolean {
    const filter = this.#filter;
    return !filter || filter.mayHold(person) || (spelling !== undefined && filter.mayHold(spelling));
  }

  async #ask(hashes: readonly PostedHash[], now: number): Promise<FoundEntry[]> {
    const found: FoundEntry[] = [];
    for (let start = 0; start < hashes.length; start += hashesOfCall) {
      const some = hashes.slice(start, start + hashesOfCall);
      found.push(...(await this.#client.call('suppression.find', { hashes: some, now })));
    }
    return found;
  }
}

function group(asked: ReadonlyMap<PostedHash, readonly string[]>, found: readonly FoundEntry[]): Found {
  const held = new Map<string, Suppression[]>();
  for (const { hash, entry } of found) {
    for (const address of new Set(asked.get(hash))) held.set(address, [...(held.get(address) ?? []), entry]);
  }
  return held;
}
