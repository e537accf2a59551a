/** The port `SuppressionList` on SQLite: addresses become hashes here, and each call an operation of the store's thread. */
import { randomUUID } from 'node:crypto';
import { EmailError } from '../kernel/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import type { ImportOutcome, SuppressionImport } from '../suppression/suppression-import.ts';
import type { NewSuppression, SuppressionList } from '../suppression/suppression-list.ts';
import { requireExpiry } from '../suppression/suppression-policy.ts';
import type { Store } from './open-store.ts';
import { EntryPacker } from './packed-entries.ts';
import { SuppressionLookup } from './suppression-lookup.ts';
import { type PostedEntry, postedHash } from './suppression-rows.ts';

type Client = Store['client'];

/** In one call, so that other calls get their turn. */
const entriesOfCall = 500;
const rowsOfPruning = 500;

/**
 * `foldAddresses`: all spellings of a mailbox are one person, see `foldAddress`. Throws EmailError `wrong-key` when the
 * list was made with another `address-hash` key: it would find nobody. It ends with the store.
 */
export async function sqliteSuppressionList(
  { client }: Store,
  keys: KeyRing,
  foldAddresses = false,
): Promise<SuppressionList> {
  const hasher = addressHasher(keys.current('address-hash').secret);
  const { fingerprint } = hasher;
  const { filter, importing } = await client.call('suppression.open', { fingerprint, foldAddresses });
  const lookup = new SuppressionLookup(client, hasher, filter);
  const hashOf = (address: string) => postedHash(hasher.hash(address));
  const post = (entry: NewSuppression): PostedEntry => ({ ...entry, hash: hashOf(entry.address) });
  const onGrown = () => lookup.refresh();
  lookup.refresh();
  // What fails here is tried again at the next import or opening.
  if (importing)
    void workThrough(client)
      .then(onGrown)
      .catch(() => {});

  return {
    add: (entries) => addAll(client, entries, { post, onGrown }),
    remove: (removal) => client.call('suppression.remove', { ...removal, hash: hashOf(removal.address) }),
    find: (addresses, now) => lookup.find(addresses, now),
    history: (address) => client.call('suppression.history', hashOf(address)),
    list: (options) => client.call('suppression.list', options),
    erase: (address, at) => client.call('suppression.erase', { hash: hashOf(address), at }),
    count: () => client.call('suppression.count', undefined),
    async prune(now, evidenceBefore) {
      while (await client.call('suppression.prune', { now, evidenceBefore, limit: rowsOfPruning }));
    },
    startImport: importStarter(client, () => new EntryPacker(hasher.hash), onGrown),
  };
}

async function addAll(
  client: Client,
  entries: readonly NewSuppression[],
  { post, onGrown }: Rooms,
): Promise<NewSuppression[]> {
  for (const entry of entries) requireExpiry(entry);
  const added: NewSuppression[] = [];
  for (let start = 0; start < entries.length; start += entriesOfCall) {
    const some = entries.slice(start, start + entriesOfCall);
    const { positions, isOutgrown } = await client.call('suppression.add', some.map(post));
    const areNew = new Set(positions);
    added.push(...some.filter((_, position) => areNew.has(position)));
    if (isOutgrown) onGrown();
  }
  return added;
}

interface Rooms {
  readonly post: (entry: NewSuppression) => PostedEntry;
  readonly onGrown: () => void;
}

function importStarter(client: Client, newPacker: () => EntryPacker, onGrown: () => void) {
  let importing = false;
  return async (at: number): Promise<SuppressionImport> => {
    if (importing) throw new EmailError('import-running', { retryable: true });
    importing = true;
    let isOver = false;
    const end = () => {
      importing = false;
      isOver = true;
    };
    try {
      await workThrough(client);
      await client.call('suppression.import.begin', randomUUID());
    } catch (error) {
      end();
      throw error;
    }
    const packer = newPacker();
    return {
      async stage(entries) {
        for (const entry of entries) requireExpiry(entry);
        await client.call('suppression.import.stage', packer.pack(entries));
      },
      async commit(onProgress) {
        await client.call('suppression.import.decide', at);
        onGrown();
        return workThrough(client, onProgress).finally(() => {
          end();
          onGrown();
        });
      },
      async drop() {
        // Whatever is there by now is another's.
        if (!isOver) await client.call('suppression.import.drop', undefined).finally(end);
      },
    };
  };
}

/** Adds what a decided import still has to add. */
async function workThrough(client: Client, onProgress?: (worked: number) => void): Promise<ImportOutcome> {
  let [added, erased, worked, more] = [0, 0, 0, true];
  while (more) {
    const step = await client.call('suppression.import.step', undefined);
    added += step.added;
    erased += step.erased;
    worked += step.worked;
    more = step.more;
    onProgress?.(worked);
  }
  return { added, erased };
}
