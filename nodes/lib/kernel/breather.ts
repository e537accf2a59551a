/** Long work goes on in turns, so that everything else in the process has its own. */
import type { Clock } from './clock.ts';

/** ms */
const longestTurn = 5;

/** To be awaited now and then; waits only when a turn has lasted long enough. */
export type Breather = () => Promise<void> | undefined;

/** `goOn` is asked at the end of each wait, and may throw. */
export function breather(clock: Clock, goOn = (): void => {}): Breather {
  let turnEnds = clock.now() + longestTurn;
  return () => {
    if (clock.now() < turnEnds) return undefined;
    return new Promise<void>((resolve) => clock.after(0, resolve)).then(() => {
      turnEnds = clock.now() + longestTurn;
      goOn();
    });
  };
}
