/** A clock that was set back: what was put off by the old time is due by the new one. */
import type { Place, Queries } from './database.ts';

/** Clocks of one machine, and of several that are set by the same time, are no better. */
const tolerance = 60_000;

/** As in the file: a mail that somebody timed keeps its time; any other is tried now, once more than planned at worst. */
const bringForward = [
  `UPDATE email_app.turn SET due_at = $2 WHERE app = $1 AND state = 'queued' AND due_at > $2 AND NOT EXISTS (
    SELECT FROM email_app.request WHERE app = $1 AND key = turn.request
      AND starts_at > accepted_at AND starts_at = turn.due_at)`,
  `UPDATE email_app.mailing SET due_at = $2 WHERE app = $1 AND due_at > $2 AND NOT EXISTS (
    SELECT FROM email_app.request WHERE app = $1 AND key = mailing.request
      AND starts_at > accepted_at AND starts_at = mailing.due_at)`,
  // a pause without an end is none that a clock ends
  `UPDATE email_app.domain_pause SET until = $2 WHERE app = $1 AND until > $2 AND until < 8640000000000000`,
  `UPDATE email_app.request SET starts_at = CASE starts_at WHEN accepted_at THEN $2 ELSE starts_at END, accepted_at = $2
    WHERE app = $1 AND accepted_at > $2`,
  `UPDATE email_app.webhook SET since = least(since, $2), accepted_at = least(accepted_at, $2), due_at = least(due_at, $2)
    WHERE app = $1 AND dead_at IS NULL AND (since > $2 OR accepted_at > $2 OR due_at > $2)`,
  'UPDATE email_app.webhook_receiver SET held_until = 0 WHERE app = $1 AND held_until > $2',
  'UPDATE email_app.notice SET due_at = $2 WHERE app = $1 AND due_at > $2',
];

/**
 * Answers whether it was. The clock of a machine that is not that of the database says nothing about what the others have
 * put off.
 */
export function setBack({ database, appId }: Place, now: number, isSeen: boolean): Promise<boolean> {
  return database.transaction(async (tx) => {
    if (!(await isOfDatabase(tx, now))) return false;
    const isBack = isSeen || (await isNewestLater(tx, appId, now + tolerance));
    if (isBack)
      for (const sql of bringForward) await tx.query(sql.replaceAll('$2', '$2::bigint'), [appId, now]);
    return isBack;
  });
}

async function isOfDatabase(tx: Queries, now: number): Promise<boolean> {
  const sql = 'SELECT abs(extract(epoch FROM clock_timestamp()) * 1000 - $1) < $2 AS agrees';
  const [row] = await tx.query<{ agrees: boolean }>(sql, [now, tolerance]);
  return row?.agrees === true;
}

/** What was accepted last was accepted at a time that is still to come. */
async function isNewestLater(tx: Queries, appId: string, time: number): Promise<boolean> {
  const [row] = await tx.query<{ is_later: boolean }>(
    `SELECT EXISTS (SELECT FROM email_app.request WHERE app = $1 AND accepted_at > $2)
      OR EXISTS (SELECT FROM email_app.webhook WHERE app = $1 AND dead_at IS NULL AND accepted_at > $2) AS is_later`,
    [appId, time],
  );
  return row?.is_later === true;
}
