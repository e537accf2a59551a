/** From one temporary failure of a mail to the time of its next attempt, or to giving up. Pure. */
import type { EmailError } from '../kernel/errors.ts';
import { withJitter } from './backoff.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Wait after the first, second, … attempt; the last one repeats. */
const plan = [minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour];
const lastDelay = 4 * hour;

export interface RetryQuestion {
  /** Attempts before the one that just failed. */
  readonly attempts: number;
  readonly failure: EmailError;
  /** ms since the epoch */
  readonly now: number;
  readonly startsAt: number;
  /** Seconds after `startsAt`. */
  readonly giveUpAfter: number;
  readonly expiresAt?: number;
  readonly random: () => number;
}

/**
 * When to try again (ms since the epoch), or undefined once `giveUpAfter` is over.
 * A wait that would pass the end of the mail's time is cut there, for one last attempt or for its expiry.
 */
export function nextAttempt(question: RetryQuestion): number | undefined {
  const { attempts, failure, now, random } = question;
  if (isOver(question)) return undefined;
  const planned = withJitter(plan[attempts] ?? lastDelay, random);
  return cutAtEnd(now + Math.max(planned, leastWait(failure)), question);
}

export type Lifetime = Pick<RetryQuestion, 'now' | 'startsAt' | 'giveUpAfter' | 'expiresAt'>;

/** True once the mail has waited `giveUpAfter`. */
export function isOver({ now, startsAt, giveUpAfter }: Lifetime): boolean {
  return now >= startsAt + giveUpAfter * 1000;
}

/** `at`, or the end of the mail's time if that comes first. */
export function cutAtEnd(at: number, { startsAt, giveUpAfter, expiresAt }: Lifetime): number {
  return Math.min(at, startsAt + giveUpAfter * 1000, expiresAt ?? Number.POSITIVE_INFINITY);
}

function leastWait(failure: EmailError): number {
  // a sender's DNS is not repaired in minutes, and hammering makes its reputation worse
  if (failure.code === 'sender-unauthenticated') return hour;
  return isGreylisting(failure) ? 5 * minute : 0;
}

/** RFC 6647: greylisting lets the second try pass only after some minutes. */
function isGreylisting({ detail: { smtp, status, response } }: EmailError): boolean {
  if (smtp !== 450 && smtp !== 451) return false;
  return status === '4.7.1' || /gr[ae]y-?list/i.test(String(response));
}
