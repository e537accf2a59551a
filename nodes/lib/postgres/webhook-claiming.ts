/** Webhooks that are due go out to one of the machines, of all receivers in turn. */
import type { ClaimTerms, QueuedWebhook } from '../webhook/webhook-queue.ts';
import type { Place } from './database.ts';
import { holdsItsLease } from './instance-tables.ts';
import { freeOf, receiversOfEndpoint } from './webhook-receivers.ts';
import type { WebhookRow, WebhookWords } from './webhook-words.ts';

/** Bytes of those claimed by one call, beside the last. */
const mostBytes = 4_000_000;

/**
 * The receiver that was served last comes last. Of many receivers each gives a few: all that are looked at are locked, and
 * nobody else can have them in the meantime.
 */
const claim = `${receiversOfEndpoint}, turn AS (
    SELECT origin, row_number() OVER (ORDER BY greatest(due_at, served.at), origin) AS place,
        least($8, 1 + 2 * $7 / count(*) OVER ()) AS most
      FROM receiver LEFT JOIN unnest($3::text[], $4::bigint[]) AS served (origin, at) USING (origin)
      WHERE due_at <= $5 AND origin <> ALL ($6::text[])
      ORDER BY place LIMIT $7
  ), found AS (
    SELECT place, webhook.* FROM turn CROSS JOIN LATERAL (${freeOf('turn.origin', '$5', 'turn.most')}) AS webhook
  ), ranked AS (
    SELECT key, size, row_number() OVER way AS n, sum(size) OVER way AS bytes FROM found
      WINDOW way AS (ORDER BY place, due_at, accepted_at, key)
  )
  UPDATE email_app.webhook SET holder = $9::text FROM ranked
    WHERE webhook.app = $1 AND webhook.key = ranked.key AND n <= $7 AND bytes - ranked.size < ${mostBytes}
      AND ${holdsItsLease('$1', '$9::text')}
    RETURNING n, origin, id, type, accepted_at, since, attempts, target, body`;

interface ClaimedRow extends WebhookRow {
  readonly n: number;
  readonly origin: string;
}

/** Receivers remembered of one endpoint. */
const mostServed = 4096;

export function webhookClaiming({ database, appId, instance }: Place, words: WebhookWords) {
  const served = new Map<string, Map<string, number>>();
  const servedOf = (endpoint: string): Map<string, number> => {
    const known = served.get(endpoint);
    const kept = known && known.size < mostServed ? known : new Map<string, number>();
    served.set(endpoint, kept);
    return kept;
  };
  return async (
    endpoint: string,
    limit: number,
    now: number,
    { each, except }: ClaimTerms,
  ): Promise<readonly QueuedWebhook[]> => {
    const turns = servedOf(endpoint);
    const memory = [[...turns.keys()], [...turns.values()]];
    const values = [appId, endpoint, ...memory, now, [...except], limit, Math.min(each, limit), instance];
    const rows = [...(await database.query<ClaimedRow>(claim, values))].sort((a, b) => a.n - b.n);
    for (const { origin } of rows) turns.set(origin, now);
    return rows.map((row) => words.queuedOf(row, endpoint));
  };
}
