/** What every operation of the store is made from. */
import type { DatabaseSync } from 'node:sqlite';
import type { DiskReserve } from './disk-reserve.ts';
import type { RowRoom } from './row-room.ts';
import type { BatchContext } from './run-batch.ts';
import type { Spool } from './spool.ts';

export interface StoreContext extends RowRoom, Pick<BatchContext, 'afterCommit'> {
  readonly database: DatabaseSync;
  readonly file: string;
  readonly spool: Spool;
  readonly reserve: Pick<DiskReserve, 'requireRoom'>;
  /** When the store was opened (ms since the epoch). */
  readonly openedAt: number;
  /** What becomes of mails that were in hand when the last run was cut off. */
  readonly unknown: 'hold' | 'resend';
  /** Unsettled parts at most. */
  readonly maxWaiting: number;
  /** Of received mails: from here on none is taken. */
  readonly maxInboundBytes: number;
  /** Operations add what is to be done at a clean end. What such an action throws is forgotten. */
  readonly beforeClose: (() => void)[];
}
