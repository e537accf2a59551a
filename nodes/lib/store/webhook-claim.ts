/** Webhooks that are due go out, of all receivers in turn. */
import type { DatabaseSync } from 'node:sqlite';
import type { QueuedWebhook } from '../webhook/webhook-queue.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { WebhookReceivers } from './webhook-receivers.ts';

export interface WebhookClaim {
  readonly endpoint: string;
  readonly limit: number;
  readonly now: number;
  /** Of one receiver at most. */
  readonly each: number;
  readonly except: ReadonlySet<string>;
}

interface WebhookRow {
  readonly key: number;
  readonly id: string;
  readonly subject: string | null;
  readonly type: string;
  readonly url: string | null;
  readonly auth_id: string | null;
  readonly accepted_at: number;
  readonly since: number;
  readonly attempts: number;
  readonly body: string;
  readonly message: string | null;
}

/** Characters of those claimed by one call, beside the last. */
const mostText = 4_000_000;

export function claimOperation(
  database: DatabaseSync,
  receivers: WebhookReceivers,
  opened: Set<string>,
): (claim: WebhookClaim) => QueuedWebhook[] {
  const claimOf = claimOfReceiver(database);
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

function claimOfReceiver(database: DatabaseSync) {
  const find = prepareStatement<Pick<WebhookRow, 'key'>>(
    database,
    `SELECT key FROM webhook
      WHERE endpoint = ? AND origin = ? AND due_at <= ? AND key NOT IN (SELECT key FROM webhook_claim)
      ORDER BY due_at, accepted_at, key ${limitTo}`,
  );
  const read = prepareStatement<WebhookRow>(
    database,
    'SELECT id, subject, type, url, auth_id, accepted_at, since, attempts, body, message FROM webhook WHERE key = ?',
  );
  const mark = prepareStatement(database, 'INSERT INTO webhook_claim VALUES (?)');
  return ({ endpoint, origin, now, most }: ReceiverClaim, textLeft: number): QueuedWebhook[] => {
    const claimed: QueuedWebhook[] = [];
    let text = 0;
    for (const { key } of find.all(endpoint, origin, now, most)) {
      const row = text < textLeft ? read.get(key) : undefined;
      if (!row) break;
      mark.run(key);
      const webhook = toQueued(row, endpoint);
      claimed.push(webhook);
      text += textOf(webhook);
    }
    return claimed;
  };
}

function textOf({ body, message = '' }: QueuedWebhook): number {
  return body.length + message.length;
}

function toQueued(row: WebhookRow, endpoint: string): QueuedWebhook {
  const { id, subject, type, url, auth_id, accepted_at, since, attempts, body, message } = row;
  return {
    id,
    endpoint,
    type,
    body,
    acceptedAt: accepted_at,
    since,
    attempts,
    ...(subject !== null && { subject }),
    ...(url !== null && { target: { url, ...(auth_id !== null && { authId: auth_id }) } }),
    ...(message !== null && { message }),
  };
}
