import type { Clock } from './clock.ts';

/** What the work brings, or, when it has brought nothing after so many ms, what `late` answers or throws. The work goes on. */
export async function inTime<Result>(
  work: Promise<Result>,
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
  late: () => Result,
): Promise<Result> {
  let callOff = (): void => {};
  const over = new Promise<void>((resolve) => {
    callOff = clock.after(ms, resolve);
  });
  try {
    return await Promise.race([work, over.then(late)]);
  } finally {
    callOff();
  }
}
