/** The port `WebhookQueue` on PostgreSQL: what one machine accepted any other may deliver, each webhook by one of them. */
import type { KeyRing } from '../keys/key-ring.ts';
import type { WebhookCounts, WebhookQueue } from '../webhook/webhook-queue.ts';
import { type Bell, openBell } from './bell.ts';
import type { Place } from './database.ts';
import { eventWriting } from './event-writing.ts';
import { webhookAccepting } from './webhook-accepting.ts';
import { webhookClaiming } from './webhook-claiming.ts';
import { deadWebhooks } from './webhook-dead.ts';
import { receiversOfEndpoint } from './webhook-receivers.ts';
import { webhookSettling } from './webhook-settling.ts';
import { webhookWords } from './webhook-words.ts';

export interface WebhookQueueOptions {
  readonly keys: KeyRing;
  /** Of one endpoint, those that are dead beside. */
  readonly maxWaiting: number;
  /** Events were written. */
  readonly appended: () => void;
}

export interface PostgresWebhookQueue extends WebhookQueue {
  /** What it had claimed is due again. */
  recoverDead(instance: string): Promise<void>;
  close(): void;
}

const channel = 'email_app_webhook';

export function openWebhookQueue(place: Place, options: WebhookQueueOptions): PostgresWebhookQueue {
  const { keys, maxWaiting, appended } = options;
  const words = webhookWords(keys, place.appId);
  const bell = openBell(place, channel);
  const accept = webhookAccepting(place, words, maxWaiting);
  const claim = webhookClaiming(place, words);
  const settle = webhookSettling(place, words, eventWriting(keys, place.appId));
  const dead = deadWebhooks(place, words);
  const ask = askingEndpoints(place);
  return {
    ...dead,
    async accept(webhooks) {
      await accept(webhooks);
      for (const endpoint of new Set(webhooks.map((webhook) => webhook.endpoint))) bell.ring(endpoint);
    },
    async claim(endpoint, limit, now, terms = { each: limit, except: new Set() }) {
      await ask(endpoint);
      return claim(endpoint, limit, now, terms);
    },
    async settle(endpoint, outcomes) {
      if (await settle(endpoint, outcomes)) appended();
    },
    async counts(endpoint) {
      await ask(endpoint);
      return countsOf(place, endpoint);
    },
    async redeliver(endpoint, now, ids) {
      const total = await dead.redeliver(endpoint, now, ids);
      if (total > 0) bell.ring(endpoint);
      return total;
    },
    prune: (before) => pruneWebhooks(place, before),
    onArrival: (endpoint, listener) => hearOf(bell, endpoint, listener),
    async recoverDead(instance) {
      await recover(place, instance);
      bell.ring();
    },
    close: () => bell.close(),
  };
}

/** Without a name it is about all endpoints. */
function hearOf(bell: Bell, endpoint: string, listener: () => void): () => void {
  return bell.hear((name) => {
    if (!name || name === endpoint) listener();
  });
}

/** Once for each endpoint: as long as this instance lives, what waits for it is kept. */
function askingEndpoints({ database, appId, instance }: Place): (endpoint: string) => Promise<void> {
  const asked = new Set<string>();
  return async (endpoint) => {
    if (asked.has(endpoint)) return;
    await database.query(
      'INSERT INTO email_app.webhook_endpoint (app, endpoint, instance) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [appId, endpoint, instance],
    );
    asked.add(endpoint);
  };
}

interface CountsRow {
  readonly waiting: number;
  readonly dead: number;
  readonly oldest: number | null;
  readonly next: number | null;
}

async function countsOf({ database, appId }: Place, endpoint: string): Promise<WebhookCounts> {
  const of = 'FROM email_app.webhook WHERE app = $1 AND endpoint = $2 AND dead_at';
  const [found] = await database.query<CountsRow>(
    `${receiversOfEndpoint} SELECT (SELECT count(*) ${of} IS NULL)::integer AS waiting,
      (SELECT count(*) ${of} IS NOT NULL)::integer AS dead,
      (SELECT min(accepted_at) ${of} IS NULL) AS oldest, (SELECT min(due_at) FROM receiver) AS next`,
    [appId, endpoint],
  );
  const { waiting = 0, dead = 0, oldest = null, next = null } = found ?? {};
  return {
    waiting,
    dead,
    ...(oldest !== null && { oldestAt: oldest }),
    ...(next !== null && { nextDueAt: next }),
  };
}

/** Rows in one go, so that no transaction is long. */
const step = 1000;

async function pruneWebhooks({ database, appId }: Place, before: number): Promise<void> {
  const remove = (which: string) => `
    WITH gone AS (
      DELETE FROM email_app.webhook WHERE app = $1 AND key IN (
        SELECT key FROM email_app.webhook WHERE app = $1 AND ${which} LIMIT ${step} FOR UPDATE SKIP LOCKED
      ) RETURNING 1
    ) SELECT count(*)::integer AS gone FROM gone`;
  const orphaned = `dead_at IS NULL AND holder IS NULL AND accepted_at < $2 AND NOT EXISTS (
    SELECT FROM email_app.webhook_endpoint AS asked WHERE asked.app = $1 AND asked.endpoint = webhook.endpoint)`;
  for (const which of ['dead_at < $2', orphaned]) {
    for (let gone = step; gone === step; ) {
      const [found] = await database.query<{ gone: number }>(remove(which), [appId, before]);
      gone = found?.gone ?? 0;
    }
  }
}

async function recover({ database, appId }: Place, instance: string): Promise<void> {
  for (const sql of [
    'UPDATE email_app.webhook SET holder = NULL WHERE app = $1 AND holder = $2',
    'DELETE FROM email_app.webhook_endpoint WHERE app = $1 AND instance = $2',
  ])
    await database.query(sql, [appId, instance]);
}
