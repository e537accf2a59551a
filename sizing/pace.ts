/** One token bucket and one quota for all machines of an app. */
import type { Timeline } from './timeline.ts';

/** Of a rate, at once. */
const burstShare = 1 / 4;

export class Pace {
  readonly #timeline: Timeline;
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #quotaLeft: number;
  #filledAt = 0;

  constructor(timeline: Timeline, perSecond: number, quota = Number.POSITIVE_INFINITY) {
    this.#timeline = timeline;
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(1, perSecond * burstShare);
    this.#tokens = this.#burst;
    this.#quotaLeft = quota;
  }

  /** At most as many as are wanted. */
  take(wanted: number): number {
    if (this.#perMs === Number.POSITIVE_INFINITY) this.#tokens = wanted;
    else
      this.#tokens = Math.min(
        this.#burst,
        this.#tokens + (this.#timeline.now - this.#filledAt) * this.#perMs,
      );
    this.#filledAt = this.#timeline.now;
    const granted = Math.max(0, Math.min(wanted, Math.floor(this.#tokens + 1e-9), this.#quotaLeft));
    this.#tokens -= granted;
    this.#quotaLeft -= granted;
    return granted;
  }

  giveBack(count: number): void {
    this.#tokens += count;
    this.#quotaLeft += count;
  }

  /** ms until there is one, if the quota has any left. */
  get next(): number {
    if (this.#quotaLeft < 1) return Number.POSITIVE_INFINITY;
    return Math.max(1, (1 - this.#tokens) / this.#perMs);
  }
}
