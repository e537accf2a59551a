/** What a loop does with the store at one turn comes in; a turn that waits, ever longer, while the store fails goes out. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { Turn } from '../kernel/turns.ts';
import { Backoff, storeBackoff } from './backoff.ts';

export interface SteadyOptions {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Told once when the store begins to fail; a store that was closed is none of it. */
  readonly onTrouble: (error: EmailError) => void;
}

/** `advance` takes the time, in ms since the epoch, and answers as a `Turn` does; it may throw what the store throws. */
export function steadyTurn(
  advance: (now: number) => Promise<number | undefined>,
  { clock, random, onTrouble }: SteadyOptions,
): Turn {
  const store = new Backoff(storeBackoff, random);
  return async () => {
    try {
      if (!store.mayTry(clock.now())) return store.retryAt;
      const nextTurnAt = await advance(clock.now());
      store.succeeded();
      return nextTurnAt;
    } catch (thrown) {
      const error = asEmailError(thrown);
      if (error.code === 'app-closed') return undefined;
      if (store.failed(clock.now())) onTrouble(error);
      return store.retryAt;
    }
  };
}
