/** What comes first after a store is opened: its keys, and what the last run left unfinished in rows that they open. */
import { recoverSending } from './outbox-settle.ts';
import type { RowKeys } from './row-room.ts';
import type { StoreContext } from './store-context.ts';

export function rowOperations(context: StoreContext) {
  return {
    'row.unlock': (keys: RowKeys): void => context.unlock(keys),
    'row.recover': (_: undefined): void => recoverSending(context),
  };
}
