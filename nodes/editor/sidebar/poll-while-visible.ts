const everyMs = 2000;
const longestPause = 30_000;
const slower = 2;

export interface LivePoll {
  /** Asks at once, and goes on from there. */
  now(): Promise<void>;
}

/**
 * Asks every two seconds while `place` is on the screen, one question at a time, and ever less often while nobody answers;
 * what cannot be seen is not asked for. `ask` tells whether there was an answer.
 */
export function pollWhileVisible(place: JQuery, ask: () => Promise<boolean>): LivePoll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: Promise<boolean> | undefined;
  let pause = everyMs;
  let dueAt = 0;

  async function now(): Promise<void> {
    clearTimeout(timer);
    // what was asked before a change does not know of it
    await asking;
    asking ??= ask();
    const isAnswered = await asking;
    asking = undefined;
    pause = isAnswered ? everyMs : Math.min(pause * slower, longestPause);
    dueAt = Date.now() + pause;
    plan();
  }

  function plan(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const isSeen = place.is(':visible') && !document.hidden;
      if (isSeen && Date.now() >= dueAt) void now();
      else plan();
    }, everyMs / 4);
  }

  plan();
  return { now };
}
