import type { Clock } from '../../nodes/lib/kernel/clock.ts';

export interface FakeClock extends Clock {
  /** Runs the timers that fall due within `ms`, in order, and lets promises and callbacks settle around each. */
  advance(ms: number): Promise<void>;
  /** Lets what is due now run, without moving the time. */
  settle(): Promise<void>;
  /** Timers not yet run or called off. */
  pending(): number;
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that stands still until a test moves it; `settle` says when what ran has come to its end. */
export function fakeClock(start = Date.UTC(2026, 0, 5, 12), settle = settlePromises): FakeClock {
  let now = start;
  const timers = new Set<Timer>();

  function nextTimer(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.at <= until && (!next || timer.at < next.at)) next = timer;
    }
    return next;
  }

  async function advance(ms: number): Promise<void> {
    const end = now + ms;
    await settle();
    for (let timer = nextTimer(end); timer; timer = nextTimer(end)) {
      timers.delete(timer);
      now = Math.max(now, timer.at);
      timer.action();
      await settle();
    }
    now = end;
  }

  return {
    now: () => now,
    after(delay, action) {
      const timer = { at: now + Math.max(delay, 0), action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance,
    settle: () => advance(0),
    pending: () => timers.size,
  };
}

/** What the work comes to once this time has passed. */
export async function inTime<Result>(clock: FakeClock, work: Promise<Result>, ms = 60_000): Promise<Result> {
  const quiet = work.catch(() => {});
  await clock.advance(ms);
  await quiet;
  return work;
}

/** A few turns of the event loop: enough for a chain of promises, not for a socket. */
async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
