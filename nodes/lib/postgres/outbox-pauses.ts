/** What a claim has to go around: paused domains and classes, and mailings whose copies are to be drawn. */
import { classPause } from '../outbound/outbox.ts';
import type { Mailing } from './mailing-draw.ts';
import type { OutboxRoom } from './outbox-room.ts';

export interface Pause {
  readonly domain: string;
  /** ms since the epoch */
  readonly until: number;
}

export function readPauses({ database, appId }: OutboxRoom, now: number): Promise<readonly Pause[]> {
  return database.query<Pause>(
    'SELECT domain, until FROM email_app.domain_pause WHERE app = $1 AND until > $2',
    [appId, now],
  );
}

/** In the order to be drawn; without those of a paused class that are not expired. */
export function dueMailings({ database, appId }: OutboxRoom, now: number): Promise<readonly Mailing[]> {
  return database.query<Mailing>(
    `SELECT request, id, owner, priority, due_at FROM email_app.mailing WHERE app = $1 AND due_at <= $2
      AND (expires_at <= $2 OR NOT EXISTS (SELECT FROM email_app.domain_pause
        WHERE app = $1 AND until > $2 AND domain = '${classPause('' as never)}' || message_class))
      ORDER BY priority, due_at, request`,
    [appId, now],
  );
}

/** What was put off by this pause is not put off for longer than it lasts. */
export async function pauseDomain(
  { database, appId, seal }: OutboxRoom,
  { domain, until }: Pause,
  reason: string,
): Promise<void> {
  await database.query(
    `WITH written AS (
      INSERT INTO email_app.domain_pause (app, domain, until, reason) VALUES ($1, $2, $3, $4)
      ON CONFLICT (app, domain) DO UPDATE SET until = excluded.until, reason = excluded.reason
    )
    UPDATE email_app.turn SET due_at = $3 WHERE app = $1 AND paused_by = $2 AND state = 'queued' AND due_at > $3`,
    [appId, domain.toLowerCase(), Math.ceil(until), seal.seal(Buffer.from(reason))],
  );
}
