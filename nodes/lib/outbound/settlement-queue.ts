/** Settlements enter one by one and reach the outbox in batches, in order, however often the store fails. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import { Backoff, storeBackoff } from './backoff.ts';
import type { PartRecord, Settlement } from './outbox.ts';

/** Of the outbox, unless another queue's settlements and what it answers are named. */
export interface SettlementQueueOptions<Settled = Settlement, Answer = PartRecord[]> {
  readonly outbox: { settle(settled: readonly Settled[]): Promise<Answer> };
  readonly clock: Clock;
  readonly random: () => number;
  /** Called after each batch with what was answered: the records of the parts now final, though none may be. */
  readonly onSettled: (answer: Answer, settled: readonly Settled[]) => void;
  readonly onTrouble: (error: EmailError) => void;
}

/**
 * What comes while one batch is being written goes into the next: one write (and fsync) serves many mails.
 * What comes after the outbox was closed stays `sending` on disk, and is `unknown` when it is opened again.
 */
export class SettlementQueue<Settled = Settlement, Answer = PartRecord[]> {
  readonly #options: SettlementQueueOptions<Settled, Answer>;
  #waiting: Settled[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: SettlementQueueOptions<Settled, Answer>) {
    this.#options = options;
  }

  /** Not yet on disk. */
  get size(): number {
    return this.#waiting.length;
  }

  add(settlement: Settled): void {
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
      const answer = await this.#options.outbox.settle(batch);
      this.#waiting = this.#waiting.slice(batch.length);
      this.#tell(answer, batch);
      return undefined;
    } catch (thrown) {
      return asEmailError(thrown);
    }
  }

  /** A listener's mistake must not be taken for the store's, or the batch would be written again. */
  #tell(answer: Answer, batch: readonly Settled[]): void {
    try {
      this.#options.onSettled(answer, batch);
    } catch (thrown) {
      this.#options.onTrouble(asEmailError(thrown));
    }
  }
}
