/** What the outbox holds, counted at most once a second. */
import type { Outbox, OutboxCounts } from './outbox.ts';

const interval = 1_000;

export class OutboxGauge {
  readonly #outbox: Pick<Outbox, 'counts'>;
  #counts: OutboxCounts = { waiting: 0, scheduled: 0, sending: 0, unknown: 0 };
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(outbox: Pick<Outbox, 'counts'>) {
    this.#outbox = outbox;
  }

  /** As last read. */
  get counts(): OutboxCounts {
    return this.#counts;
  }

  /** Counts, unless it did so a moment ago; answers when to look again (ms since the epoch), if ever. */
  async read(now: number): Promise<number | undefined> {
    // the distance, because the clock may have been set back
    if (Math.abs(now - this.#countedAt) < interval) return this.#countedAt + interval;
    this.#counts = await this.#outbox.counts(now);
    this.#countedAt = now;
    const { waiting, nextDueAt } = this.#counts;
    // due and yet not claimed: some wait for a paused domain, whose end only the store knows
    return waiting > 0 ? (nextDueAt ?? Number.POSITIVE_INFINITY) : nextDueAt;
  }
}
