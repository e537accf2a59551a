/** An app's folder comes in; a store that the app can be moved out of, or into, goes out. */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import { openKeyRing, type RotatingKeyRing } from '../keys/open-key-ring.ts';
import { rowSeal } from '../keys/row-seal.ts';
import { moveNote } from '../store/move-mark.ts';
import type { AppStoreOptions } from '../store/open-app-store.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { unlockRows } from '../store/unlock-rows.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import { copyShelf, mailingShelf } from './file-mailings.ts';
import { contentShelf, deliveryShelf, partShelf, pauseShelf, requestShelf } from './file-outbox.ts';
import { type FileRoom, pagesOf } from './file-rows.ts';
import {
  accessShelf,
  eventShelf,
  historyShelf,
  noticeShelf,
  plainShelf,
  readerShelf,
  receivedShelf,
  sourceKeyShelf,
  webhookShelf,
} from './file-shelves.ts';
import type { Kept, KeptList, MovableStore, Shelves } from './kept.ts';

export interface MovableFile extends MovableStore {
  readonly keys: RotatingKeyRing;
  close(): Promise<void>;
}

/** A load that was cut off is brought to its end by whoever opens the list, so it must not wait here. */
const importNote = 'suppression-import';
const ownNotes: readonly string[] = [moveNote, importNote];

/** Throws EmailError as `openAppStore` does (`store-in-use` while the app runs), and `import-running`. */
export async function openMovableFile(options: AppStoreOptions): Promise<MovableFile> {
  const {
    randomBytes,
    keysFromEnvironment: fromEnvironment,
    foldAddresses: _,
    owner,
    ...storeOptions
  } = options;
  const store = await openStore(storeOptions);
  const { client } = store;
  try {
    const { folder, now } = storeOptions;
    const readNote = (name: string) => client.call('note.read', name);
    const writeNote = (name: string, value: string | undefined) => client.call('note.write', { name, value });
    const memory = { read: readNote, write: writeNote };
    const keys = await openKeyRing({ folder, now, randomBytes, fromEnvironment, memory });
    const appId = owner?.appId ?? '';
    await unlockRows(store, keys, appId);
    if ((await readNote(importNote)) !== undefined)
      throw new EmailError('import-running', { retryable: true });
    const { secret } = keys.current('address-hash');
    const shelves = shelvesOf({
      client,
      seal: rowSeal(keys, appId),
      hasher: addressHasher(secret),
      markOf: (text) =>
        createHmac('sha256', secret).update(`the mark of ${text}`).digest('base64url').slice(0, 32),
      spool: join(folder, 'spool'),
    });
    // the lock of its file keeps others away
    const requireAlone = async () => {};
    return {
      ...wholeOf(store),
      requireAlone,
      name: folder,
      keys,
      shelves,
      readNote,
      writeNote,
      close: store.close,
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function wholeOf({ client }: Store): Pick<MovableStore, 'readList' | 'clear' | 'clearEvents' | 'finish'> {
  return {
    async readList(): Promise<KeptList> {
      const [state] = await client.call('dump.page', { table: 'suppression_state', limit: 1 });
      return { fingerprint: String(state?.fingerprint ?? ''), someErased: state?.some_erased === 1 };
    },
    async clear() {
      await client.call('dump.clear', undefined);
      for (const { name } of await notesOf(client))
        await client.call('note.write', { name, value: undefined });
    },
    clearEvents: () => client.call('dump.clear', ['event']),
    finish: (list) => client.call('dump.finish', list),
  };
}

function shelvesOf(room: FileRoom): Shelves {
  return {
    request: requestShelf(room),
    content: contentShelf(room),
    part: partShelf(room),
    delivery: deliveryShelf(room),
    mailing: mailingShelf(room),
    copy: copyShelf(room),
    pause: pauseShelf(room),
    event: eventShelf(room),
    reader: readerShelf(room),
    suppression: plainShelf(room, 'suppression'),
    history: historyShelf(room),
    softBounce: plainShelf(room, 'soft_bounce'),
    webhook: webhookShelf(room),
    received: receivedShelf(room),
    sourceKey: sourceKeyShelf(room),
    notice: noticeShelf(room),
    access: accessShelf(room),
    note: {
      async *read() {
        yield await notesOf(room.client);
      },
      async write(notes) {
        for (const note of notes) await room.client.call('note.write', note);
      },
      count: async () => (await notesOf(room.client)).length,
    },
  };
}

/** Without those about the store itself. */
async function notesOf(client: Store['client']): Promise<Kept['note'][]> {
  const all: Kept['note'][] = [];
  for await (const notes of pagesOf<Kept['note']>(client, 'note'))
    all.push(...notes.filter(({ name }) => !ownNotes.includes(name)));
  return all;
}
