/** The port `Outbox` on SQLite: each call becomes an operation of the store's thread. */
import { deserialize, serialize } from 'node:v8';
import type { MailContent } from '../mail/mail-content.ts';
import type { NewRequest, Outbox, OutboxEntry } from '../outbound/outbox.ts';
import { openStore, type Store, type StoreOptions } from './open-store.ts';
import type { PostedRequest } from './outbox-accept.ts';
import type { Claim } from './outbox-claim.ts';
import type { Pruning } from './outbox-prune.ts';
import { rebuildFailure } from './store-failure.ts';
import type { StoreHealth } from './store-health.ts';
import { type RowKeyRing, unlockRows } from './unlock-rows.ts';

/** Requests deleted in one transaction. */
const pruneStep = 200;

/** Opens the outbox of a folder; throws as `openStore`. Its calls throw `store-unavailable`, retryable, when the disk fails. */
export async function openSqliteOutbox(options: StoreOptions, keys: RowKeyRing): Promise<Outbox> {
  const store = await openStore(options);
  await unlockRows(store, keys, '');
  return sqliteOutbox(store);
}

/** Of a store whose rows are unlocked. */
export function sqliteOutbox({ client, close }: Store): Outbox {
  return {
    accept: async (request) => client.call('outbox.accept', postRequest(request)),
    claim: (limit, now) => claimDue(() => client.call('outbox.claim', { limit, now }), client.health),
    content: async (contentId) => readContent(await client.call('outbox.content', contentId)),
    settle: (settlements) => client.call('outbox.settle', settlements),
    cancel: (partIds, now) => client.call('outbox.cancel', { partIds, now }),
    resend: (partIds, now) => client.call('outbox.resend', { partIds, now }),
    retryNow: (partIds, now) => client.call('outbox.retryNow', { partIds, now }),
    resolve: (partIds, as, now) => client.call('outbox.resolve', { partIds, as, now }),
    unreported: (node, limit) => client.call('outbox.unreported', { node, limit }),
    markReported: (partIds) => client.call('outbox.markReported', partIds),
    find: (partId) => client.call('outbox.find', partId),
    partsOf: (requestId, from, limit) => client.call('outbox.partsOf', { requestId, from, limit }),
    counts: (now) => client.call('outbox.counts', now),
    pauseDomain: (domain, until) => client.call('outbox.pauseDomain', { domain, until }),
    readNote: (name) => client.call('note.read', name),
    writeNote: (name, value) => client.call('note.write', { name, value }),
    prune: (before, keysBefore) =>
      pruneAll((limit) => client.call('outbox.prune', { before, keysBefore, limit })),
    close,
  };
}

/** The content is turned into bytes here: the thread stores them as they come. */
export function postContent(content: MailContent): Pick<PostedRequest, 'content' | 'from' | 'subject'> {
  return { content: serialize(content), from: content.from, subject: content.subject };
}

function postRequest(request: NewRequest): PostedRequest {
  return {
    ...request,
    ...postContent(request.content),
    parts: request.parts.map((part) => ({ ...part, values: JSON.stringify(part.values) })),
  };
}

function readContent(bytes: Uint8Array): MailContent {
  return deserialize(bytes) as MailContent;
}

/** Goes on only while nothing was claimed: what was claimed must not be lost to a failure of the next step. */
async function claimDue(claimSome: () => Promise<Claim>, health: StoreHealth): Promise<OutboxEntry[]> {
  for (;;) {
    const { entries, interrupted, damage } = await claimSome();
    if (damage) health.failed(rebuildFailure(damage));
    if (entries.length > 0 || !interrupted) return entries;
  }
}

async function pruneAll(pruneSome: (limit: Pruning['limit']) => Promise<number>): Promise<number> {
  let total = 0;
  let deleted: number;
  do {
    deleted = await pruneSome(pruneStep);
    total += deleted;
  } while (deleted === pruneStep);
  return total;
}
