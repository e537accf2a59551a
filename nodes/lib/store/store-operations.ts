/** Every operation of the store by name: a room adds its own table here, over the same file and thread. */
import { noteOperations } from './note-operations.ts';
import { outboxOperations } from './outbox-operations.ts';
import type { OperationTable } from './run-batch.ts';
import type { StoreContext } from './store-context.ts';
import { suppressionOperations } from './suppression-operations.ts';

export function storeOperations(context: StoreContext) {
  return {
    ...outboxOperations(context),
    ...suppressionOperations(context),
    ...noteOperations(context),
  } satisfies OperationTable;
}

export type StoreOperations = ReturnType<typeof storeOperations>;
