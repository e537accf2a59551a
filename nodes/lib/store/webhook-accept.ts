/** New webhooks in, rows out: those behind another of their subject wait for it. */
import type { DatabaseSync } from 'node:sqlite';
import { EmailError } from '../kernel/errors.ts';
import { receiverKey } from '../webhook/receiver-key.ts';
import type { NewWebhook } from '../webhook/webhook-queue.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import { hashesOf, type PostedHash } from './suppression-rows.ts';
import { subjectCheck } from './webhook-order.ts';
import type { WebhookReceivers } from './webhook-receivers.ts';
import { sealPosted, sealTarget } from './webhook-sealed.ts';

/** As it reaches the thread. */
export interface PostedWebhook extends Omit<NewWebhook, 'person'> {
  /** Of whom it is about. */
  readonly hash?: PostedHash;
}

export function acceptWebhooks(context: StoreContext, receivers: WebhookReceivers) {
  const { database, reserve, maxWaiting } = context;
  const insert = insertion(context);
  const roomOf = waitingRoom(database, maxWaiting);
  const isBusy = subjectCheck(database);
  const mustWait = ({ endpoint, subject }: PostedWebhook): boolean =>
    subject !== undefined && isBusy(endpoint, subject);
  return (webhooks: readonly PostedWebhook[]): void => {
    reserve.requireRoom();
    const rooms = new Map<string, number>();
    const toldOf = new Set<string>();
    for (const webhook of webhooks) {
      const { endpoint, acceptedAt, target } = webhook;
      const room = rooms.get(endpoint) ?? roomOf(endpoint);
      if (room <= 0)
        throw new EmailError('webhook-queue-full', { detail: { count: maxWaiting }, retryable: true });
      const isBehind = mustWait(webhook);
      rooms.set(endpoint, room - insert(webhook, isBehind ? null : acceptedAt));
      if (isBehind) continue;
      const origin = receiverKey(target);
      // most of one call come at one moment, for one receiver
      const due = `${endpoint} ${acceptedAt} ${origin}`;
      if (!toldOf.has(due)) receivers.due(endpoint, origin, acceptedAt);
      toldOf.add(due);
    }
  };
}

function waitingRoom(database: DatabaseSync, mostWaiting: number): (endpoint: string) => number {
  const open = prepareStatement(
    database,
    'INSERT INTO webhook_tally (endpoint) VALUES (?) ON CONFLICT DO NOTHING',
  );
  const count = prepareStatement<{ waiting: number }>(
    database,
    'SELECT waiting FROM webhook_tally WHERE endpoint = ?',
  );
  return (endpoint) => {
    open.run(endpoint);
    return mostWaiting - (count.get(endpoint)?.waiting ?? 0);
  };
}

/** Answers how many came: none, if its id is there already. */
function insertion({ database, seal }: StoreContext) {
  const insert = prepareStatement(
    database,
    `INSERT INTO webhook (id, endpoint, subject, type, origin, accepted_at, since, due_at, body, person, spelling,
      sealed_target, sealed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  return (webhook: PostedWebhook, dueAt: number | null): number => {
    const { id, endpoint, subject, type, target, acceptedAt, hash } = webhook;
    const when = [acceptedAt, acceptedAt, dueAt] as const;
    const whose = hash === undefined ? ([null, null] as const) : hashesOf(hash);
    const sealed = [sealTarget(target, seal), sealPosted(webhook, seal)] as const;
    const values = [type, receiverKey(target), ...when, ...whose, ...sealed];
    return Number(insert.run(id, endpoint, subject ?? null, ...values).changes);
  };
}
