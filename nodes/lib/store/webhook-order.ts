/** The order within a subject: one webhook of it has a time, those behind it get theirs when it is gone. */
import type { DatabaseSync } from 'node:sqlite';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { WebhookReceivers } from './webhook-receivers.ts';

/** True if a webhook of the subject waits or is under way. */
export function subjectCheck(database: DatabaseSync): (endpoint: string, subject: string) => boolean {
  const find = prepareStatement<{ 1: number }>(
    database,
    'SELECT 1 FROM webhook WHERE endpoint = ? AND subject = ? AND dead_at IS NULL LIMIT 1',
  );
  return (endpoint, subject) => find.get(endpoint, subject) !== undefined;
}

/** Gives the first of the subject its time, if it has none yet. */
export function subjectRelease(
  database: DatabaseSync,
  receivers: WebhookReceivers,
): (endpoint: string, subject: string) => void {
  const release = prepareStatement<{ origin: string; due_at: number }>(
    database,
    `UPDATE webhook SET due_at = accepted_at WHERE due_at IS NULL AND key =
      (SELECT min(key) FROM webhook WHERE endpoint = ? AND subject = ? AND dead_at IS NULL)
      RETURNING origin, due_at`,
  );
  return (endpoint, subject) => {
    const released = release.get(endpoint, subject);
    if (released) receivers.due(endpoint, released.origin, released.due_at);
  };
}

export interface Redelivery {
  readonly endpoint: string;
  readonly now: number;
  readonly ids?: readonly string[];
  readonly limit: number;
}

/** Dead ones wait again, behind what came of their subject meanwhile: their old place is lost. Answers how many. */
export function redeliverWebhooks(database: DatabaseSync, receivers: WebhookReceivers) {
  interface Dead {
    readonly key: number;
    readonly subject: string | null;
    readonly origin: string;
  }
  const dead = 'SELECT key, subject, origin FROM webhook WHERE endpoint = ? AND dead_at IS NOT NULL';
  const findOne = prepareStatement<Dead>(database, `${dead} AND id = ?`);
  // of one subject they died in their order
  const findSome = prepareStatement<Dead>(database, `${dead} ORDER BY dead_at, key ${limitTo}`);
  const revive = prepareStatement(
    database,
    `UPDATE webhook SET key = (SELECT max(key) + 1 FROM webhook), dead_at = NULL, code = '', why = '', sealed_why = NULL, attempts = 0,
      since = ?, due_at = ? WHERE key = ?`,
  );
  const isBusy = subjectCheck(database);
  return ({ endpoint, now, ids, limit }: Redelivery): number => {
    const found = ids ? ids.flatMap((id) => findOne.get(endpoint, id) ?? []) : findSome.all(endpoint, limit);
    for (const { key, subject, origin } of found) {
      const isHeld = subject !== null && isBusy(endpoint, subject);
      revive.run(now, isHeld ? null : now, key);
      receivers.free(endpoint, origin);
      if (!isHeld) receivers.due(endpoint, origin, now);
    }
    return found.length;
  };
}
