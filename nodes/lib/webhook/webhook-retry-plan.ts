/** From one failed try of a webhook to the time of its next, or to giving up. Pure. */
import { withJitter } from '../outbound/backoff.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Wait after the first, second, … try; the last one repeats. https://www.standardwebhooks.com, “Retries” */
const plan = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, day];

export interface TryQuestion {
  /** Tries before the one that just failed. */
  readonly attempts: number;
  /** ms since the epoch */
  readonly now: number;
  /** ms since the epoch: from then on `giveUpAfter` ms run. */
  readonly since: number;
  readonly giveUpAfter: number;
  /** ms, as the receiver asked; a day of it counts at most. */
  readonly retryAfter?: number;
  readonly random: () => number;
}

/** ms since the epoch; undefined once its time is over. A wait that would pass its end is cut there, for one last try. */
export function nextTry(question: TryQuestion): number | undefined {
  const { attempts, now, since, giveUpAfter, retryAfter = 0, random } = question;
  const end = since + giveUpAfter;
  if (now >= end) return undefined;
  const planned = withJitter(plan[attempts] ?? day, random);
  return Math.min(now + Math.max(planned, Math.min(retryAfter, day)), end);
}
