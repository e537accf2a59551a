/** Time as an argument: the domain never reads the wall clock or starts a timer by itself. */
export interface Clock {
  /** Milliseconds since the epoch (UTC). */
  now(): number;
  /** Calls `action` once after `delay` milliseconds; the returned function calls it off. */
  after(delay: number, action: () => void): () => void;
}

/** setTimeout fires at once for a longer delay than this (2^31 - 1 ms), so a long wait is cut short and asked again. */
const longestDelay = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, action) {
    const timer = setTimeout(action, Math.min(Math.max(delay, 0), longestDelay));
    return () => clearTimeout(timer);
  },
};
