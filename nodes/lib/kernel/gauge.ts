/** Counts that cost something to read, read at most once a second. */
const interval = 1_000;

export class Gauge<Counts> {
  readonly #read: (now: number) => Promise<Counts>;
  #counts: Counts;
  #countedAt = Number.NEGATIVE_INFINITY;
  #isBehind = false;

  constructor(read: (now: number) => Promise<Counts>, none: Counts) {
    this.#read = read;
    this.#counts = none;
  }

  /** As last read. */
  get counts(): Counts {
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

  /** Counts, unless it did so a moment ago. */
  async read(now: number): Promise<void> {
    // the distance, because the clock may have been set back
    this.#isBehind = Math.abs(now - this.#countedAt) < interval;
    if (this.#isBehind) return;
    this.#counts = await this.#read(now);
    this.#countedAt = now;
  }
}
