/** The port `Pace` on PostgreSQL: one token bucket for each app, filled by the database's clock. */
import type { Pace } from '../outbound/pace.ts';
import type { Place } from './database.ts';

/** $2: mails per second; $3: what the bucket holds; $4: wanted. Columns are those before the update. */
const filled = 'least($3, tokens + greatest(extract(epoch FROM clock_timestamp() - filled_at), 0) * $2)';
// the tiny share makes up for what the sums lost
const granted = `greatest(floor(least($4, ${filled} + 1e-9, ceil(quota_left))), 0)`;

const take = `
  UPDATE email_app.pace SET granted = ${granted}, tokens = ${filled} - ${granted},
    quota_left = quota_left - ${granted}, filled_at = clock_timestamp()
  WHERE app = $1 RETURNING granted`;

const giveBack =
  'UPDATE email_app.pace SET tokens = tokens + $2, quota_left = quota_left + $2 WHERE app = $1';

const setLeft = `
  INSERT INTO email_app.pace (app, tokens, quota_left) VALUES ($1, 1, $2)
  ON CONFLICT (app) DO UPDATE SET quota_left = excluded.quota_left`;

const begin = 'INSERT INTO email_app.pace (app, tokens) VALUES ($1, $2) ON CONFLICT DO NOTHING';

/** All throw what the database throws. */
export function postgresPace({ database, appId }: Pick<Place, 'database' | 'appId'>): Pace {
  return {
    async take(wanted, perSecond) {
      const most = Math.max(1, perSecond / 4);
      for (;;) {
        const [row] = await database.query<{ granted: number }>(take, [appId, perSecond, most, wanted]);
        if (row) return row.granted;
        await database.query(begin, [appId, most]);
      }
    },
    async giveBack(count) {
      await database.query(giveBack, [appId, count]);
    },
    async setLeft(left) {
      await database.query(setLeft, [appId, left]);
    },
  };
}
