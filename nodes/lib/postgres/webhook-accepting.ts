/** New webhooks of many calls come in; one statement writes them, as far as their endpoints have room. */
import { EmailError } from '../kernel/errors.ts';
import type { NewWebhook } from '../webhook/webhook-queue.ts';
import type { Place } from './database.ts';
import { gather } from './gather.ts';
import { SharedRoom } from './shared-room.ts';
import type { WebhookColumns, WebhookWords } from './webhook-words.ts';

/** Calls that go together. */
const mostCalls = 200;

const columnTypes = {
  endpoint: 'text',
  id: 'text',
  subject: 'bytea',
  type: 'text',
  origin: 'text',
  accepted_at: 'bigint',
  size: 'integer',
  person: 'bytea',
  spelling: 'bytea',
  target: 'bytea',
  body: 'bytea',
} as const satisfies Record<keyof WebhookColumns, string>;
const names = Object.keys(columnTypes) as readonly (keyof WebhookColumns)[];
const columns = names.join(', ');
const arrays = names.map((name, index) => `$${index + 2}::${columnTypes[name]}[]`).join(', ');

/** One behind another of its subject is due no sooner than that. */
const insert = `
  INSERT INTO email_app.webhook (app, ${columns}, since, due_at)
    SELECT $1, ${columns}, accepted_at, greatest(accepted_at, (
        SELECT max(due_at) FROM email_app.webhook AS ahead WHERE ahead.app = $1
          AND ahead.endpoint = given.endpoint AND ahead.subject = given.subject AND ahead.dead_at IS NULL
      ))
      FROM unnest(${arrays}) WITH ORDINALITY AS given (${columns}, n) ORDER BY n
    ON CONFLICT (app, endpoint, id) DO NOTHING`;

/** Throws EmailError `webhook-queue-full`, retryable. */
export function webhookAccepting(place: Place, words: WebhookWords, maxWaiting: number) {
  const { database, appId } = place;
  const roomOf = waitingRooms(place, maxWaiting);
  const write = gather(async (calls: readonly (readonly NewWebhook[])[]) => {
    const rows = calls.flat().map(words.columnsOf);
    const values = names.map((name) => rows.map((row) => row[name]));
    await database.query(insert, [appId, ...values]);
    return calls.map(() => undefined);
  }, mostCalls);
  return async (webhooks: readonly NewWebhook[]): Promise<void> => {
    const landed: (() => void)[] = [];
    try {
      for (const [endpoint, count] of countsOf(webhooks)) {
        const room = roomOf(endpoint);
        if (!(await room.take(count)))
          throw new EmailError('webhook-queue-full', { detail: { count: maxWaiting }, retryable: true });
        landed.push(() => room.landed(count));
      }
      if (webhooks.length > 0) await write(webhooks);
    } finally {
      for (const land of landed) land();
    }
  };
}

function countsOf(webhooks: readonly NewWebhook[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { endpoint } of webhooks) counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
  return counts;
}

function waitingRooms({ database, appId }: Place, maxWaiting: number): (endpoint: string) => SharedRoom {
  const rooms = new Map<string, SharedRoom>();
  const count = `SELECT count(*)::integer AS waiting FROM
    (SELECT FROM email_app.webhook WHERE app = $1 AND endpoint = $2 AND dead_at IS NULL LIMIT $3) AS waiting`;
  return (endpoint) => {
    const known = rooms.get(endpoint);
    if (known) return known;
    const room = new SharedRoom(async () => {
      const [found] = await database.query<{ waiting: number }>(count, [appId, endpoint, maxWaiting]);
      return maxWaiting - (found?.waiting ?? 0);
    });
    rooms.set(endpoint, room);
    return room;
  };
}
