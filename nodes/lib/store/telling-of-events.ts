/** Ports whose calls write events beside their own rows; the same ports, with the log told when they did. */
import type { Outbox } from '../outbound/outbox.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import type { WebhookQueue } from '../webhook/webhook-queue.ts';

/** Readers are told after the write, and look for themselves whether there is something for them. */
function telling<Given extends unknown[], Result>(
  call: (...given: Given) => Promise<Result>,
  appended: () => void,
): (...given: Given) => Promise<Result> {
  return async (...given) => {
    const result = await call(...given);
    appended();
    return result;
  };
}

export function tellingOutbox(outbox: Outbox, appended: () => void): Outbox {
  const { accept, settle, cancel, resolve } = outbox;
  return {
    ...outbox,
    accept: telling(accept, appended),
    settle: telling(settle, appended),
    cancel: telling(cancel, appended),
    resolve: telling(resolve, appended),
  };
}

export function tellingSuppressions(list: SuppressionList, appended: () => void): SuppressionList {
  return {
    ...list,
    add: telling(list.add, appended),
    remove: telling(list.remove, appended),
    async startImport(at) {
      const load = await list.startImport(at);
      return { ...load, commit: telling(load.commit, appended) };
    },
  };
}

export function tellingWebhooks(queue: WebhookQueue, appended: () => void): WebhookQueue {
  return {
    ...queue,
    async settle(endpoint, outcomes) {
      await queue.settle(endpoint, outcomes);
      if (outcomes.some((outcome) => outcome.kind === 'dead' && outcome.event)) appended();
    },
  };
}
