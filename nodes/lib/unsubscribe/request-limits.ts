/** Counts requests that name no valid token, and says when there are too many; valid ones are never counted. */
import type { Clock } from '../kernel/clock.ts';
import { originOf } from '../kernel/origin-of.ts';

const window = 60_000;

export interface RequestLimits {
  /** Counts one more; true if it is beyond the limit of its address or of all together. */
  refuses(ip: string): boolean;
}

/** Limits in requests a minute. Remembers no more addresses than `inAll`. */
export function requestLimits(clock: Clock, { perAddress = 30, inAll = 600 } = {}): RequestLimits {
  let started = clock.now();
  let sum = 0;
  const counts = new Map<string, number>();

  function startAgain(now: number): void {
    started = now;
    sum = 0;
    counts.clear();
  }

  return {
    refuses(ip) {
      const now = clock.now();
      // A clock set back starts a new minute too.
      if (now >= started + window || now < started) startAgain(now);
      if (sum >= inAll) return true;
      const origin = originOf(ip);
      const count = (counts.get(origin) ?? 0) + 1;
      if (count > perAddress) return true;
      sum += 1;
      counts.set(origin, count);
      return false;
    },
  };
}
