import type { NewEvent } from '../../nodes/lib/event/event-log.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { receiverKey } from '../../nodes/lib/webhook/receiver-key.ts';
import type {
  NewWebhook,
  QueuedWebhook,
  WebhookOutcome,
  WebhookQueue,
} from '../../nodes/lib/webhook/webhook-queue.ts';

interface Kept {
  webhook: NewWebhook;
  attempts: number;
  since: number;
  dueAt: number;
  isClaimed: boolean;
  dead?: { at: number; code: string; why: string };
}

/** The port `WebhookQueue` without a disk. */
export function memoryWebhookQueue(
  mostWaiting = 1000,
  onEvent: (event: NewEvent) => void = () => {},
): WebhookQueue {
  let all: Kept[] = [];
  const opened = new Set<string>();
  const listeners = new Set<readonly [string, () => void]>();
  const tell = (endpoint: string) => {
    for (const [name, listener] of listeners) if (name === endpoint) listener();
  };
  const of = (endpoint: string) => all.filter(({ webhook }) => webhook.endpoint === endpoint);
  const live = (endpoint: string) => of(endpoint).filter(({ dead }) => !dead);
  const isFirst = (kept: Kept, among: readonly Kept[]) =>
    kept.webhook.subject === undefined ||
    among.find(({ webhook }) => webhook.subject === kept.webhook.subject) === kept;
  const toQueued = ({ webhook, attempts, since }: Kept): QueuedWebhook => ({ ...webhook, attempts, since });

  const held = new Map<string, number>();
  const holdKey = ({ webhook }: Kept) => `${webhook.endpoint} ${receiverKey(webhook.target)}`;
  const dueAtOf = (kept: Kept) => Math.max(kept.dueAt, held.get(holdKey(kept)) ?? 0);
  const settle = (kept: Kept, outcome: WebhookOutcome): void => {
    kept.isClaimed = false;
    if (outcome.kind === 'unused') {
      if (outcome.heldUntil !== undefined) held.set(holdKey(kept), Math.ceil(outcome.heldUntil));
      return;
    }
    kept.attempts += 1;
    if (outcome.kind === 'delivered') all = all.filter((other) => other !== kept);
    else if (outcome.kind === 'later') kept.dueAt = outcome.dueAt;
    else {
      kept.dead = outcome;
      if (outcome.event) onEvent(outcome.event);
    }
  };

  return {
    async accept(webhooks) {
      for (const webhook of webhooks) {
        if (live(webhook.endpoint).length >= mostWaiting)
          throw new EmailError('webhook-queue-full', { detail: { count: mostWaiting }, retryable: true });
        if (of(webhook.endpoint).some((kept) => kept.webhook.id === webhook.id)) continue;
        const { acceptedAt } = webhook;
        all.push({ webhook, attempts: 0, since: acceptedAt, dueAt: acceptedAt, isClaimed: false });
      }
      for (const endpoint of new Set(webhooks.map((webhook) => webhook.endpoint))) tell(endpoint);
    },
    async claim(endpoint, limit, now, { each, except } = { each: limit, except: new Set() }) {
      opened.add(endpoint);
      const waiting = live(endpoint);
      const ranks = new Map<string, number>();
      const rankOf = (kept: Kept): number => {
        const rank = ranks.get(holdKey(kept)) ?? 0;
        ranks.set(holdKey(kept), rank + 1);
        return rank;
      };
      const due = waiting
        .filter((kept) => dueAtOf(kept) <= now && !kept.isClaimed && isFirst(kept, waiting))
        .filter(({ webhook }) => !except.has(receiverKey(webhook.target)))
        .sort((a, b) => a.dueAt - b.dueAt)
        .map((kept) => ({ kept, rank: rankOf(kept) }))
        .filter(({ rank }) => rank < each)
        .sort((a, b) => (each < limit ? a.rank - b.rank : 0))
        .map(({ kept }) => kept)
        .slice(0, limit);
      for (const kept of due) kept.isClaimed = true;
      return due.map(toQueued);
    },
    async settle(endpoint, outcomes) {
      for (const outcome of outcomes) {
        const kept = live(endpoint).find(({ webhook }) => webhook.id === outcome.id);
        if (kept) settle(kept, outcome);
      }
    },
    async counts(endpoint) {
      opened.add(endpoint);
      const waiting = live(endpoint);
      const times = waiting.filter((kept) => !kept.isClaimed && isFirst(kept, waiting)).map(dueAtOf);
      return {
        waiting: waiting.length,
        dead: of(endpoint).length - waiting.length,
        ...(waiting.length > 0 && {
          oldestAt: Math.min(...waiting.map(({ webhook }) => webhook.acceptedAt)),
        }),
        ...(times.length > 0 && { nextDueAt: Math.min(...times) }),
      };
    },
    deadBody: async (endpoint, id) =>
      of(endpoint).find(({ webhook, dead }) => dead && webhook.id === id)?.webhook.body,
    listDead: async (endpoint, limit) =>
      of(endpoint)
        .flatMap(({ webhook, attempts, dead }) => {
          if (!dead) return [];
          const { id, type, target, acceptedAt } = webhook;
          const { at: deadAt, code, why } = dead;
          return [{ id, type, ...(target && { url: target.url }), acceptedAt, deadAt, attempts, code, why }];
        })
        .reverse()
        .sort((a, b) => b.deadAt - a.deadAt)
        .slice(0, limit),
    async redeliver(endpoint, now, ids) {
      const again = of(endpoint).filter(({ webhook, dead }) => dead && (!ids || ids.includes(webhook.id)));
      all = [...all.filter((kept) => !again.includes(kept)), ...again];
      for (const kept of again) held.delete(holdKey(kept));
      for (const kept of again) Object.assign(kept, { dead: undefined, attempts: 0, since: now, dueAt: now });
      if (again.length > 0) tell(endpoint);
      return again.length;
    },
    async forgetDead(endpoint, ids) {
      const gone = of(endpoint).filter(({ webhook, dead }) => dead && ids.includes(webhook.id));
      all = all.filter((kept) => !gone.includes(kept));
    },
    async prune(before) {
      all = all.filter(({ webhook, dead }) =>
        dead ? dead.at >= before : opened.has(webhook.endpoint) || webhook.acceptedAt >= before,
      );
    },
    onArrival(endpoint, listener) {
      const entry = [endpoint, listener] as const;
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
