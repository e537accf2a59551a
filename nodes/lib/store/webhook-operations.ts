/** The webhooks' operations by name, as the worker runs them. */
import type { DatabaseSync } from 'node:sqlite';
import type { RowSeal } from '../keys/row-seal.ts';
import type { DeadWebhook, WebhookCounts } from '../webhook/webhook-queue.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import { acceptWebhooks } from './webhook-accept.ts';
import { claimOperation } from './webhook-claim.ts';
import { redeliverWebhooks } from './webhook-order.ts';
import { type WebhookReceivers, webhookReceivers } from './webhook-receivers.ts';
import {
  openPosted,
  openTarget,
  openWhy,
  type PostedColumns,
  type TargetColumns,
  type WhyColumns,
} from './webhook-sealed.ts';
import { settleOperation } from './webhook-settle.ts';

interface DeadRow extends TargetColumns, WhyColumns {
  readonly id: string;
  readonly type: string;
  readonly accepted_at: number;
  readonly attempts: number;
  readonly dead_at: number;
  readonly code: string;
}

/** Rows in one go, so that other calls get their turn. */
export const webhookStep = 1000;

export function webhookOperations(context: StoreContext) {
  const { database } = context;
  const opened = new Set<string>();
  const receivers = webhookReceivers(database);
  return {
    'webhook.accept': acceptWebhooks(context, receivers),
    'webhook.claim': claimOperation(context, receivers, opened),
    'webhook.settle': settleOperation(context, receivers),
    'webhook.counts': countsOperation(database, receivers, opened),
    'webhook.listDead': listDeadOperation(context),
    'webhook.deadBody': deadBodyOperation(context),
    'webhook.redeliver': redeliverWebhooks(database, receivers),
    'webhook.forgetDead': forgetDeadOperation(database),
    'webhook.prune': pruneOperation(database, opened),
  };
}

function countsOperation(database: DatabaseSync, receivers: WebhookReceivers, opened: Set<string>) {
  const tally = prepareStatement<{ waiting: number; dead: number }>(
    database,
    'SELECT waiting, dead FROM webhook_tally WHERE endpoint = ?',
  );
  const age = prepareStatement<{ oldest: number | null }>(
    database,
    'SELECT min(accepted_at) AS oldest FROM webhook WHERE endpoint = ? AND dead_at IS NULL',
  );
  return (endpoint: string): WebhookCounts => {
    opened.add(endpoint);
    const { waiting, dead } = tally.get(endpoint) ?? { waiting: 0, dead: 0 };
    const oldest = age.get(endpoint)?.oldest ?? undefined;
    const nextDueAt = receivers.nextDueAt(endpoint);
    return {
      waiting,
      dead,
      ...(oldest !== undefined && { oldestAt: oldest }),
      ...(nextDueAt !== undefined && { nextDueAt }),
    };
  };
}

function listDeadOperation({ database, seal }: StoreContext) {
  const list = prepareStatement<DeadRow>(
    database,
    `SELECT id, type, url, auth_id, accepted_at, dead_at, attempts, code, why, sealed_target, sealed_why FROM webhook
      WHERE endpoint = ? AND dead_at IS NOT NULL ORDER BY dead_at DESC, key DESC ${limitTo}`,
  );
  return ({ endpoint, limit }: { endpoint: string; limit: number }): DeadWebhook[] =>
    list.all(endpoint, limit).map((row) => toDead(row, seal));
}

function toDead(row: DeadRow, seal: RowSeal): DeadWebhook {
  const { id, type, attempts, code, accepted_at, dead_at } = row;
  const { url } = openTarget(row, seal) ?? {};
  const why = openWhy(row, seal);
  const when = { acceptedAt: accepted_at, deadAt: dead_at };
  return { id, type, attempts, code, why, ...when, ...(url !== undefined && { url }) };
}

function deadBodyOperation({ database, seal }: StoreContext) {
  const find = prepareStatement<PostedColumns>(
    database,
    'SELECT body, message, sealed FROM webhook WHERE endpoint = ? AND id = ? AND dead_at IS NOT NULL',
  );
  return ({ endpoint, id }: { endpoint: string; id: string }): string | undefined => {
    const row = find.get(endpoint, id);
    return row && openPosted(row, seal).body;
  };
}

function forgetDeadOperation(database: DatabaseSync) {
  const forget = prepareStatement(
    database,
    'DELETE FROM webhook WHERE endpoint = ? AND id = ? AND dead_at IS NOT NULL',
  );
  return ({ endpoint, ids }: { endpoint: string; ids: readonly string[] }): void => {
    for (const id of ids) forget.run(endpoint, id);
  };
}

/** Answers whether there is more to go. */
function pruneOperation(database: DatabaseSync, opened: ReadonlySet<string>) {
  const remove = (which: string) =>
    prepareStatement(
      database,
      `DELETE FROM webhook WHERE key IN (SELECT key FROM webhook WHERE ${which} ${limitTo})`,
    );
  const forgetDead = remove('dead_at < ?');
  const forgetLive = remove('endpoint = ? AND dead_at IS NULL AND accepted_at < ?');
  const endpoints = prepareStatement<{ endpoint: string }>(
    database,
    'SELECT endpoint FROM webhook_tally WHERE waiting > 0',
  );
  return (before: number): boolean => {
    const orphaned = endpoints.all().filter(({ endpoint }) => !opened.has(endpoint));
    const removals = orphaned.map(({ endpoint }) => forgetLive.run(endpoint, before, webhookStep));
    removals.push(forgetDead.run(before, webhookStep));
    return removals.some(({ changes }) => Number(changes) === webhookStep);
  };
}
