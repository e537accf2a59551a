/** Every operation of the store by name: a room adds its own table here, over the same file and thread. */
import { clockOperations } from './clock-operations.ts';
import { deliveryOperations } from './delivery-operations.ts';
import { eventOperations } from './event-operations.ts';
import { inboundAsideOperations } from './inbound-aside-operations.ts';
import { inboundOperations } from './inbound-operations.ts';
import { mailingOperations } from './mailing-operations.ts';
import { noteOperations } from './note-operations.ts';
import { noticeOperations } from './notice-operations.ts';
import { outboxOperations } from './outbox-operations.ts';
import { probeOperation } from './probe-operation.ts';
import type { OperationTable } from './run-batch.ts';
import { softBounceOperations } from './soft-bounce-operations.ts';
import type { StoreContext } from './store-context.ts';
import { suppressionOperations } from './suppression-operations.ts';
import { webhookOperations } from './webhook-operations.ts';

export function storeOperations(context: StoreContext) {
  return {
    ...outboxOperations(context),
    ...mailingOperations(context),
    ...suppressionOperations(context),
    ...noteOperations(context),
    ...inboundOperations(context),
    ...inboundAsideOperations(context),
    ...eventOperations(context),
    ...noticeOperations(context),
    ...deliveryOperations(context),
    ...softBounceOperations(context),
    ...webhookOperations(context),
    ...probeOperation(context),
    ...clockOperations(context),
  } satisfies OperationTable;
}

export type StoreOperations = ReturnType<typeof storeOperations>;
