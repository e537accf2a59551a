/** When a token must not be used any more, when it is renewed, when a renewal that failed is tried again. Pure. */
import type { TokenSet } from './token-set.ts';

const minute = 60_000;
const hour = 60 * minute;
const firstWait = minute / 2;
const longestWait = 15 * minute;

type Life = Pick<TokenSet, 'receivedAt' | 'validUntil'>;

/** For a minute at least, or a tenth of its life. One that comes from the future tells of a clock that was set back. */
export function stillHolds({ receivedAt, validUntil }: Life, now: number): boolean {
  return now >= receivedAt - minute && validUntil - now >= Math.min(minute, (validUntil - receivedAt) / 10);
}

/**
 * 5 to 6 minutes before the end, spread so that many apps do not ask together; short-lived ones at 80 % of their life.
 * Never within 10 s: no provider is to be asked all the time.
 */
export function renewalTime({ receivedAt, validUntil }: Life, random: () => number): number {
  const lead = Math.min(5 * minute + minute * random(), (validUntil - receivedAt) / 5);
  return Math.max(validUntil - lead, receivedAt + 10_000);
}

/** 30 s, doubled with each failure up to 15 minutes, ± 20 %; an hour where a person has to mend something. */
export function retryWait(failures: number, needsPerson: boolean, random: () => number): number {
  const wait = needsPerson ? hour : Math.min(firstWait * 2 ** (failures - 1), longestWait);
  return Math.round(wait * (0.8 + 0.4 * random()));
}
