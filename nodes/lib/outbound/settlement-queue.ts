/** Settlements enter one by one and reach the outbox in batches, in order, however often the store fails. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import { Backoff, storeBackoff } from './backoff.ts';
import type { Outbox, PartRecord, Settlement } from './outbox.ts';

export interface SettlementQueueOptions {
  readonly outbox: Pick<Outbox, 'settle'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** The records of the parts now final; called after each batch, though none may be final. */
  readonly onSettled: (records: readonly PartRecord[]) => void;
  readonly onTrouble: (error: EmailError) => void;
}

/**
 * What comes while one batch is being written goes into the next: one write (and fsync) serves many mails.
 * What comes after the outbox was closed stays `sending` on disk, and is `unknown` when it is opened again.
 */
export class SettlementQueue {
  readonly #options: SettlementQueueOptions;
  #waiting: Settlement[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: SettlementQueueOptions) {
    this.#options = options;
  }

  /** Not yet on disk. */
  get size(): number {
    return this.#waiting.length;
  }

  add(settlement: Settlement): void {
    this.#waiting.push(settlement);
    this.#writing ??= this.#write();
  }

  /** Resolves when everything added so far is on disk. */
  async drained(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #write(): Promise<void> {
    const { clock, random, onTrouble } = this.#options;
    const store = new Backoff(storeBackoff, random);
    // lets the mails that end in this very moment join the batch
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const failure = await this.#writeBatch();
      if (!failure) store.succeeded();
      else if (failure.code === 'app-closed') this.#waiting = [];
      else {
        if (store.failed(clock.now())) onTrouble(failure);
        await new Promise<void>((resolve) => clock.after(store.retryAt - clock.now(), resolve));
      }
    }
    this.#writing = undefined;
  }

  async #writeBatch(): Promise<EmailError | undefined> {
    const batch = [...this.#waiting];
    try {
      const records = await this.#options.outbox.settle(batch);
      this.#waiting = this.#waiting.slice(batch.length);
      this.#tell(records);
      return undefined;
    } catch (thrown) {
      return asEmailError(thrown);
    }
  }

  /** A listener's mistake must not be taken for the store's, or the batch would be written again. */
  #tell(records: readonly PartRecord[]): void {
    try {
      this.#options.onSettled(records);
    } catch (thrown) {
      this.#options.onTrouble(asEmailError(thrown));
    }
  }
}
