/** When something that failed may be tried again: after doubling waits, bounded and spread. Time comes in as an argument. */
const second = 1000;

export interface BackoffLimits {
  /** ms */
  readonly first: number;
  readonly longest: number;
}

/** For a route that cannot be reached. */
export const routeBackoff: BackoffLimits = { first: second, longest: 300 * second };
/** For a store that fails. */
export const storeBackoff: BackoffLimits = { first: second, longest: 60 * second };

/** `well ──failed──► failing ──succeeded──► well` */
export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #retryAt = Number.NEGATIVE_INFINITY;

  constructor(limits: BackoffLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** ms since the epoch; in the past while all is well. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** A clock that was set back does not lengthen the wait. */
  mayTry(now: number): boolean {
    return now >= this.#retryAt || now < this.#failedAt;
  }

  /** Notes that what was begun at `startedAt` failed, and may ask for a wait of its own, in ms; true if all was well until now. */
  failed(now: number, startedAt = now, asked = 0): boolean {
    // what was under way together fails together: that is one failure
    if (this.isFailing && startedAt < this.#failedAt) return false;
    const wasWell = !this.isFailing;
    this.#failures += 1;
    this.#failedAt = now;
    const doubled = this.#limits.first * 2 ** (this.#failures - 1);
    const { longest } = this.#limits;
    this.#retryAt =
      now + Math.max(withJitter(Math.min(doubled, longest), this.#random), Math.min(asked, longest));
    return wasWell;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#retryAt = Number.NEGATIVE_INFINITY;
  }
}

/** `delay` ± 20 %, so that what failed together is not tried together again. `random` answers 0 ≤ x < 1. */
export function withJitter(delay: number, random: () => number): number {
  return Math.round(delay * (0.8 + 0.4 * random()));
}
