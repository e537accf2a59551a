/** Asked again this often at first, and ever less often: DNS takes minutes, sometimes days. */
const firstPause = 15_000;
const longestPause = 5 * 60_000;
const slower = 1.5;

export interface PolitePoll {
  /** Begins anew; what was begun before is called off. */
  start(): void;
  stop(): void;
}

/**
 * Asks again and again while `place` is on the screen, until `ask` answers that there is no more to wait for. It ends
 * with the dialog, and pauses while another of its tabs is looked at.
 */
export function politePoll(place: JQuery, ask: () => Promise<'done' | 'wait'>): PolitePoll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  const wait = (pause: number): void => {
    const mine = turn;
    timer = setTimeout(async () => {
      if (!place[0]?.isConnected) return;
      const answer = place.is(':visible') ? await ask() : 'wait';
      if (answer === 'wait' && mine === turn) wait(Math.min(pause * slower, longestPause));
    }, pause);
  };
  const stop = (): void => {
    turn += 1;
    clearTimeout(timer);
  };
  return {
    start() {
      stop();
      wait(firstPause);
    },
    stop,
  };
}
