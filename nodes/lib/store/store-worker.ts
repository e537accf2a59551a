/** Entry of the store's thread: opens the database, then answers one batch of calls after the other. */
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { EmailError } from '../kernel/errors.ts';
import { diskReserve } from './disk-reserve.ts';
import { filePresence } from './file-presence.ts';
import { openDatabase } from './open-database.ts';
import { sweepSpool } from './outbox-prune.ts';
import { recoverBegun, sweepInbound } from './recover-inbound.ts';
import { rowRoom } from './row-room.ts';
import { type BatchContext, inTransaction, runBatch, type StoreCall, type StoreReply } from './run-batch.ts';
import { openSpool } from './spool.ts';
import type { StoreContext } from './store-context.ts';
import { type PostedFailure, postFailure, storeFailure } from './store-failure.ts';
import { storeOperations } from './store-operations.ts';

export interface StoreWorkerData {
  readonly folder: string;
  /** ms since the epoch */
  readonly now: number;
  readonly unknown: 'hold' | 'resend';
  readonly maxWaiting: number;
  /** That received mails may take up before no more are taken; without end if it is not given. */
  readonly maxInboundBytes?: number;
  /** Kept free on the disk for those who leave; none if it is not given. */
  readonly reserveBytes?: number;
}

/** To the thread: calls to run, or the wish to end. */
export type ToStore = readonly StoreCall[] | 'close';
/** From the thread: first whether the store is open, then the replies to each batch, in the order of its calls. */
export type FromStore = 'open' | PostedFailure | readonly StoreReply[];

if (parentPort) serve(parentPort, workerData as StoreWorkerData);

function serve(port: MessagePort, data: StoreWorkerData): void {
  const file = join(data.folder, 'app.sqlite');
  const explain = (thrown: unknown) => storeFailure(thrown, data.folder, file);
  try {
    const context = { ...openStore(data, file), explain };
    const isThere = filePresence(file);
    port.on('message', (message: ToStore) => {
      if (message !== 'close')
        return port.postMessage(
          isThere() ? runBatch(context, message) : message.map(() => gone(data.folder)),
        );
      close(context);
      port.close();
    });
    port.postMessage('open' satisfies FromStore);
  } catch (error) {
    port.postMessage(postFailure(explain(error)) satisfies FromStore);
  }
}

function gone(folder: string): StoreReply {
  const detail = {
    value: folder,
    why: 'its database was moved or removed: put it back and deploy again',
  };
  return { failure: postFailure(new EmailError('store-unavailable', { detail, retryable: true })) };
}

function openStore({ folder, now, unknown, maxWaiting, ...limits }: StoreWorkerData, file: string) {
  const { reserveBytes = 0, maxInboundBytes = Number.POSITIVE_INFINITY } = limits;
  const reserve = diskReserve(folder, reserveBytes);
  const database = reserve.spend(() => openDatabase(folder, file));
  const spool = openSpool(join(folder, 'spool'));
  const afterCommit: BatchContext['afterCommit'] = [];
  const recover = () => inTransaction({ database, afterCommit }, () => recoverBegun(database));
  reserve.spend(recover);
  sweepSpool({ database, spool });
  sweepInbound({ database, spool });
  const beforeClose: StoreContext['beforeClose'] = [];
  reserve.keep();
  const given = { openedAt: now, unknown, maxWaiting, maxInboundBytes };
  const context = { ...rowRoom(), ...given, database, file, spool, reserve, afterCommit, beforeClose };
  return { ...context, operations: storeOperations(context) };
}

/** Closing writes the log back and removes it; that it is gone tells the next opening of a clean end. */
function close({ database, beforeClose }: Pick<StoreContext, 'database' | 'beforeClose'>): void {
  for (const action of beforeClose) attempt(action);
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {}
}
