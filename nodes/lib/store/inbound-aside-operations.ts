/** What a person does with received mails that were set aside, as the worker runs it. */
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface AsideRow {
  readonly id: string;
  readonly facts: string;
  readonly size: number;
  readonly setAsideAt: number;
  readonly why: string;
}

const columns = 'id, facts, size, aside_at AS setAsideAt, why';

export function inboundAsideOperations({ database }: StoreContext) {
  const list = prepareStatement<AsideRow>(
    database,
    `SELECT ${columns} FROM inbound WHERE state = 'aside' ORDER BY aside_at DESC ${limitTo}`,
  );
  const find = prepareStatement<AsideRow & { bytes: Uint8Array | null }>(
    database,
    `SELECT ${columns}, bytes FROM inbound WHERE id = ? AND state = 'aside'`,
  );
  const retry = prepareStatement(
    database,
    `UPDATE inbound SET state = 'waiting', attempts = 0, aside_at = NULL, why = NULL, acted = iif(acted = 0, 0, ?)
      WHERE state = 'aside' AND id = coalesce(?, id)`,
  );
  const forget = prepareStatement(database, `DELETE FROM inbound WHERE id = ? AND state = 'aside'`);
  return {
    'inbound.listAside': (limit: number) => list.all(limit),
    'inbound.openAside': (id: string) => find.get(id),
    'inbound.retryAside': ({ id, now }: { id: string | undefined; now: number }): number =>
      Number(retry.run(now, id ?? null).changes),
    'inbound.forgetAside': (id: string): boolean => forget.run(id).changes > 0,
  };
}
