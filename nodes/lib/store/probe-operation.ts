/** A write that changes nothing: it succeeds where others would. */
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

/** Bytes: what is written here goes where the log has room, and a mail may need more. */
const spare = 1024 * 1024;

export function probeOperation({ database, reserve }: StoreContext) {
  const write = prepareStatement(database, 'UPDATE suppression_state SET entries = entries');
  return {
    'store.probe': (_: undefined): void => {
      reserve.requireRoom(spare);
      write.run();
    },
  };
}
