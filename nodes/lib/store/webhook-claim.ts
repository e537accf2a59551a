/** Webhooks that are due go out, of all receivers in turn. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { QueuedWebhook } from '../webhook/webhook-queue.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import type { WebhookReceivers } from './webhook-receivers.ts';
import { openPosted, openTarget, type PostedColumns, type TargetColumns } from './webhook-sealed.ts';

export interface WebhookClaim {
  readonly endpoint: string;
  readonly limit: number;
  readonly now: number;
  /** Of one receiver at most. */
  readonly each: number;
  readonly except: ReadonlySet<string>;
}

interface WebhookRow extends TargetColumns, PostedColumns {
  readonly key: number;
  readonly id: string;
  readonly subject: string | null;
  readonly type: string;
  readonly accepted_at: number;
  readonly since: number;
  readonly attempts: number;
}

/** Characters of those claimed by one call, beside the last. */
const mostText = 4_000_000;

export function claimOperation(
  context: StoreContext,
  receivers: WebhookReceivers,
  opened: Set<string>,
): (claim: WebhookClaim) => QueuedWebhook[] {
  const claimOf = claimOfReceiver(context);
  return ({ endpoint, limit, now, each, except }) => {
    opened.add(endpoint);
    const claimed: QueuedWebhook[] = [];
    let text = 0;
    for (const origin of receivers.allDue(endpoint, now, limit + except.size)) {
      if (except.has(origin)) continue;
      const most = Math.min(each, limit - claimed.length);
      for (const webhook of claimOf({ endpoint, origin, now, most }, mostText - text)) {
        claimed.push(webhook);
        text += textOf(webhook);
      }
      receivers.served(endpoint, origin, now);
      if (claimed.length === limit || text >= mostText) break;
    }
    return claimed;
  };
}

interface ReceiverClaim {
  readonly endpoint: string;
  readonly origin: string;
  readonly now: number;
  readonly most: number;
}

function claimOfReceiver({ database, seal }: StoreContext) {
  const find = prepareStatement<Pick<WebhookRow, 'key'>>(
    database,
    `SELECT key FROM webhook
      WHERE endpoint = ? AND origin = ? AND due_at <= ? AND key NOT IN (SELECT key FROM webhook_claim)
      ORDER BY due_at, accepted_at, key ${limitTo}`,
  );
  const read = prepareStatement<WebhookRow>(
    database,
    `SELECT id, subject, type, url, auth_id, accepted_at, since, attempts, body, message, sealed_target, sealed
      FROM webhook WHERE key = ?`,
  );
  const mark = prepareStatement(database, 'INSERT INTO webhook_claim VALUES (?)');
  return ({ endpoint, origin, now, most }: ReceiverClaim, textLeft: number): QueuedWebhook[] => {
    const claimed: QueuedWebhook[] = [];
    let text = 0;
    for (const { key } of find.all(endpoint, origin, now, most)) {
      const row = text < textLeft ? read.get(key) : undefined;
      if (!row) break;
      mark.run(key);
      const webhook = toQueued(row, endpoint, seal);
      claimed.push(webhook);
      text += textOf(webhook);
    }
    return claimed;
  };
}

function textOf({ body, message = '' }: QueuedWebhook): number {
  return body.length + message.length;
}

function toQueued(row: WebhookRow, endpoint: string, seal: RowSeal): QueuedWebhook {
  const { id, subject, type, accepted_at, since, attempts } = row;
  const target = openTarget(row, seal);
  return {
    ...openPosted(row, seal),
    id,
    endpoint,
    type,
    acceptedAt: accepted_at,
    since,
    attempts,
    ...(subject !== null && { subject }),
    ...(target && { target }),
  };
}
