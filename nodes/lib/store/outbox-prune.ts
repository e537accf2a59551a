/** Deletes what was kept long enough, and the spool files that belonged to it. */
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { Spool } from './spool.ts';
import type { StoreContext } from './store-context.ts';

export interface Pruning {
  readonly before: number;
  readonly keysBefore: number;
  /** Requests at most in one go, so that other calls get their turn. */
  readonly limit: number;
}

export function pruneOperation({ database, spool, afterCommit }: StoreContext) {
  const forgetKeys = prepareStatement(
    database,
    `UPDATE request SET idempotency_key = NULL, fingerprint = NULL
      WHERE idempotency_key IS NOT NULL AND accepted_at < ?`,
  );
  const forgetPauses = prepareStatement(database, 'DELETE FROM domain_pause WHERE until < ?');
  const findOld = prepareStatement<{ key: number; spool: string | null }>(
    database,
    `SELECT key, spool FROM request LEFT JOIN content ON content.request = key
      WHERE accepted_at < ? AND idempotency_key IS NULL AND NOT EXISTS (SELECT 1 FROM part
        WHERE part.request = request.key AND (settled_at IS NULL OR settled_at >= ?))
        AND NOT EXISTS (SELECT 1 FROM mailing WHERE mailing.request = request.key)
      ORDER BY accepted_at ${limitTo}`,
  );
  const remove = prepareStatement(database, 'DELETE FROM request WHERE key = ?');

  return ({ before, keysBefore, limit }: Pruning): number => {
    forgetKeys.run(keysBefore);
    forgetPauses.run(before);
    const old = findOld.all(before, before, limit);
    for (const request of old) {
      remove.run(request.key);
      const { spool: name } = request;
      if (name !== null) afterCommit.push(() => spool.remove(name));
    }
    return old.length;
  };
}

/** Files of contents and mailings whose request was never committed, or whose deletion was cut off. */
export function sweepSpool({ database, spool }: { database: StoreContext['database']; spool: Spool }): void {
  const isContent = prepareStatement(database, 'SELECT 1 FROM content WHERE spool = ?');
  const isMailing = prepareStatement(database, 'SELECT 1 FROM mailing WHERE spool = ?');
  for (const name of spool.names()) {
    if (/^mail-\d+(\.part)?$/.test(name) && !isContent.get(name)) spool.remove(name);
    if (/^mailing-/.test(name) && !isMailing.get(name)) spool.remove(name);
  }
}
