/** Whose turn it is: each receiver's next time, so that no claim looks at all that waits for one of them. */
import type { DatabaseSync } from 'node:sqlite';
import { limitTo, prepareStatement } from './prepare-statement.ts';

export interface WebhookReceivers {
  /** One of its webhooks is due then. */
  due(endpoint: string, origin: string, at: number): void;
  /** None of its webhooks is wanted before. */
  hold(endpoint: string, origin: string, until: number): void;
  /** A person wants its webhooks now. */
  free(endpoint: string, origin: string): void;
  /** The one that waits longest comes first. */
  allDue(endpoint: string, now: number, limit: number): string[];
  /** Some of it were claimed: what is left of it comes behind what waits for others. */
  served(endpoint: string, origin: string, now: number): void;
  nextDueAt(endpoint: string): number | undefined;
}

/**
 * Claims and turns end with the thread, so they are nothing for the disk; to say MEMORY for the first time later would
 * empty the tables. A receiver's `due_at` is no later than that of its first webhook that is not claimed, unless none of
 * it is wanted before `held_until`.
 */
function openTurns(database: DatabaseSync): void {
  database.exec('PRAGMA temp_store = MEMORY');
  const isOpen = database.prepare("SELECT 1 FROM temp.sqlite_master WHERE name = 'webhook_claim'").get();
  if (isOpen) return;
  database.exec(`
    CREATE TEMP TABLE webhook_claim (key INTEGER PRIMARY KEY);
    CREATE TEMP TABLE webhook_receiver (
      endpoint TEXT NOT NULL,
      origin TEXT NOT NULL,
      due_at INTEGER NOT NULL,
      held_until INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (endpoint, origin)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX temp.webhook_receiver_due ON webhook_receiver (endpoint, due_at);
    INSERT INTO webhook_receiver (endpoint, origin, due_at)
      SELECT endpoint, origin, min(due_at) FROM webhook WHERE due_at IS NOT NULL GROUP BY endpoint, origin`);
}

export function webhookReceivers(database: DatabaseSync): WebhookReceivers {
  openTurns(database);
  const put = prepareStatement(
    database,
    `INSERT INTO webhook_receiver (endpoint, origin, due_at) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET due_at = max(held_until, min(due_at, excluded.due_at))`,
  );
  const here = 'WHERE endpoint = ? AND origin = ?';
  const hold = prepareStatement(database, `UPDATE webhook_receiver SET due_at = ?, held_until = ? ${here}`);
  const free = prepareStatement(database, `UPDATE webhook_receiver SET held_until = 0 ${here}`);
  const find = prepareStatement<{ origin: string }>(
    database,
    `SELECT origin FROM webhook_receiver WHERE endpoint = ? AND due_at <= ? ORDER BY due_at ${limitTo}`,
  );
  const first = prepareStatement<{ due_at: number }>(
    database,
    `SELECT due_at FROM webhook ${here} AND due_at IS NOT NULL AND key NOT IN (SELECT key FROM webhook_claim)
      ORDER BY due_at LIMIT 1`,
  );
  const move = prepareStatement(database, `UPDATE webhook_receiver SET due_at = ? ${here}`);
  const remove = prepareStatement(database, `DELETE FROM webhook_receiver ${here}`);
  const next = prepareStatement<{ at: number | null }>(
    database,
    'SELECT min(due_at) AS at FROM webhook_receiver WHERE endpoint = ?',
  );
  return {
    due: (endpoint, origin, at) => void put.run(endpoint, origin, at),
    hold: (endpoint, origin, until) => void hold.run(until, until, endpoint, origin),
    free: (endpoint, origin) => void free.run(endpoint, origin),
    allDue: (endpoint, now, limit) => find.all(endpoint, now, limit).map(({ origin }) => origin),
    served(endpoint, origin, now) {
      const left = first.get(endpoint, origin);
      if (left) move.run(Math.max(left.due_at, now), endpoint, origin);
      else remove.run(endpoint, origin);
    },
    nextDueAt: (endpoint) => next.get(endpoint)?.at ?? undefined,
  };
}
