/** What every step of the outbox is made from. */
import type { EmailError } from '../kernel/errors.ts';
import type { RowSeal } from '../keys/row-seal.ts';
import type { Place } from './database.ts';

export interface OutboxRoom extends Place {
  /** Of the rows of the outbox. */
  readonly seal: RowSeal;
  /** Of facts in the event log. */
  readonly eventSeal: RowSeal;
  /** 16 bytes, as in the suppression list. */
  readonly personOf: (address: string) => Buffer;
  /** Of one address in whichever case. */
  readonly mailboxOf: (address: string) => Buffer;
  /** Unsettled parts at most, of all machines together. */
  readonly maxWaiting: number;
  /** Hears `store-corrupt` of a mailing that is passed over. */
  readonly onTrouble: (trouble: EmailError) => void;
}
