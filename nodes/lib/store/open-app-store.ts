/** An app's folder in; everything it keeps there out, opened once: its outbox, its suppression list, its keys. */
import { openKeyRing, type RotatingKeyRing } from '../keys/open-key-ring.ts';
import type { KeyMemory } from '../keys/remembered-keys.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import { sqliteOutbox } from './open-sqlite-outbox.ts';
import { openStore, type StoreOptions } from './open-store.ts';
import { sqliteSuppressionList } from './sqlite-suppression-list.ts';

export interface AppStoreOptions extends StoreOptions {
  readonly randomBytes: (count: number) => Uint8Array;
  /** The text of keys.json, when the keys come from the environment. */
  readonly keysFromEnvironment?: string;
  /** All spellings of a mailbox are one person; false by default. */
  readonly foldAddresses?: boolean;
}

export interface AppStore {
  readonly outbox: Outbox;
  readonly suppressions: SuppressionList;
  readonly keys: RotatingKeyRing;
  /** Answers what was called; the outbox's own `close` is the same. */
  close(): Promise<void>;
}

/** Throws EmailError as `openStore` and `openKeyRing` do, and `wrong-key`. Keys are made under the lock of the store. */
export async function openAppStore(options: AppStoreOptions): Promise<AppStore> {
  const { randomBytes, keysFromEnvironment: fromEnvironment, foldAddresses, ...storeOptions } = options;
  const store = await openStore(storeOptions);
  try {
    const { folder, now } = storeOptions;
    const memory: KeyMemory = {
      read: (name) => store.client.call('note.read', name),
      write: (name, value) => store.client.call('note.write', { name, value }),
    };
    const keys = await openKeyRing({ folder, now, randomBytes, fromEnvironment, memory });
    const suppressions = await sqliteSuppressionList(store, keys, foldAddresses);
    return { outbox: sqliteOutbox(store), suppressions, keys, close: store.close };
  } catch (error) {
    await store.close();
    throw error;
  }
}
