/** The port `InboundQueue` on SQLite: facts and small mails are rows, larger mails are files of the spool. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InboundQueue, QueuedMail, ReceiptFacts } from '../inbound/inbound-queue.ts';
import type { BegunRow } from './inbound-operations.ts';
import type { Store } from './open-store.ts';
import { inboundName } from './recover-inbound.ts';
import { storeFailure } from './store-failure.ts';
import { type FreeBytes, keepMail } from './write-mail-file.ts';

interface Place {
  readonly client: Store['client'];
  readonly folder: string;
  readonly fileOf: (id: string) => string;
  /** Ids of mails whose file is a copy of what is in their row. */
  readonly copied: Set<string>;
}

/** Throws EmailError `store-unavailable`, retryable, when the disk fails. */
export function sqliteInboundQueue({ client }: Store, folder: string, free?: FreeBytes): InboundQueue {
  const listeners = new Set<() => void>();
  const fileOf = (id: string) => join(folder, 'spool', inboundName(id));
  const place: Place = { client, folder, fileOf, copied: new Set() };
  const accept = acceptance(place, free);
  return {
    async accept(...received) {
      const accepted = await accept(...received);
      if (accepted.isNew) for (const listener of listeners) listener();
      return accepted;
    },
    async begin(unactedOnly = false) {
      const row = await client.call('inbound.begin', { unactedOnly });
      return row && layOut(row, place);
    },
    async done(id) {
      await client.call('inbound.done', id);
      place.copied.delete(id);
      await remove(fileOf(id));
    },
    async putBack(id, how) {
      // before it can be begun, and laid out, again
      if (place.copied.delete(id)) await remove(fileOf(id));
      await client.call('inbound.putBack', { id, how });
    },
    async setAside(id, why, now) {
      await client.call('inbound.setAside', { id, why, now });
      place.copied.delete(id);
    },
    counts: () => client.call('inbound.counts', undefined),
    onArrival(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async prune(keysBefore, asideBefore) {
      const ids = await client.call('inbound.prune', { keysBefore, asideBefore });
      await Promise.all(ids.map((id) => remove(fileOf(id))));
    },
  };
}

function acceptance({ client, folder, fileOf }: Place, free?: FreeBytes): InboundQueue['accept'] {
  return async (raw, facts, limit) => {
    if (client.refusal) throw client.refusal;
    const id = newId(facts.receivedAt);
    const kept = await onDisk(folder, () => keepMail(raw, fileOf(id), limit, free));
    let isKept = false;
    try {
      const accepted = await client.call('inbound.accept', { id, facts, ...kept });
      isKept = accepted.isNew;
      return accepted;
    } finally {
      if (!isKept && !kept.bytes) await remove(fileOf(id));
    }
  };
}

/** Later ones sort behind earlier ones: an index in order of arrival costs a write where a random one costs many. */
function newId(receivedAt: number): string {
  return `${receivedAt.toString(36).padStart(9, '0')}-${randomUUID()}`;
}

/** A mail in its row is copied to where it is read; the copy need not be safe. */
async function layOut(row: BegunRow, { client, folder, fileOf, copied }: Place): Promise<QueuedMail> {
  const { id, size, attempts, acted, bytes } = row;
  const file = fileOf(id);
  try {
    if (bytes) {
      copied.add(id);
      await onDisk(folder, () => writeFile(file, bytes, { mode: 0o600 }));
    }
  } catch (error) {
    await client.call('inbound.putBack', { id, how: 'unused' });
    throw error;
  }
  return { id, size, attempts, acted: acted === 1, facts: JSON.parse(row.facts) as ReceiptFacts, file };
}

/** One that stays goes at the next start. */
async function remove(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => {});
}

/** What the source of a mail throws while it is read has no path, and is the source's own affair. */
async function onDisk<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error && 'syscall' in error && 'path' in error
      ? storeFailure(error, folder, folder)
      : error;
  }
}
