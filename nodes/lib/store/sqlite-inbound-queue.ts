/** The port `InboundQueue` on SQLite: facts and small mails are rows, larger mails are files of the spool. */
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AsideMail, InboundQueue, QueuedMail, ReceiptFacts } from '../inbound/inbound-queue.ts';
import { EmailError } from '../kernel/errors.ts';
import type { AsideRow } from './inbound-aside-operations.ts';
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
  /** Why no mail is taken, as long as none has gone: a mail that cannot be kept need not be read. */
  full?: EmailError;
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
      await forget(id, place);
    },
    async putBack(id, how, now) {
      // before it can be begun, and laid out, again
      if (place.copied.delete(id)) await remove(fileOf(id));
      await client.call('inbound.putBack', { id, how, now });
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
      await forgetAll(await client.call('inbound.prune', { keysBefore, asideBefore }), place);
    },
    async forgetWaiting(actedBefore) {
      const ids = await client.call('inbound.forgetWaiting', actedBefore);
      await forgetAll(ids, place);
      return ids.length;
    },
    ...asideMails(place),
  };
}

function asideMails(
  place: Place,
): Pick<InboundQueue, 'listAside' | 'openAside' | 'retryAside' | 'forgetAside'> {
  const { client, folder, fileOf } = place;
  const asideOf = ({ id, facts, size, setAsideAt, why }: AsideRow): AsideMail => ({
    ...{ id, size, setAsideAt, why },
    facts: JSON.parse(facts) as ReceiptFacts,
    file: fileOf(id),
  });
  return {
    async listAside(limit) {
      return (await client.call('inbound.listAside', limit)).map(asideOf);
    },
    async openAside(id) {
      const row = await client.call('inbound.openAside', id);
      const { bytes } = row ?? {};
      // its copy was not synced
      if (bytes) await onDisk(folder, () => writeFile(fileOf(id), bytes, { mode: 0o600 }));
      return row && asideOf(row);
    },
    retryAside: (id, now) => client.call('inbound.retryAside', { id, now }),
    async forgetAside(id) {
      if (await client.call('inbound.forgetAside', id)) await forget(id, place);
    },
  };
}

function acceptance(place: Place, free?: FreeBytes): InboundQueue['accept'] {
  const { client, folder, fileOf } = place;
  return async (raw, facts, limit) => {
    const refusal = client.refusal ?? place.full;
    if (refusal) throw refusal;
    const id = newId(facts.receivedAt);
    const hash = choosesKeys(facts) ? createHash('sha256') : undefined;
    const kept = await onDisk(folder, () => keepMail(hashing(raw, hash), fileOf(id), limit, free));
    let isKept = false;
    try {
      const accepted = await client.call('inbound.accept', { id, facts, ...kept, digest: hash?.digest() });
      isKept = accepted.isNew;
      return accepted;
    } catch (thrown) {
      if (thrown instanceof EmailError && thrown.code === 'inbound-full') place.full = thrown;
      throw thrown;
    } finally {
      if (!isKept && !kept.bytes) await remove(fileOf(id));
    }
  };
}

function choosesKeys({ source, sourceKey }: ReceiptFacts): boolean {
  return source === 'http' && sourceKey !== undefined;
}

function hashing(raw: AsyncIterable<Uint8Array>, hash?: Hash): AsyncIterable<Uint8Array> {
  if (!hash) return raw;
  return (async function* () {
    for await (const chunk of raw) {
      hash.update(chunk);
      yield chunk;
    }
  })();
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
    await client.call('inbound.putBack', { id, how: 'unused', now: 0 });
    throw error;
  }
  return { id, size, attempts, acted: acted > 0, facts: JSON.parse(row.facts) as ReceiptFacts, file };
}

/** Its row is gone, so that there is room again. */
async function forget(id: string, place: Place): Promise<void> {
  place.full = undefined;
  place.copied.delete(id);
  await remove(place.fileOf(id));
}

async function forgetAll(ids: readonly string[], place: Place): Promise<void> {
  await Promise.all(ids.map((id) => forget(id, place)));
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
