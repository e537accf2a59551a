/** A token bucket: how many mails may leave now, and when the next one may. Time comes in as an argument. */
const second = 1000;

/** At most one slow-down in this time, because the mails in flight together are all told to slow down. */
const calmDown = 10 * second;
/** The rate creeps back by this share of the configured rate … */
const recoveryShare = 0.05;
/** … in each of these (additive increase, multiplicative decrease). */
const recoveryStep = 10 * second;
const slowest = 0.1;

/**
 * `rate` mails per second, which may be below one. A quarter of a second's worth may leave at once, at least one mail.
 * Each `slowDown` halves the rate, at most once in 10 s and never below one mail in 10 s; it creeps back by 5 % of
 * the configured rate every 10 s.
 */
export class RateLimiter {
  #configured = 0;
  #slowest = 0;
  #burst = 0;
  #current: number;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #recoveredAt = Number.NEGATIVE_INFINITY;
  #tokens: number;
  #filledAt: number;

  constructor(rate: number, now: number) {
    this.#configure(rate);
    this.#current = rate;
    this.#tokens = this.#burst;
    this.#filledAt = now;
  }

  /** Another rate from now on; a slow-down holds in proportion. */
  setRate(rate: number, now: number): void {
    this.#fill(now);
    this.#current *= rate / this.#configured;
    this.#configure(rate);
  }

  /** Mails per second at present. */
  rate(now: number): number {
    this.#recover(now);
    return this.#current;
  }

  /** How many whole mails may leave now. */
  available(now: number): number {
    this.#fill(now);
    return Math.floor(this.#tokens);
  }

  take(count: number, now: number): void {
    this.#fill(now);
    this.#tokens -= count;
  }

  /** When the next mail may leave (ms since the epoch). */
  nextAt(now: number): number {
    this.#fill(now);
    if (this.#tokens >= 1) return now;
    return now + Math.ceil(((1 - this.#tokens) / this.#current) * second);
  }

  slowDown(now: number): void {
    this.#fill(now);
    // after a clock that was set back, the last time is in the future
    if (now >= this.#slowedAt && now - this.#slowedAt < calmDown) return;
    this.#current = Math.max(this.#current / 2, this.#slowest);
    this.#tokens = Math.min(this.#tokens, 1);
    this.#slowedAt = now;
    this.#recoveredAt = now;
  }

  #configure(rate: number): void {
    this.#configured = rate;
    this.#slowest = Math.min(rate, slowest);
    this.#burst = Math.max(1, rate / 4);
  }

  #fill(now: number): void {
    this.#recover(now);
    // a clock that was set back must not take tokens away
    const passed = Math.max(now - this.#filledAt, 0);
    // the tiny share makes up for what division lost, so that the time nextAt() named is not a hair too early
    const earned = (passed / second) * this.#current + 1e-9;
    this.#tokens = Math.min(this.#tokens + earned, this.#burst);
    this.#filledAt = now;
  }

  #recover(now: number): void {
    if (this.#current >= this.#configured) return;
    this.#recoveredAt = Math.min(this.#recoveredAt, now);
    const steps = Math.floor((now - this.#recoveredAt) / recoveryStep);
    if (steps < 1) return;
    this.#current = Math.min(this.#current + steps * recoveryShare * this.#configured, this.#configured);
    this.#recoveredAt += steps * recoveryStep;
  }
}
