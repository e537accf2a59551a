/** The port `WebhookQueue` on SQLite: each call becomes an operation of the store's thread. */
import type { KeyRing } from '../keys/key-ring.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import type { NewWebhook, WebhookQueue } from '../webhook/webhook-queue.ts';
import type { Store } from './open-store.ts';
import { postedHash } from './suppression-rows.ts';
import type { PostedWebhook } from './webhook-accept.ts';
import { webhookStep } from './webhook-operations.ts';

/** Its calls throw `store-unavailable`, retryable, when the disk fails. */
export function sqliteWebhookQueue({ client }: Pick<Store, 'client'>, keys: KeyRing): WebhookQueue {
  const hasher = addressHasher(keys.current('address-hash').secret);
  const post = ({ person, ...webhook }: NewWebhook): PostedWebhook =>
    person === undefined ? webhook : { ...webhook, hash: postedHash(hasher.hash(person)) };
  const listeners = new Map<string, Set<() => void>>();
  const tell = (endpoint: string): void => {
    for (const listener of listeners.get(endpoint) ?? []) listener();
  };
  const accept = sharedAcceptance((webhooks) => client.call('webhook.accept', webhooks.map(post)));
  return {
    async accept(webhooks) {
      await accept(webhooks);
      for (const endpoint of new Set(webhooks.map((webhook) => webhook.endpoint))) tell(endpoint);
    },
    claim: (endpoint, limit, now, { each, except } = { each: limit, except: new Set() }) =>
      client.call('webhook.claim', { endpoint, limit, now, each, except }),
    settle: (endpoint, outcomes) => client.call('webhook.settle', { endpoint, outcomes }),
    counts: (endpoint) => client.call('webhook.counts', endpoint),
    listDead: (endpoint, limit) => client.call('webhook.listDead', { endpoint, limit }),
    deadBody: (endpoint, id) => client.call('webhook.deadBody', { endpoint, id }),
    async redeliver(endpoint, now, ids) {
      let total = 0;
      let revived: number;
      do {
        revived = await client.call('webhook.redeliver', { endpoint, now, ids, limit: webhookStep });
        total += revived;
      } while (!ids && revived === webhookStep);
      if (total > 0) tell(endpoint);
      return total;
    },
    forgetDead: (endpoint, ids) => client.call('webhook.forgetDead', { endpoint, ids }),
    async prune(before) {
      while (await client.call('webhook.prune', before));
    },
    onArrival(endpoint, listener) {
      const heard = listeners.get(endpoint) ?? new Set();
      listeners.set(endpoint, heard.add(listener));
      return () => heard.delete(listener);
    },
  };
}

interface Waiting {
  readonly webhooks: readonly NewWebhook[];
  readonly resolve: () => void;
  readonly reject: (thrown: unknown) => void;
}

type Accept = (webhooks: readonly NewWebhook[]) => Promise<void>;

/** What comes at one moment is one call, unless it is refused: then each is told of its own. */
function sharedAcceptance(accept: Accept): Accept {
  let waiting: Waiting[] = [];
  const acceptAll = async (): Promise<void> => {
    const together = waiting;
    waiting = [];
    try {
      await accept(together.flatMap(({ webhooks }) => webhooks));
      for (const { resolve } of together) resolve();
    } catch (thrown) {
      if (together.length === 1) together[0]?.reject(thrown);
      else for (const { webhooks, resolve, reject } of together) accept(webhooks).then(resolve, reject);
    }
  };
  return (webhooks) =>
    new Promise((resolve, reject) => {
      waiting.push({ webhooks, resolve, reject });
      if (waiting.length === 1) setImmediate(acceptAll);
    });
}
