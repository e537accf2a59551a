/** Webhooks that were given up, as a person sees them and decides what becomes of each. */
import type { DeadWebhook, WebhookQueue } from '../webhook/webhook-queue.ts';
import type { Place } from './database.ts';
import type { WebhookWords } from './webhook-words.ts';

interface DeadRow {
  readonly id: string;
  readonly type: string;
  readonly accepted_at: number;
  readonly dead_at: number;
  readonly attempts: number;
  readonly code: string;
  readonly target: Buffer | null;
  readonly why: Buffer | null;
}

/** They wait again, behind what came of their subject meanwhile: their old place is lost. Of one subject they died in their order. */
const redeliver = `
  WITH dead AS MATERIALIZED (
    SELECT key FROM email_app.webhook
      WHERE app = $1 AND endpoint = $2 AND dead_at IS NOT NULL AND ($4::text[] IS NULL OR id = ANY ($4))
      ORDER BY dead_at, key LIMIT $5 FOR UPDATE SKIP LOCKED
  ), renumbered AS MATERIALIZED (
    SELECT key, nextval('email_app.webhook_key_seq') AS new_key FROM dead
  ), revived AS (
    UPDATE email_app.webhook SET key = new_key, dead_at = NULL, code = '', why = NULL, attempts = 0, since = $3, due_at = $3
      FROM renumbered WHERE app = $1 AND webhook.key = renumbered.key
      RETURNING origin
  ), freed AS (
    DELETE FROM email_app.webhook_receiver
      WHERE app = $1 AND endpoint = $2 AND origin IN (SELECT origin FROM revived)
  )
  SELECT count(*)::integer AS revived FROM revived`;

/** Rows in one go, so that no transaction is long. */
const step = 1000;

export type DeadWebhooks = Pick<WebhookQueue, 'listDead' | 'deadBody' | 'redeliver' | 'forgetDead'>;

export function deadWebhooks({ database, appId }: Place, words: WebhookWords): DeadWebhooks {
  const ofDead = 'app = $1 AND endpoint = $2 AND dead_at IS NOT NULL';
  return {
    async listDead(endpoint, limit) {
      const rows = await database.query<DeadRow>(
        `SELECT id, type, accepted_at, dead_at, attempts, code, target, why FROM email_app.webhook
          WHERE ${ofDead} ORDER BY dead_at DESC, key DESC LIMIT $3`,
        [appId, endpoint, limit],
      );
      return rows.map((row) => toDead(row, words));
    },
    async deadBody(endpoint, id) {
      const sql = `SELECT body FROM email_app.webhook WHERE ${ofDead} AND id = $3`;
      const [found] = await database.query<{ body: Buffer }>(sql, [appId, endpoint, id]);
      return found && words.openBody(found.body);
    },
    async redeliver(endpoint, now, ids) {
      let total = 0;
      for (let revived = step; revived === step; total += revived) {
        const values = [appId, endpoint, now, ids ?? null, step];
        const [found] = await database.query<{ revived: number }>(redeliver, values);
        revived = found?.revived ?? 0;
      }
      return total;
    },
    async forgetDead(endpoint, ids) {
      await database.query(`DELETE FROM email_app.webhook WHERE ${ofDead} AND id = ANY ($3)`, [
        appId,
        endpoint,
        ids,
      ]);
    },
  };
}

function toDead(row: DeadRow, words: WebhookWords): DeadWebhook {
  const { id, type, accepted_at, dead_at, attempts, code, why } = row;
  const target = words.openTarget(row.target);
  return {
    ...{ id, type, acceptedAt: accepted_at, deadAt: dead_at, attempts, code, why: words.openText(why) },
    ...(target && { url: target.url }),
  };
}
