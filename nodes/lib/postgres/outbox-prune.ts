/** Deletes what was kept long enough. Several machines may do it at once. */
import type { OutboxRoom } from './outbox-room.ts';
import { tallyBy } from './outbox-tally.ts';

/** Requests deleted in one transaction. */
const pruneStep = 200;

interface Old {
  readonly key: number;
  readonly accepted_at: number;
}

/** `$2`, `$3`: goes on behind this one, so that what is kept longer is passed over once. */
const findOld = `
  SELECT key, accepted_at FROM email_app.request
  WHERE app = $1 AND (accepted_at, key) > ($2, $3) AND accepted_at < $4 AND idempotency IS NULL
    AND NOT EXISTS (SELECT FROM email_app.turn WHERE turn.app = $1 AND turn.request = request.key)
    AND NOT EXISTS (SELECT FROM email_app.mailing WHERE mailing.app = $1 AND mailing.request = request.key)
    AND NOT EXISTS (SELECT FROM email_app.outcome
      WHERE outcome.app = $1 AND outcome.request = request.key AND settled_at >= $4)
  ORDER BY accepted_at, key LIMIT ${pruneStep} FOR UPDATE SKIP LOCKED`;

const ofRequest = 'WHERE app = $1 AND request = ANY($3::bigint[])';
const removeOld = `
  WITH outcomes AS (DELETE FROM email_app.outcome ${ofRequest} RETURNING state),
  ${['part', 'part_other', 'part_delivery', 'owed', 'content']
    .map((table) => `gone_${table} AS (DELETE FROM email_app.${table} ${ofRequest})`)
    .join(',\n')},
  requests AS (DELETE FROM email_app.request WHERE app = $1 AND key = ANY($3::bigint[])),
  ${tallyBy('other', { unknown: `-(SELECT count(*) FROM outcomes WHERE state = 'unknown')` })}
  SELECT`;

/** Answers how many requests are gone. */
export async function pruneRequests(room: OutboxRoom, before: number, keysBefore: number): Promise<number> {
  await forget(room, before, keysBefore);
  let total = 0;
  let last: Old | undefined;
  for (;;) {
    const old = await pruneSome(room, before, last);
    total += old.length;
    last = old.at(-1);
    if (old.length < pruneStep) return total;
  }
}

async function forget({ database, appId }: OutboxRoom, before: number, keysBefore: number): Promise<void> {
  await database.query(
    `UPDATE email_app.request SET idempotency = NULL, fingerprint = NULL
      WHERE app = $1 AND idempotency IS NOT NULL AND accepted_at < $2`,
    [appId, keysBefore],
  );
  await database.query('DELETE FROM email_app.domain_pause WHERE app = $1 AND until < $2', [appId, before]);
}

function pruneSome(room: OutboxRoom, before: number, last: Old | undefined): Promise<readonly Old[]> {
  const { database, appId, instance } = room;
  const after = [last?.accepted_at ?? Number.MIN_SAFE_INTEGER, last?.key ?? 0];
  return database.transaction(async (tx) => {
    const old = await tx.query<Old>(findOld, [appId, ...after, before]);
    const keys = old.map(({ key }) => key);
    if (keys.length > 0) await tx.query(removeOld, [appId, instance, keys]);
    return old;
  });
}
