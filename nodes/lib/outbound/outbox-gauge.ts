/** What the outbox holds, counted at most once a second. */
import type { Outbox, OutboxCounts } from './outbox.ts';

const interval = 1_000;

export class OutboxGauge {
  readonly #outbox: Pick<Outbox, 'counts'>;
  #counts: OutboxCounts = { waiting: 0, scheduled: 0, sending: 0, unknown: 0 };
  #countedAt = Number.NEGATIVE_INFINITY;
  #isBehind = false;

  constructor(outbox: Pick<Outbox, 'counts'>) {
    this.#outbox = outbox;
  }

  /** As last read. */
  get counts(): OutboxCounts {
    return this.#counts;
  }

  /** When to count again what changed since (ms since the epoch); undefined when the counts are as they should be. */
  get recountAt(): number | undefined {
    return this.#isBehind ? this.#countedAt + interval : undefined;
  }

  /** The time given, or that of the next count if it comes first. */
  sooner(time: number | undefined): number | undefined {
    const { recountAt } = this;
    return time === undefined || recountAt === undefined ? (time ?? recountAt) : Math.min(time, recountAt);
  }

  /** When the next mail becomes due, by the last counts. */
  get nextDueAt(): number | undefined {
    const { waiting, nextDueAt } = this.#counts;
    // due and yet not claimed: some wait for a paused domain, whose end only the store knows
    return waiting > 0 ? (nextDueAt ?? Number.POSITIVE_INFINITY) : nextDueAt;
  }

  /** Counts, unless it did so a moment ago. */
  async read(now: number): Promise<void> {
    // the distance, because the clock may have been set back
    this.#isBehind = Math.abs(now - this.#countedAt) < interval;
    if (this.#isBehind) return;
    this.#counts = await this.#outbox.counts(now);
    this.#countedAt = now;
  }
}
