/** Work is done at once, and again so many ms after each time. */
import type { Clock } from '../kernel/clock.ts';

/** `work` never rejects. The returned function ends it, and resolves when what is under way is done. */
export function regularly(clock: Clock, every: number, work: () => Promise<void>): () => Promise<void> {
  let isOver = false;
  let callOff = (): void => {};
  let underWay = Promise.resolve();
  const goOn = async (): Promise<void> => {
    await work();
    if (!isOver) plan(every);
  };
  const plan = (delay: number): void => {
    callOff = clock.after(delay, () => {
      underWay = goOn();
    });
  };
  plan(0);
  return async () => {
    isOver = true;
    callOff();
    await underWay;
  };
}
