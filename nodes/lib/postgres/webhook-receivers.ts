/** What waits for an endpoint comes in; each of its receivers with the first that is free to go, and when, goes out. */
import { isFirst } from './webhook-tables.ts';

const free = (webhook: string) =>
  `${webhook}.app = $1 AND ${webhook}.endpoint = $2 AND ${webhook}.dead_at IS NULL AND ${webhook}.holder IS NULL`;

/**
 * Common tables of a statement on app `$1` and endpoint `$2`: `receiver (origin, due_at)`. The index is asked for one
 * receiver after the other, so it costs the same however much waits for each of them.
 */
export const receiversOfEndpoint = `WITH RECURSIVE origins AS (
    (SELECT origin FROM email_app.webhook WHERE ${free('webhook')} ORDER BY origin LIMIT 1)
    UNION ALL
    SELECT (SELECT origin FROM email_app.webhook WHERE ${free('webhook')} AND webhook.origin > origins.origin
      ORDER BY origin LIMIT 1) FROM origins WHERE origins.origin IS NOT NULL
  ), receiver AS (
    SELECT origins.origin, greatest(first.due_at, held.held_until) AS due_at
      FROM origins CROSS JOIN LATERAL (
        SELECT due_at FROM email_app.webhook WHERE ${free('webhook')} AND webhook.origin = origins.origin
          AND ${isFirst('webhook')} ORDER BY due_at LIMIT 1
      ) AS first LEFT JOIN email_app.webhook_receiver AS held
        ON held.app = $1 AND held.endpoint = $2 AND held.origin = origins.origin
  )`;

/** Keys of those of one receiver that may go, locked; what others have locked is passed over. */
export function freeOf(origin: string, now: string, limit: string): string {
  return `SELECT key, size, due_at, accepted_at FROM email_app.webhook
    WHERE ${free('webhook')} AND webhook.origin = ${origin} AND due_at <= ${now} AND ${isFirst('webhook')}
    ORDER BY due_at, accepted_at, key LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
}
