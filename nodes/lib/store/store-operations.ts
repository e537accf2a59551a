/** Every operation of the store by name: a room adds its own table here, over the same file and thread. */
import { accessOperations } from './access-operations.ts';
import { clockOperations } from './clock-operations.ts';
import { deliveryOperations } from './delivery-operations.ts';
import { dumpOperations } from './dump-operations.ts';
import { eventOperations } from './event-operations.ts';
import { inboundAsideOperations } from './inbound-aside-operations.ts';
import { inboundOperations } from './inbound-operations.ts';
import { mailingOperations } from './mailing-operations.ts';
import { messageLogOperations } from './message-log-operations.ts';
import { noteOperations } from './note-operations.ts';
import { noticeOperations } from './notice-operations.ts';
import { outboxOperations } from './outbox-operations.ts';
import { probeOperation } from './probe-operation.ts';
import { rowOperations } from './row-operations.ts';
import type { OperationTable } from './run-batch.ts';
import { softBounceOperations } from './soft-bounce-operations.ts';
import type { StoreContext } from './store-context.ts';
import { suppressionOperations } from './suppression-operations.ts';
import { tallyOperations } from './tally-operations.ts';
import { webhookOperations } from './webhook-operations.ts';

export function storeOperations(context: StoreContext) {
  return {
    ...rowOperations(context),
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
    ...tallyOperations(context),
    ...messageLogOperations(context),
    ...accessOperations(context),
    ...probeOperation(context),
    ...clockOperations(context),
    ...dumpOperations(context),
  } satisfies OperationTable;
}

export type StoreOperations = ReturnType<typeof storeOperations>;
