/** A clock that was set back: what was put off by the old time is due by the new one. */
import type { DatabaseSync } from 'node:sqlite';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface SetBack {
  /** ms since the epoch */
  readonly now: number;
  /** The clock was seen going back; else only what is kept can tell of it. */
  readonly isSeen: boolean;
}

/** Clocks of one machine are no better. */
const tolerance = 60_000;

/** A mail that somebody timed keeps its time; any other is tried now, once more than planned at worst. */
const bringForward = [
  `UPDATE part SET due_at = :now WHERE state = 'queued' AND due_at > :now AND NOT EXISTS (SELECT 1 FROM request
    WHERE request.key = part.request AND starts_at > accepted_at AND starts_at = part.due_at)`,
  `UPDATE mailing SET due_at = :now WHERE due_at > :now AND NOT EXISTS (SELECT 1 FROM request
    WHERE request.key = mailing.request AND starts_at > accepted_at AND starts_at = mailing.due_at)`,
  // a pause without an end is none that a clock ends
  'UPDATE domain_pause SET until = :now WHERE until > :now AND until < 8.64e15',
  'UPDATE request SET starts_at = :now WHERE accepted_at > :now AND starts_at = accepted_at',
  'UPDATE request SET accepted_at = :now WHERE accepted_at > :now',
  'UPDATE webhook SET since = min(since, :now), accepted_at = min(accepted_at, :now) WHERE since > :now OR accepted_at > :now',
  'UPDATE webhook SET due_at = :now WHERE due_at > :now',
  'UPDATE webhook_receiver SET due_at = min(due_at, :now), held_until = 0',
  'UPDATE notice SET due_at = :now WHERE due_at > :now',
];

/** Answers whether the clock was set back. */
export function clockOperations({ database }: StoreContext) {
  return {
    'clock.setBack': ({ now, isSeen }: SetBack): boolean => {
      const isBack = isSeen || isNewestLater(database, now + tolerance);
      if (isBack) for (const sql of bringForward) database.prepare(sql).run({ now });
      return isBack;
    },
  };
}

/** What was accepted last was accepted at a time that is still to come. */
function isNewestLater(database: DatabaseSync, time: number): boolean {
  const newest = prepareStatement<{ at: number | null }>(
    database,
    `SELECT max((SELECT coalesce(max(accepted_at), 0) FROM (SELECT accepted_at FROM request ORDER BY key DESC LIMIT 1)),
      (SELECT coalesce(max(accepted_at), 0) FROM (SELECT accepted_at FROM webhook ORDER BY key DESC LIMIT 1))) AS at`,
  );
  return (newest.get()?.at ?? 0) > time;
}
