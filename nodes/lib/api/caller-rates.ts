/** How many destinations each caller may ask for in a minute: a token bucket for each, filled by the clock. */
import type { Clock } from '../kernel/clock.ts';

const minute = 60_000;

interface Bucket {
  /** Below zero after a request that was larger than what a minute brings. */
  tokens: number;
  filledAt: number;
}

export class CallerRates {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  /** `perMinute` destinations, of which as many may come at once after a quiet minute. */
  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /**
   * Ms until so many can be taken; 0 if they were. More than a minute brings is taken from a full bucket and paid back
   * in the minutes after, or it would never be.
   */
  take(caller: string, count: number): number {
    const bucket = this.#filled(caller);
    const missing = Math.min(count, this.#perMinute) - bucket.tokens;
    if (missing > 0) return Math.ceil((missing / this.#perMinute) * minute);
    bucket.tokens -= count;
    return 0;
  }

  #filled(caller: string): Bucket {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(caller) ?? { tokens: this.#perMinute, filledAt: now };
    // a clock that was set back must not take tokens away; the tiny share makes up for what division lost
    const earned = (Math.max(now - bucket.filledAt, 0) / minute) * this.#perMinute + 1e-9;
    bucket.tokens = Math.min(bucket.tokens + earned, this.#perMinute);
    bucket.filledAt = now;
    this.#buckets.set(caller, bucket);
    return bucket;
  }
}
