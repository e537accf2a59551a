/** What became of claimed webhooks comes in; rows change, and what is given up is told of in the same statement. */
import type { WebhookOutcome } from '../webhook/webhook-queue.ts';
import type { Place } from './database.ts';
import { type EventWriting, eventArrays, eventColumns, eventValues } from './event-writing.ts';
import type { WebhookWords } from './webhook-words.ts';

/**
 * What was delivered is gone, whoever holds it by now; the rest counts only from its holder. Those behind one that is put
 * off are due no sooner; those behind one that is over go on.
 */
const settle = `
  WITH outcome AS MATERIALIZED (
    SELECT * FROM unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::bytea[]) AS given (id, kind, due, code, why)
  ), delivered AS (
    DELETE FROM email_app.webhook USING outcome
      WHERE app = $1 AND endpoint = $2 AND webhook.id = outcome.id AND kind = 'delivered' AND dead_at IS NULL
      RETURNING webhook.key, webhook.subject
  ), changed AS (
    UPDATE email_app.webhook SET holder = NULL, attempts = attempts + (kind <> 'unused')::integer,
        due_at = CASE kind WHEN 'later' THEN due ELSE due_at END, dead_at = CASE kind WHEN 'dead' THEN due END,
        code = coalesce(outcome.code, webhook.code), why = coalesce(outcome.why, webhook.why)
      FROM outcome WHERE app = $1 AND endpoint = $2 AND webhook.id = outcome.id AND kind <> 'delivered'
        AND holder = $8 AND dead_at IS NULL
      RETURNING webhook.key, webhook.id, subject, origin, kind, due, due_at
  ), held AS (
    INSERT INTO email_app.webhook_receiver (app, endpoint, origin, held_until)
      SELECT $1, $2, origin, max(due) FROM changed WHERE kind = 'unused' AND due IS NOT NULL
        GROUP BY origin ORDER BY origin
      ON CONFLICT (app, endpoint, origin) DO UPDATE SET held_until = excluded.held_until
  ), ahead AS (
    SELECT key, subject, CASE kind WHEN 'later' THEN due_at END AS due_at FROM changed WHERE kind <> 'unused'
    UNION ALL SELECT key, subject, NULL FROM delivered
  ), behind AS (
    UPDATE email_app.webhook SET due_at = greatest(webhook.accepted_at, ahead.due_at)
      FROM ahead WHERE app = $1 AND endpoint = $2 AND webhook.subject = ahead.subject AND dead_at IS NULL
        AND webhook.key > ahead.key AND webhook.id <> ALL ($3)
        AND webhook.due_at IS DISTINCT FROM greatest(webhook.accepted_at, ahead.due_at)
  ), told AS (
    INSERT INTO email_app.event (app, ${eventColumns})
      SELECT $1, ${eventColumns.replace('key', 'given.key')} FROM unnest(${eventArrays(9)}, $17::text[])
          AS given (${eventColumns}, webhook) JOIN changed ON changed.id = webhook AND kind = 'dead'
      ON CONFLICT DO NOTHING
      RETURNING 1
  )
  SELECT count(*)::integer AS told FROM told`;

/** Resolves with whether events were written. */
export function webhookSettling(place: Place, words: WebhookWords, events: EventWriting) {
  const { database, appId, instance } = place;
  return async (endpoint: string, outcomes: readonly WebhookOutcome[]): Promise<boolean> => {
    if (outcomes.length === 0) return false;
    const about = outcomes.map((outcome) => aboutOutcome(outcome, words));
    const columns = (['id', 'kind', 'due', 'code', 'why'] as const).map((name) =>
      about.map((one) => one[name]),
    );
    const told = outcomes.flatMap((outcome) =>
      outcome.kind === 'dead' && outcome.event ? [{ id: outcome.id, event: outcome.event }] : [],
    );
    const rows = told.map(({ event }) => events.columnsOf(event));
    const values = [...eventValues(rows), told.map(({ id }) => id)];
    const [found] = await database.query<{ told: number }>(settle, [
      appId,
      endpoint,
      ...columns,
      instance,
      ...values,
    ]);
    return found !== undefined && found.told > 0;
  };
}

/** `due`: when it is due, or its receiver; when it died. */
function aboutOutcome(outcome: WebhookOutcome, words: WebhookWords) {
  const { id, kind } = outcome;
  const nothing = { id, kind, due: null, code: null, why: null };
  if (kind === 'delivered') return nothing;
  if (kind === 'unused')
    return { ...nothing, due: outcome.heldUntil === undefined ? null : Math.ceil(outcome.heldUntil) };
  const why = words.sealText(outcome.why);
  if (kind === 'later') return { ...nothing, due: Math.ceil(outcome.dueAt), why };
  return { ...nothing, due: Math.ceil(outcome.at), code: outcome.code, why };
}
