/** Instances that say no longer that they live in; what they held is everybody's again, once, by one that lives. */
import type { Place } from './database.ts';
import { deadAfter } from './instance-tables.ts';
import type { Connection, OpenDatabase } from './open-database.ts';

export interface InstancePlace extends Place {
  readonly database: OpenDatabase;
}

/** May be called again for one that it has been called for, when it or its caller failed meanwhile. */
export type Recover = (dead: string) => Promise<void>;

const patience = 20_000;

/** Once this is committed nothing can be taken in their name, see `holdsItsLease`. */
export function buryUnheard(place: Place): Promise<void> {
  return bury(place, "seen_at < clock_timestamp() - $2 * interval '1 millisecond'", deadAfter);
}

export function buryOne(place: Place, instance: string): Promise<void> {
  return bury(place, 'id = $2', instance);
}

async function bury({ database, appId }: Place, whom: string, value: unknown): Promise<void> {
  await database.query(
    `WITH gone AS (DELETE FROM email_app.instance WHERE app = $1 AND ${whom} RETURNING app, id)
      INSERT INTO email_app.dead_instance (app, id) SELECT app, id FROM gone ON CONFLICT DO NOTHING`,
    [appId, value],
  );
}

/** All that are buried and that nobody else recovers just now. Throws what the database or `recover` throws. */
export async function recoverBuried(place: InstancePlace, recover: Recover): Promise<void> {
  const { database, appId } = place;
  const sql = 'SELECT id FROM email_app.dead_instance WHERE app = $1';
  const dead = await database.query<{ id: string }>(sql, [appId]);
  for (const { id } of dead) await recoverOne(place, id, recover);
}

/**
 * Under a lock of the connection, not of a row: a transaction as long as a recovery may take would keep readers of the
 * event log waiting. Whoever dies while recovering leaves it to the next.
 */
async function recoverOne({ database, appId }: InstancePlace, dead: string, recover: Recover): Promise<void> {
  const of = [appId, dead];
  const connection = await database.connect(patience);
  try {
    if (!(await takeDead(connection, of))) return;
    await recover(dead);
    await connection.query('DELETE FROM email_app.dead_instance WHERE app = $1 AND id = $2', of);
  } finally {
    await connection.end();
  }
}

/** Looks again once it has the lock: another may just have done it. */
async function takeDead(connection: Connection, of: readonly string[]): Promise<boolean> {
  const [lock] = await connection.query<{ taken: boolean }>(
    `SELECT pg_try_advisory_lock(hashtextextended('email_app recovers ' || $1 || ' ' || $2, 0)) AS taken`,
    of,
  );
  if (!lock?.taken) return false;
  const rows = await connection.query('SELECT FROM email_app.dead_instance WHERE app = $1 AND id = $2', of);
  return rows.length > 0;
}
